using Spectre.Console;

namespace PaxosWcf.Benchmarks.Results;

/// <summary>Cells with frames on a terminal, aligned by blanks elsewhere.</summary>
internal sealed class Grid
{
    private readonly IReadOnlyList<string> _columns;
    private readonly IReadOnlyList<string[]> _rows;
    private readonly int _textColumns;

    private Grid(IReadOnlyList<string> columns, int textColumns, IReadOnlyList<string[]> rows)
    {
        (_columns, _textColumns, _rows) = (columns, textColumns, rows);
    }

    /// <summary>A grid.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="textColumns">How many of the first are text; the others are numbers, and stand to the right.</param>
    /// <param name="rows">As many cells each as there are columns.</param>
    public static Grid Of(IReadOnlyList<string> columns, int textColumns, IEnumerable<string[]> rows)
    {
        return new Grid(columns, textColumns, [.. rows]);
    }

    public Table Framed()
    {
        var table = new Table().RoundedBorder();
        for (int i = 0; i < _columns.Count; i++)
        {
            var column = new TableColumn(new Text(_columns[i]));
            table.AddColumn(i < _textColumns ? column : column.RightAligned());
        }

        foreach (string[] row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    public string Plain()
    {
        int[] widths = [.. _columns.Select((c, i) => _rows.Select(r => r[i].Length).Append(c.Length).Max())];
        return string.Join(Environment.NewLine, _rows.Prepend([.. _columns]).Select(row => Line(row, widths, _textColumns)));
    }

    /// <summary>One row, aligned by blanks.</summary>
    public static string Line(string[] cells, int[] widths, int textColumns)
    {
        return string.Join("  ", cells.Select((cell, i) =>
            i < textColumns ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd();
    }
}
