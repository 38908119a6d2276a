using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>The file that --history names.</summary>
internal static class HistoryFile
{
    public static Option<string?> Option()
    {
        return new Option<string?>("--history") { HelpName = "FILE", Description = "record the calls here, for verify" };
    }

    /// <summary>Begins the file anew; null when none is named.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public static HistoryRecorder? Create(string? path)
    {
        try
        {
            return path is null ? null : HistoryRecorder.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"The history \"{path}\" cannot be written: {e.Message}");
        }
    }
}
