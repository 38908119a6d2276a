using System.Globalization;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Compare;

/// <summary>Comparisons as rows.</summary>
internal static class ComparisonTable
{
    private static readonly string[] Columns =
        ["op", "better of the others", "clients", "ours ops/s", "theirs", "ratio", "ours p99 ms", "theirs", "ratio"];

    public static Grid Of(IEnumerable<Comparison> comparisons)
    {
        return Grid.Of(Columns, textColumns: 2, comparisons.Select(c => new[]
        {
            c.Op,
            c.Best.System,
            ResultTable.Number(c.Clients),
            ResultTable.Number(c.Ours.OpsPerS),
            ResultTable.Number(c.Best.OpsPerS),
            Ratio(c.Throughput),
            ResultTable.Milliseconds(c.Ours.P99Ms),
            ResultTable.Milliseconds(c.Best.P99Ms),
            Ratio(c.Tail),
        }));
    }

    public static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
