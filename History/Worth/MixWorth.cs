namespace PaxosWcf.History;

/// <summary>Whether a history asks for everything, and gets both answers to it.</summary>
internal static class MixWorth
{
    private const double GetsMin = 0.2;
    private const double WritesMin = 0.2;
    private const double DeletesMin = 0.02;

    public static IEnumerable<WorthCriterion> Measure(IReadOnlyList<RecordedCall> calls)
    {
        double gets = ShareOf(calls, OperationKind.Get);
        double deletes = ShareOf(calls, OperationKind.Delete);
        double writes = ShareOf(calls, OperationKind.Put) + ShareOf(calls, OperationKind.Cas);
        yield return AtLeast("gets", gets, GetsMin);
        yield return AtLeast("puts and compare-and-sets", writes, WritesMin);
        yield return AtLeast("deletes", deletes, DeletesMin);
        yield return Both("gets that found a value, or none", calls, OperationKind.Get);
        if (calls.Any(c => c.Operation == OperationKind.Cas))
        {
            yield return Both("compare-and-sets that matched, or did not", calls, OperationKind.Cas);
        }
    }

    private static double ShareOf(IReadOnlyList<RecordedCall> calls, OperationKind operation)
    {
        return HistoryWorth.Share(calls.Count(c => c.Operation == operation), calls.Count);
    }

    private static WorthCriterion AtLeast(string name, double share, double min)
    {
        return new(name, HistoryWorth.Percent(share), $"at least {HistoryWorth.Percent(min)}", share >= min);
    }

    private static WorthCriterion Both(string name, IReadOnlyList<RecordedCall> calls, OperationKind operation)
    {
        int yes = calls.Count(c => c.Operation == operation && c.Found == true);
        int no = calls.Count(c => c.Operation == operation && c.Found == false);
        return new(name, $"{yes} and {no}", "some of each", yes > 0 && no > 0);
    }
}
