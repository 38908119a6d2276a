using System.Text;
using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>Holds what witnesses were told against what clients asked and were answered. Every lie is a sentence.</summary>
internal sealed class Judge
{
    private readonly List<RecordedCall> _writes;

    public Judge(IEnumerable<RecordedCall> calls) => _writes = [.. calls.Where(call => call.IsWrite)];

    /// <summary>Changes must be told in order, without a gap, up to where the store stands; every acknowledged write among them, with the
    /// revision of its answer; and nothing that nobody wrote, or that was said to have had no effect, or twice.</summary>
    public IEnumerable<string> OfWatching(IReadOnlyList<ToldChange> told, long storeRevision) =>
        OfOrder(told, storeRevision).Concat(OfLoss(told)).Concat(OfInvention(told));

    /// <summary>A backup must hold what the changes through its revision make, and every write that was acknowledged before it was asked for.</summary>
    public IEnumerable<string> OfBackups(IReadOnlyList<ToldChange> told, IEnumerable<TakenBackup> backups)
    {
        var state = new Dictionary<string, BackedUpKey>(StringComparer.Ordinal);
        int next = 0;
        foreach (TakenBackup backup in backups.OrderBy(backup => backup.Revision))
        {
            for (; next < told.Count && told[next].Revision <= backup.Revision; next++)
            {
                Apply(told[next], state);
            }

            foreach (string lie in OfContent(backup, state).Concat(OfAge(backup)))
            {
                yield return lie;
            }
        }
    }

    /// <summary>Of each batch all changes must be told or none: in its order, with nothing between them, and of one slot. No backup may have some of them.</summary>
    public static IEnumerable<string> OfBatches(IReadOnlyList<ToldChange> told, IReadOnlyCollection<SentBatch> batches, IReadOnlyCollection<TakenBackup> backups)
    {
        var made = told.Where(change => change.Value is not null).GroupBy(change => (change.Key, change.Value!)).ToDictionary(same => same.Key, same => same.First());
        foreach (SentBatch batch in batches)
        {
            ToldChange[] changes = [.. batch.Puts.Select(put => made.GetValueOrDefault(put)).OfType<ToldChange>()];
            foreach (string lie in OfBatch(batch, changes).Concat(OfHalves(batch, changes, backups)))
            {
                yield return lie;
            }
        }
    }

    private static IEnumerable<string> OfBatch(SentBatch batch, ToldChange[] changes)
    {
        if (changes.Length == 0)
        {
            yield break;
        }

        string told = string.Join(", ", changes.Select(change => $"{change.Key} at revision {change.Revision} of slot {change.Slot}"));
        if (changes.Length < batch.Puts.Count)
        {
            yield return $"{batch} took effect in part: whoever watched was told of {told}.";
        }
        else if (changes.Where((change, place) => change.Revision != changes[0].Revision + place).Any())
        {
            yield return $"{batch} did not take effect as one step, in its order: whoever watched was told of {told}.";
        }
        else if (changes.Any(change => change.Slot != changes[0].Slot))
        {
            yield return $"{batch} took effect in more slots than one: whoever watched was told of {told}.";
        }
    }

    private static IEnumerable<string> OfHalves(SentBatch batch, ToldChange[] changes, IReadOnlyCollection<TakenBackup> backups) => backups
        .Where(backup => changes.Any(change => change.Revision <= backup.Revision) && changes.Any(change => change.Revision > backup.Revision))
        .Select(backup => $"{backup} has a part of what {batch} made.");

    private static IEnumerable<string> OfOrder(IReadOnlyList<ToldChange> told, long storeRevision)
    {
        long before = 0;
        foreach (ToldChange change in told)
        {
            if (change.Revision != before + 1)
            {
                yield return $"Whoever watched was told of revision {change.Revision} after {before}.";
            }

            before = change.Revision;
        }

        if (before != storeRevision)
        {
            yield return $"Whoever watched was told of changes through revision {before}, and the store is at {storeRevision}.";
        }
    }

    private IEnumerable<string> OfLoss(IReadOnlyList<ToldChange> told)
    {
        Dictionary<long, ToldChange> at = told.GroupBy(change => change.Revision).ToDictionary(same => same.Key, same => same.First());
        foreach (RecordedCall write in _writes.Where(HasRevision))
        {
            ToldChange? seen = at.GetValueOrDefault(write.Slot!.Value);
            if (seen?.Key != write.Key || seen.Value != ValueOf(write))
            {
                yield return $"{write.Key}: {write} was acknowledged at revision {write.Slot}, and whoever watched was told {seen?.ToString() ?? "nothing"}.";
            }
        }
    }

    private IEnumerable<string> OfInvention(IReadOnlyList<ToldChange> told)
    {
        var asked = _writes.Where(write => write.Outcome != CallPhase.Fail && !ChangedNothing(write))
            .GroupBy(write => (write.Key, ValueOf(write))).ToDictionary(same => same.Key, same => same.Count());
        foreach (var same in told.GroupBy(change => (change.Key, change.Value)))
        {
            int may = asked.GetValueOrDefault(same.Key);
            if (same.Count() > may)
            {
                yield return $"{same.Key.Key}: whoever watched was told {same.Count()} times of {same.Last()}, and {may} calls may have done that.";
            }
        }
    }

    private static void Apply(ToldChange change, Dictionary<string, BackedUpKey> state)
    {
        if (change.Value is null)
        {
            state.Remove(change.Key);
            return;
        }

        BackedUpKey? before = state.GetValueOrDefault(change.Key);
        state[change.Key] = new BackedUpKey(
            change.Value, before?.CreateRevision ?? change.Revision, change.Revision, (before?.Version ?? 0) + 1);
    }

    private static IEnumerable<string> OfContent(TakenBackup backup, Dictionary<string, BackedUpKey> state)
    {
        foreach (string key in backup.Keys.Keys.Union(state.Keys))
        {
            (BackedUpKey? held, BackedUpKey? expected) = (backup.Keys.GetValueOrDefault(key), state.GetValueOrDefault(key));
            if (held != expected)
            {
                yield return $"{backup} holds {held?.ToString() ?? "nothing"} at {key}, and the changes make it {expected?.ToString() ?? "nothing"}.";
            }
        }
    }

    private IEnumerable<string> OfAge(TakenBackup backup) => _writes
        .Where(write => HasRevision(write) && write.CompletedAt < backup.BegunAt && write.Slot > backup.Revision)
        .Select(write => $"{backup} lacks {write} of {write.Key}, which was acknowledged at revision {write.Slot} before it was asked for.");

    // A delete of what was not there makes no revision, and neither does a compare-and-set that did not match.
    private static bool HasRevision(RecordedCall write) =>
        write is { Outcome: CallPhase.Ok, Slot: not null } && (write.Operation == OperationKind.Put || write.Found == true);

    private static bool ChangedNothing(RecordedCall write) =>
        write is { Operation: OperationKind.Cas or OperationKind.Delete, Outcome: CallPhase.Ok, Found: false };

    private static string? ValueOf(RecordedCall write) =>
        write.Written is { } value ? ToldChange.Fingerprint(Encoding.UTF8.GetBytes(value)) : null;
}
