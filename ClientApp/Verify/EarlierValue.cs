using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>Keys that were there, as it seems, before their history begins. With that every key counts as absent, and what is found in it looks wrong.</summary>
internal static class EarlierValue
{
    /// <summary>A sentence for each key of whose value nothing in the history can be the cause.</summary>
    public static IReadOnlyDictionary<string, string> Hints(RecordedHistory history, IEnumerable<KeyVerdict> illegal)
    {
        HashSet<string> keys = [.. illegal.Select(key => key.Key)];
        return history.Calls.Where(call => keys.Contains(call.Key)).GroupBy(call => call.Key)
            .Select(calls => (calls.Key, First: FirstFound([.. calls]))).Where(key => key.First is not null)
            .ToDictionary(key => key.Key, key => Sentence(key.First!));
    }

    // The first answer that tells what was there, if it is what no call before its end can have written.
    private static RecordedCall? FirstFound(IReadOnlyList<RecordedCall> calls)
    {
        RecordedCall? first = calls.Where(TellsWhatWasThere).MinBy(call => call.CompletedAt);
        return first is not null && HasFound(first) && !calls.Any(call => !ReferenceEquals(call, first) && MayBeFoundBy(first, call)) ? first : null;
    }

    // A compare-and-set that did not match tells only what was not there.
    private static bool TellsWhatWasThere(RecordedCall call) =>
        call is { Outcome: CallPhase.Ok, Found: not null } and not { Operation: OperationKind.Cas, Found: false };

    private static bool HasFound(RecordedCall call) => call.Operation == OperationKind.Cas ? call.Expected is not null : call.Found == true;

    private static bool MayBeFoundBy(RecordedCall first, RecordedCall call)
    {
        return call is { IsWrite: true, Written: { } written, Outcome: not CallPhase.Fail } && call.InvokedAt <= first.CompletedAt
            && first.Operation switch
            {
                OperationKind.Get => written == first.Read,
                OperationKind.Cas => written == first.Expected,
                _ => true,
            };
    }

    private static string Sentence(RecordedCall first) =>
        $"the key may have been written before the recording began: its first answer ({first}) found what no call in here can have written until then. "
        + "A history begins with no key there; record fresh keys, or a fresh store.";
}
