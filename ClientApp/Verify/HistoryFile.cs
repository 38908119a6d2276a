using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>The file that --history names.</summary>
internal static class HistoryFile
{
    public static Option<string?> Option()
    {
        return new Option<string?>("--history") { HelpName = "FILE", Description = "record the calls here, for verify; must not be there yet" };
    }

    /// <summary>Makes the file; null when none is named.</summary>
    /// <exception cref="UsageException">It is there already, or cannot be made.</exception>
    [return: NotNullIfNotNull(nameof(path))]
    public static HistoryRecorder? Create(string? path)
    {
        if (Path.Exists(path))
        {
            throw new UsageException($"There is a file \"{path}\" already; name another for the history, or remove it.");
        }

        if (path is { Length: 0 })
        {
            throw new UsageException("The name of the history is empty; name a file.");
        }

        try
        {
            return path is null ? null : HistoryRecorder.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The history \"{path}\" cannot be written: {e.Message}");
        }
    }
}
