namespace PaxosWcf.ClientApp;

/// <summary>Where a script's text comes from.</summary>
internal static class ScriptFile
{
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(AppIo io, string file, CancellationToken cancel)
    {
        try
        {
            return file == "-" ? await io.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The script \"{file}\" cannot be read: {e.Message}");
        }
    }

    /// <summary>Its lines that hold something.</summary>
    public static IEnumerable<ScriptLine> Lines(string text)
    {
        return text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select((line, i) => ScriptLine.Parse(i + 1, line)).OfType<ScriptLine>();
    }
}
