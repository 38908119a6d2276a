namespace PaxosWcf.ClientApp;

/// <summary>What <c>help</c> says at the prompt.</summary>
internal static class PromptHelp
{
    /// <summary>Words that only the prompt knows.</summary>
    public static readonly string[] OwnWords = ["use", "help", "exit", "quit"];

    private static readonly (string Usage, string Help)[] Own =
    [
        ("use N", "ask replica N only; \"use any\" goes back to any"),
        ("help [VERB]", "this list, or one verb"),
        ("exit", "leave (also quit, and Ctrl-D or Ctrl-C at an empty line)"),
    ];

    /// <summary>What it says of one verb.</summary>
    public static string Text(Verb verb)
    {
        IEnumerable<(string Usage, string Help)> parts =
        [
            .. verb.Arguments.Select(a => (a.Name, a.Help)),
            .. verb.Options.Select(o => (o.Value is null ? o.Name : o.ValueOptional ? $"{o.Name} [{o.Value}]" : $"{o.Name} {o.Value}", o.Help)),
            .. verb.Command is { } command ? [($"-- {command.Name}…", command.Help)] : Array.Empty<(string, string)>(),
        ];
        return string.Join('\n', new[] { $"{verb.Usage}: {verb.Help}", Aligned([.. parts]) }.Where(part => part.Length > 0));
    }

    /// <summary>What it says of a verb, or of a word of the prompt's own.</summary>
    public static string Text(string name) => OwnWords.Contains(name, StringComparer.OrdinalIgnoreCase)
        ? Aligned([.. Own.Where(own => own.Usage.Split(' ')[0].Equals(name.ToLowerInvariant() is "quit" ? "exit" : name, StringComparison.OrdinalIgnoreCase))])
        : Text(AllVerbs.FindAtPrompt(name));

    public static string Text()
    {
        List<(string Usage, string Help)> all = [.. AllVerbs.List.Select(v => (v.Usage, v.Help)), .. Own];
        return Aligned(all)
            + "\nText with blanks goes in quotes: \"…\" with \\\" \\\\ \\n \\t, or '…'. Times: 250ms, 10s, 2m.";
    }

    private static string Aligned(IReadOnlyList<(string Usage, string Help)> lines)
    {
        int width = lines.Select(l => l.Usage.Length).DefaultIfEmpty().Max();
        return string.Join('\n', lines.Select(l => $"  {l.Usage.PadRight(width)}  {l.Help}"));
    }
}
