using System.Text.RegularExpressions;

namespace PaxosWcf.Tests.Console;

/// <summary>Takes out of a demo's transcript what differs from run to run: times, milliseconds, ports, the leader's id,
/// and the faults, which come when they come.</summary>
internal static partial class TranscriptNormalizer
{
    public static string Normalize(string transcript)
    {
        IEnumerable<string> lines = transcript.ReplaceLineEndings("\n").Split('\n')
            .Where(l => !l.Contains("[FAULT]", StringComparison.Ordinal) && !l.Contains("[RECOVERED]", StringComparison.Ordinal));
        string text = string.Join('\n', lines);
        text = Milliseconds().Replace(text, " MS");
        text = Time().Replace(text, "HH:MM:SS.mmm");
        text = Port().Replace(text, "$1:PORT");
        return Leader().Replace(text, "Replica N leads");
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3}", RegexOptions.Multiline)]
    private static partial Regex Time();

    [GeneratedRegex(@" +\d+\.\d$", RegexOptions.Multiline)]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"(http://127\.0\.0\.1):\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"Replica \d leads")]
    private static partial Regex Leader();
}
