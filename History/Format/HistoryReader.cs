namespace PaxosWcf.History;

/// <summary>A line, and where it stands.</summary>
public sealed record PlacedLine(HistoryLine Line, string File, int Number)
{
    /// <summary>"file:line".</summary>
    public string Place => $"{File}:{Number}";
}

/// <summary>Reads a history line by line.</summary>
public static class HistoryReader
{
    /// <summary>Every line of a stream, in its order.</summary>
    /// <param name="stream">UTF-8.</param>
    /// <param name="file">How to name it in a complaint.</param>
    /// <exception cref="HistoryFormatException">A line is not as the format has it.</exception>
    public static IEnumerable<PlacedLine> Read(Stream stream, string file)
    {
        var lines = new ByteLines(stream);
        for (int number = 1; lines.Next() is { } line; number++)
        {
            yield return new PlacedLine(Parse(line, file, number), file, number);
        }
    }

    private static HistoryLine Parse(ReadOnlyMemory<byte> line, string file, int number)
    {
        try
        {
            return LineParser.Parse(line);
        }
        catch (FormatException e)
        {
            throw new HistoryFormatException($"{file}:{number}", e.Message);
        }
    }
}
