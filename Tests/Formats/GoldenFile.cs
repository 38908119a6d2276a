namespace PaxosWcf.Tests.Formats;

/// <summary>A file of this folder's <c>golden/</c>: bytes that a released build wrote, and that every later one must read. It is
/// added to, never changed: a new layout gets a new version byte, and a file of its own.</summary>
/// <remarks>One record a line: its name, a space, what it is. Lines that begin with <c>#</c> say where they come from.</remarks>
internal static class GoldenFile
{
    /// <summary>The records of a file, by name.</summary>
    public static IReadOnlyDictionary<string, string> Read(string name)
    {
        return File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Formats", "golden", name))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
    }

    /// <summary>Fails when a record is missing in a golden file or is written otherwise than it has it, and shows the whole line.</summary>
    public static void AssertHas(string file, string record, string written)
    {
        IReadOnlyDictionary<string, string> golden = Read(file);
        Assert.IsTrue(golden.TryGetValue(record, out string? expected), $"{file} lacks the line:\n{record} {written}");
        Assert.AreEqual(expected, written, $"{file} has another {record}: a changed layout needs a new version byte, and its own golden record.");
    }
}
