using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

/// <summary>Tries every order of the calls on one key, with every choice of indeterminate ones that took effect. Slow, and
/// written from the format's description alone.</summary>
internal static class BruteForceChecker
{
    public static bool IsLinearizable(IEnumerable<RecordedCall> calls)
    {
        return calls.GroupBy(c => c.Key)
            .All(key => CanGoOn([.. key.Where(c => c.Outcome is CallPhase.Ok or CallPhase.Info)], null));
    }

    private static bool CanGoOn(List<RecordedCall> left, string? value)
    {
        if (left.TrueForAll(c => c.Outcome == CallPhase.Info))
        {
            return true;
        }

        return left.Exists(call =>
            !left.Exists(other => !ReferenceEquals(other, call) && other.CompletedAt < call.InvokedAt)
            && After(call, value) is { Legal: true } step
            && CanGoOn([.. left.Where(c => !ReferenceEquals(c, call))], step.Value));
    }

    private static (bool Legal, string? Value) After(RecordedCall call, string? value)
    {
        bool certain = call.Outcome == CallPhase.Ok;
        bool matches = value == call.Expected;
        return call.Operation switch
        {
            OperationKind.Get => (!certain || call.Read == value, value),
            OperationKind.Put => (!certain || call.Found is null || call.Found == value is not null, call.Written),
            OperationKind.Delete => (!certain || call.Found is null || call.Found == value is not null, null),
            _ => (!certain || call.Found == matches, matches ? call.Written : value),
        };
    }
}
