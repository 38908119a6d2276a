using System.Text;

namespace PaxosWcf.ClientApp;

/// <summary>Where a script's text comes from.</summary>
internal static class ScriptFile
{
    /// <summary>Names standard input in the place of a file.</summary>
    public const string StandardInput = "-";

    /// <exception cref="UsageException">It cannot be read, or is no text.</exception>
    /// <exception cref="InputNotReadException">It was interrupted before its end was read.</exception>
    public static async Task<string> ReadAsync(AppIo io, string file, CancellationToken cancel)
    {
        if (file.Length == 0)
        {
            throw new UsageException("The name of the script is empty; name a file, or - for standard input.");
        }

        try
        {
            // Reading standard input cannot be cancelled, only no longer waited for.
            return file == StandardInput
                ? await Task.Run(() => io.InIsTerminal ? Typed(io.In) : io.In.ReadToEnd(), CancellationToken.None).WaitAsync(cancel)
                : await File.ReadAllTextAsync(file, BackupFormat.Text, cancel);
        }
        catch (OperationCanceledException e)
        {
            throw new InputNotReadException("Interrupted; nothing of the script was done.", e);
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{(file == StandardInput ? "Standard input" : $"The script \"{file}\"")} is no UTF-8 text; nothing of it was done.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The script \"{file}\" cannot be read: {e.Message}");
        }
    }

    // Line by line: Ctrl-D at the beginning of one is the end, and whoever reads all at once has to be told twice.
    private static string Typed(TextReader terminal)
    {
        var text = new StringBuilder();
        while (terminal.ReadLine() is { } line)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Its lines that hold something.</summary>
    public static IEnumerable<ScriptLine> Lines(string text)
    {
        return text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select((line, i) => ScriptLine.Parse(i + 1, line)).OfType<ScriptLine>();
    }
}
