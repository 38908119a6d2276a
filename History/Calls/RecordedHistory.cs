namespace PaxosWcf.History;

/// <summary>What all files of a run say together.</summary>
/// <param name="Calls">Every call, in the order of invocation.</param>
/// <param name="Markers">Faults and remarks, in the order of time.</param>
public sealed record RecordedHistory(IReadOnlyList<RecordedCall> Calls, IReadOnlyList<HistoryLine> Markers)
{
    /// <summary>Reads and merges files.</summary>
    /// <exception cref="HistoryFormatException">A file cannot be read, or is not as the format has it.</exception>
    public static RecordedHistory Load(IEnumerable<string> files)
    {
        var assembler = new CallAssembler();
        foreach (string file in files)
        {
            if (file.Length == 0)
            {
                throw new HistoryFormatException("\"\"", "the name of a history is empty");
            }

            try
            {
                using FileStream stream = File.OpenRead(file);
                assembler.Add(HistoryReader.Read(stream, file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new HistoryFormatException(file, $"the file cannot be read: {e.Message}");
            }
        }

        return assembler.Assemble();
    }

    /// <summary>Reads one history that is in memory.</summary>
    /// <exception cref="HistoryFormatException">It is not as the format has it.</exception>
    public static RecordedHistory Read(Stream stream, string name)
    {
        var assembler = new CallAssembler();
        assembler.Add(HistoryReader.Read(stream, name));
        return assembler.Assemble();
    }
}
