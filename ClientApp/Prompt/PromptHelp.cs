namespace PaxosWcf.ClientApp;

/// <summary>What <c>help</c> says at the prompt.</summary>
internal static class PromptHelp
{
    /// <summary>Words that only the prompt knows.</summary>
    public static readonly string[] OwnWords = ["use", "help", "exit", "quit"];

    public static string Text()
    {
        IEnumerable<(string Usage, string Help)> own =
        [
            ("use N", "ask replica N only; \"use any\" goes back to any"),
            ("help", "this list"),
            ("exit", "leave (also quit, Ctrl-D, Ctrl-C)"),
        ];
        List<(string Usage, string Help)> all = [.. AllVerbs.List.Select(v => (v.Usage, v.Help)), .. own];
        int width = all.Max(l => l.Usage.Length);
        return string.Join('\n', all.Select(l => $"  {l.Usage.PadRight(width)}  {l.Help}"))
            + "\nText with blanks goes in quotes: \"…\" with \\\" \\\\ \\n \\t, or '…'. Times: 250ms, 10s, 2m.";
    }
}
