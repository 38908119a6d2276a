using System.Globalization;

namespace PaxosWcf.History;

/// <summary>Checks the positions in the log that answers carry, over all keys at once and in linear time but for sorting.</summary>
internal sealed class SlotChecker
{
    private readonly List<string> _findings = [];

    /// <returns>A sentence for each rule that is broken somewhere; none when all hold.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyList<RecordedCall> calls)
    {
        var checker = new SlotChecker();
        List<RecordedCall> placed = [.. calls.Where(c => c is { Outcome: CallPhase.Ok, Slot: not null }).OrderBy(c => c.Slot)];
        checker.CheckShared(placed);
        checker.CheckTime(placed);
        checker.CheckAnswers(placed, calls);
        return checker._findings;
    }

    /// <summary>Whether a call certainly changed what its key holds.</summary>
    private static bool HasEffect(RecordedCall call)
    {
        return call.Operation == OperationKind.Put || (call.IsWrite && call.Found != false);
    }

    // Rule 1.
    private void CheckShared(List<RecordedCall> placed)
    {
        RecordedCall? last = null;
        foreach (RecordedCall call in placed.Where(HasEffect))
        {
            if (last?.Slot == call.Slot)
            {
                Find($"two writes share slot {call.Slot}", last!, call);
            }

            last = call;
        }
    }

    // Rule 2: of everything that had completed before a call was invoked, only the highest slot matters.
    private void CheckTime(List<RecordedCall> placed)
    {
        var completed = new Queue<RecordedCall>(placed.OrderBy(c => c.CompletedAt));
        RecordedCall? highest = null;
        foreach (RecordedCall call in placed.OrderBy(c => c.InvokedAt))
        {
            while (completed.TryPeek(out RecordedCall? before) && before.CompletedAt < call.InvokedAt)
            {
                highest = before.Slot > (highest?.Slot ?? -1) ? before : highest;
                completed.Dequeue();
            }

            if (highest is not null && (highest.Slot > call.Slot || (highest.Slot == call.Slot && HasEffect(call))))
            {
                Find("a call began after another had completed, and is not behind it in the log", highest, call);
            }
        }
    }

    // Rule 3.
    private void CheckAnswers(List<RecordedCall> placed, IReadOnlyList<RecordedCall> all)
    {
        var unplaced = all.Where(c => c.Outcome != CallPhase.Fail && c.Slot is null && c.IsWrite).ToLookup(c => c.Key);
        var registers = new Dictionary<string, ReplayedKey>();
        foreach (RecordedCall call in placed.OrderBy(c => c.Slot).ThenBy(c => HasEffect(c) ? 0 : 1))
        {
            if (!registers.TryGetValue(call.Key, out ReplayedKey? register))
            {
                registers[call.Key] = register = new ReplayedKey(unplaced[call.Key]);
            }

            RecordedCall? before = register.LastWrite;
            if (!register.Replay(call))
            {
                Find("the log replayed gives another answer", before ?? call, call);
            }
        }
    }

    private void Find(string rule, RecordedCall first, RecordedCall second)
    {
        string other = ReferenceEquals(first, second) ? "" : $"{Describe(first)} and ";
        _findings.Add($"{rule}: {other}{Describe(second)}");
    }

    private static string Describe(RecordedCall call)
    {
        return string.Create(
            CultureInfo.InvariantCulture, $"process {call.Process} {call.Key} {call} at slot {call.Slot} ({call.Invocation.Place})");
    }
}
