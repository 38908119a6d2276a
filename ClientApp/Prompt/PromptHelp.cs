namespace PaxosWcf.ClientApp;

/// <summary>What <c>help</c> says at the prompt.</summary>
internal static class PromptHelp
{
    /// <summary>Words that only the prompt knows.</summary>
    public static readonly string[] OwnWords = ["use", "help", "exit", "quit"];

    /// <summary>What it says of one verb.</summary>
    public static string Text(Verb verb)
    {
        IEnumerable<(string Usage, string Help)> parts =
        [
            .. verb.Arguments.Select(a => (a.Name, a.Help)),
            .. verb.Options.Select(o => (o.Value is null ? o.Name : $"{o.Name} {o.Value}", o.Help)),
            .. verb.Command is { } command ? [($"-- {command.Name}…", command.Help)] : Array.Empty<(string, string)>(),
        ];
        return string.Join('\n', new[] { $"{verb.Usage}: {verb.Help}", Aligned([.. parts]) }.Where(part => part.Length > 0));
    }

    public static string Text()
    {
        IEnumerable<(string Usage, string Help)> own =
        [
            ("use N", "ask replica N only; \"use any\" goes back to any"),
            ("help [VERB]", "this list, or one verb"),
            ("exit", "leave (also quit, Ctrl-D, Ctrl-C)"),
        ];
        List<(string Usage, string Help)> all = [.. AllVerbs.List.Select(v => (v.Usage, v.Help)), .. own];
        return Aligned(all)
            + "\nText with blanks goes in quotes: \"…\" with \\\" \\\\ \\n \\t, or '…'. Times: 250ms, 10s, 2m.";
    }

    private static string Aligned(IReadOnlyList<(string Usage, string Help)> lines)
    {
        int width = lines.Select(l => l.Usage.Length).DefaultIfEmpty().Max();
        return string.Join('\n', lines.Select(l => $"  {l.Usage.PadRight(width)}  {l.Help}"));
    }
}
