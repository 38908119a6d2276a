using Spectre.Console;
using Spectre.Console.Rendering;

namespace PaxosWcf.ClientApp;

/// <summary>Rows of cells, with frames and colours on a terminal and aligned by blanks elsewhere.</summary>
internal static class Tables
{
    // A line, and a blank on each side.
    private const int CellFrame = 3;

    public static string Plain(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Length).Max())];
        return string.Join('\n', rows.Prepend([.. columns]).Select(r => Line(r, widths)));
    }

    public static IRenderable Rich(
        IReadOnlyList<string> columns, IReadOnlyList<string[]> rows, Func<string[], string?> colour)
    {
        var table = new Table().RoundedBorder();
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (string[] row in rows)
        {
            Style? style = colour(row) is { } name ? Style.Parse(name) : null;
            table.AddRow(row.Select(cell => new Text(cell, style)));
        }

        // A frame cuts what does not fit into pieces that nobody can read: then the terminal may break the lines.
        int width = columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Length).Max() + CellFrame).Sum() + 1;
        return new FittingTable(table, width, new UnbrokenText(Plain(columns, rows)));
    }

    private static string Line(string[] cells, int[] widths)
    {
        return string.Join("  ", cells.Select((c, i) => c.PadRight(widths[i]))).TrimEnd();
    }
}
