using System.Globalization;

namespace PaxosWcf.Benchmarks.Results;

/// <summary>Measurements as rows.</summary>
internal static class ResultTable
{
    private const int TextColumns = 2;

    private static readonly string[] Columns =
        ["system", "op", "clients", "ops/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors"];

    // Lines are printed before the next one is known.
    private static readonly int[] PlainWidths = [16, 24, 7, 9, 8, 8, 8, 8, 6];

    public static string PlainHead => Plain(Columns);

    public static string PlainLine(Measurement one) => Plain(Cells(one));

    public static Grid Of(IEnumerable<Measurement> measured) => Grid.Of(Columns, TextColumns, measured.Select(Cells));

    public static string Number(double number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    public static string Milliseconds(double time) => time.ToString(time < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Plain(string[] cells) => Grid.Line(cells, PlainWidths, TextColumns);

    private static string[] Cells(Measurement m) =>
    [
        m.System,
        m.Op,
        Number(m.Clients),
        Number(m.OpsPerS),
        Milliseconds(m.P50Ms),
        Milliseconds(m.P95Ms),
        Milliseconds(m.P99Ms),
        Milliseconds(m.MaxMs),
        Number(m.Errors),
    ];
}
