using System.Globalization;

namespace PaxosWcf.History;

/// <summary>Whether something went wrong during a history, and all was well afterwards.</summary>
internal static class FaultWorth
{
    private const int CalmSecondsMin = 10;

    public static IEnumerable<WorthCriterion> Measure(RecordedHistory history)
    {
        NemesisLine[] faults = [.. history.Markers.OfType<NemesisLine>()];
        int begun = faults.Count(f => f.Starts);
        yield return new("faults", $"{begun}", "at least 1", begun > 0);

        // Without any fault the whole history is calm.
        long healed = faults.Select(f => f.TimeNs).DefaultIfEmpty(long.MinValue).Max();
        RecordedCall[] calm = [.. history.Calls.Where(c => c.Outcome == CallPhase.Ok && c.InvokedAt > healed)];
        double seconds = calm.Length == 0 ? 0 : (calm.Max(c => c.CompletedAt) - calm[0].InvokedAt) / 1e9;
        yield return new(
            "seconds of healthy traffic after the last fault", seconds.ToString("F1", CultureInfo.InvariantCulture),
            $"at least {CalmSecondsMin}", seconds >= CalmSecondsMin);

        string[] nodes = [.. history.Calls.Select(c => c.Node).OfType<string>().Distinct()];
        int keys = history.Calls.Select(c => c.Key).Distinct().Count();
        int read = calm.Where(c => c is { Operation: OperationKind.Get, Node: not null })
            .Select(c => (c.Key, c.Node)).Distinct().Count();
        yield return new(
            "keys read at every node after the last fault", $"{read} of {keys * nodes.Length}", "all",
            nodes.Length > 0 && read == keys * nodes.Length);
    }
}
