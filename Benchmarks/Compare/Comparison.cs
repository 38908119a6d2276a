using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Compare;

/// <summary>Our store beside the others, in one operation with one number of clients.</summary>
internal sealed record Comparison
{
    public required string Op { get; init; }

    public required int Clients { get; init; }

    public required Figure Ours { get; init; }

    /// <summary>The other with the highest throughput.</summary>
    public required Figure Best { get; init; }

    /// <summary>The others that ended no call here, or some of whose calls failed: their figures are worth nothing, and nobody is ahead of
    /// them by that.</summary>
    public required IReadOnlyList<Figure> Broken { get; init; }

    /// <summary>Our throughput to theirs.</summary>
    public double Throughput => Best.OpsPerS == 0 ? double.PositiveInfinity : Ours.OpsPerS / Best.OpsPerS;

    /// <summary>Our 99th percentile to theirs: less is better.</summary>
    public double Tail => Best.P99Ms == 0 ? double.PositiveInfinity : Ours.P99Ms / Best.P99Ms;

    /// <summary>Pairs the measurements of one run. What only we have measured is left out.</summary>
    /// <param name="ours">Which system is ours.</param>
    /// <param name="others">Which count as the others.</param>
    /// <param name="measured">All measurements; of repetitions the middle one counts.</param>
    public static IReadOnlyList<Comparison> Of(string ours, IReadOnlyList<string> others, IEnumerable<Measurement> measured)
    {
        return [.. measured
            .GroupBy(m => (m.Op, m.Clients))
            .Select(cell => (cell.Key, Figures: cell.GroupBy(m => m.System).Select(Figure.Of).ToList()))
            .Where(cell => cell.Figures.Any(f => f.System == ours) && cell.Figures.Any(f => others.Contains(f.System)))
            .Select(cell => new Comparison
            {
                Op = cell.Key.Op,
                Clients = cell.Key.Clients,
                Ours = cell.Figures.Single(f => f.System == ours),
                Best = cell.Figures.Where(f => others.Contains(f.System)).MaxBy(f => f.OpsPerS)!,
                Broken = [.. cell.Figures.Where(f => others.Contains(f.System) && (f.OpsPerS == 0 || f.Errors > 0))],
            })];
    }
}

/// <summary>What one system has achieved in one cell.</summary>
/// <param name="System">Which.</param>
/// <param name="OpsPerS">Its throughput.</param>
/// <param name="P99Ms">Its 99th percentile.</param>
/// <param name="Errors">Calls that failed.</param>
internal sealed record Figure(string System, double OpsPerS, double P99Ms, long Errors)
{
    /// <summary>The middle of some repetitions.</summary>
    public static Figure Of(IEnumerable<Measurement> repetitions)
    {
        List<Measurement> all = [.. repetitions];
        return new Figure(
            all[0].System, Middle(all.Select(m => m.OpsPerS)), Middle(all.Select(m => m.P99Ms)), all.Sum(m => m.Errors));
    }

    // Of an even number the lower one: it is one that was measured.
    private static double Middle(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }
}
