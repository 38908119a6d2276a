using System.Globalization;

namespace PaxosWcf.History;

/// <summary>Measures whether a history is worth checking: an OK on a history without overlap, faults or answers says little.</summary>
public static class HistoryWorth
{
    private const int ProcessesMin = 5;
    private const int NodesMin = 5;
    private const int KeysAtATimeMin = 3;
    private const int KeysAtATimeMax = 20;
    private const int CallsPerKeyMax = 1000;
    private const double UniqueMin = 0.9;
    private const double OverlapMin = 0.3;
    private const double UncertainMax = 0.2;

    /// <summary>Every criterion, met or not.</summary>
    public static IReadOnlyList<WorthCriterion> Measure(RecordedHistory history)
    {
        KeyFigures[] keys = [.. history.Calls.GroupBy(c => c.Key).Select(g => new KeyFigures([.. g]))];
        RecordedCall[] puts = [.. history.Calls.Where(c => c.Operation == OperationKind.Put)];
        int processes = history.Calls.Select(c => c.Process).Distinct().Count();
        int nodes = history.Calls.Where(c => c.Outcome == CallPhase.Ok).Select(c => c.Node).OfType<string>().Distinct().Count();
        double unique = Share(puts.CountBy(c => c.Written!).Count(g => g.Value == 1), puts.Length);
        double overlap = Share(keys.Sum(k => k.Overlapping), history.Calls.Count);
        int atATime = KeysAtATime(keys);
        int most = keys.Select(k => k.Calls).DefaultIfEmpty().Max();
        double uncertain = keys.Select(k => k.UncertainShare).DefaultIfEmpty().Max();
        return
        [
            new("processes", $"{processes}", $"at least {ProcessesMin}", processes >= ProcessesMin),
            new("nodes that answered", $"{nodes}", $"at least {NodesMin}", nodes >= NodesMin),
            new("put values that are unique", Percent(unique), $"at least {Percent(UniqueMin)}", unique >= UniqueMin),
            new("keys in use at a time (median)", $"{atATime}", $"{KeysAtATimeMin} to {KeysAtATimeMax}",
                atATime is >= KeysAtATimeMin and <= KeysAtATimeMax),
            new("most calls on one key", $"{most}", $"at most {CallsPerKeyMax}", most <= CallsPerKeyMax),
            .. MixWorth.Measure(history.Calls),
            new("calls that overlap another on the same key", Percent(overlap), $"at least {Percent(OverlapMin)}", overlap >= OverlapMin),
            .. FaultWorth.Measure(history),
            new("indeterminate writes, most of one key", Percent(uncertain), $"at most {Percent(UncertainMax)}", uncertain <= UncertainMax),
        ];
    }

    internal static double Share(int some, int all) => all == 0 ? 0 : (double)some / all;

    internal static string Percent(double share) => share.ToString("0.# %", CultureInfo.InvariantCulture);

    // A key is in use from its first invocation to its last; half of all calls meet no more keys in use than this.
    private static int KeysAtATime(KeyFigures[] keys)
    {
        var edges = keys.SelectMany(k => new[] { (k.First, By: 1), (k.Last + 1, By: -1) }).OrderBy(e => e.Item1);
        var inUse = new List<int>();
        int now = 0;
        foreach (var edge in edges)
        {
            now += edge.By;
            if (edge.By > 0)
            {
                inUse.Add(now);
            }
        }

        inUse.Sort();
        return inUse.Count == 0 ? 0 : inUse[inUse.Count / 2];
    }
}
