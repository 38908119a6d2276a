using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The steps of a restore, each a command that is chosen like a write.</summary>
internal sealed class RestoreCalls(StoreCalls calls, StoreQuota quota)
{
    /// <summary>Keys that one step removes, at most.</summary>
    public const int KeysMax = 4096;

    /// <summary>Bytes of the keys and values of one step, at most: room for one largest value beside a page.</summary>
    public const int BytesMax = 3 << 20;

    /// <summary>Highest revision, and highest version of a key, that a backup may hold: the store counts on from there, and never comes to the
    /// end of its numbers.</summary>
    public const long NumberMax = 1L << 62;

    public Task<RestoreReport> BeginAsync(long restore, bool force, long after, CancellationToken disconnected) =>
        StepAsync(restore, new BeginRestore(restore, force, after), disconnected);

    public Task<RestoreReport> PutAsync(long restore, BackupEntry[] entries, CancellationToken disconnected)
    {
        Check(nameof(entries), entries?.Length ?? 0, StoreLimits.RestoreEntriesMax, entries?.Sum(entry => (long)(entry.Key?.Length ?? 0) + (entry.Value?.Length ?? 0)) ?? 0);
        foreach (var entry in entries!)
        {
            RequestRules.CheckKey(entry.Key);
            RequestRules.CheckValue(entry.Value);
            if (entry.CreateRevision < 1 || entry.ModificationRevision < entry.CreateRevision || entry.Version < 1
                || entry.ModificationRevision > NumberMax || entry.Version > NumberMax)
            {
                throw StoreFaults.InvalidRequest(nameof(entries), $"hold a key whose revisions and version make no sense: {entry.CreateRevision}, {entry.ModificationRevision}, {entry.Version}.");
            }
        }

        return StepAsync(restore, new RestoreKeys(restore, [.. entries.Select(FromWire)]), disconnected);
    }

    public Task<RestoreReport> DeleteAsync(long restore, string[] keys, CancellationToken disconnected)
    {
        Check(nameof(keys), keys?.Length ?? 0, KeysMax, keys?.Sum(key => (long)(key?.Length ?? 0)) ?? 0);
        Array.ForEach(keys!, RequestRules.CheckKey);
        return StepAsync(restore, new RestoreKeys(restore, [.. keys!.Select(key => new RestoredKey(key, Record: null))]), disconnected);
    }

    public Task<RestoreReport> EndAsync(long restore, long revision, long keys, CancellationToken disconnected) =>
        revision is >= 0 and <= NumberMax && keys >= 0
            ? StepAsync(restore, new EndRestore(restore, revision, keys), disconnected)
            : throw StoreFaults.InvalidRequest(nameof(revision), $"is {revision}, and keys {keys}; a revision is 0 to {NumberMax}, and keys are 0 or more.");

    private async Task<RestoreReport> StepAsync(long restore, KeyValueCommand command, CancellationToken disconnected)
    {
        if (restore < 1)
        {
            throw StoreFaults.InvalidRequest(nameof(restore), $"is {restore}; draw a random number, 1 or more.");
        }

        quota.CheckRoom(command);
        return await calls.SubmitAsync(command, disconnected) is RestoreAnswer answer
            ? new RestoreReport { Outcome = ToWire(answer.Step), Keys = answer.Keys, Revision = answer.Revision }
            : throw new UnreachableException("a step of a restore is answered by its outcome");
    }

    private static void Check(string field, int count, int most, long bytes)
    {
        if (count < 1 || count > most)
        {
            throw StoreFaults.InvalidRequest(field, $"are {count}; 1 to {most} are taken.");
        }

        if (bytes > BytesMax)
        {
            throw StoreFaults.RequestTooLarge(new RequestTooLargeFault { Field = field, Bytes = bytes, BytesMax = BytesMax });
        }
    }

    private static RestoredKey FromWire(BackupEntry entry) =>
        new(entry.Key, new KeyRecord(entry.CreateRevision, entry.ModificationRevision, entry.Version, entry.Value));

    private static RestoreOutcome ToWire(RestoreStep step) => step switch
    {
        RestoreStep.Done => RestoreOutcome.Done,
        RestoreStep.NotEmpty => RestoreOutcome.NotEmpty,
        RestoreStep.AnotherUnderWay => RestoreOutcome.AnotherUnderWay,
        RestoreStep.NotUnderWay => RestoreOutcome.NotUnderWay,
        RestoreStep.Incomplete => RestoreOutcome.Incomplete,
        _ => throw new UnreachableException($"a step that ended with {step}"),
    };
}
