using PaxosWcf.CommandLine;

namespace PaxosWcf.ClientApp;

/// <summary>Every verb, in the order in which help shows them.</summary>
internal static class AllVerbs
{
    public static IReadOnlyList<Verb> List { get; } =
    [
        new PutCommand(), new GetCommand(), new DeleteCommand(), new ContainsCommand(), new CasCommand(), new BatchCommand(), new ResolveCommand(), new KeysCommand(), new WatchCommand(),
        new LeaseCommand(), new LockCommand(),
        new PrepopulateCommand(), new StatusCommand(), new MemberCommand(), new CheckCommand(), new LeaderCommand(), new FailCommand(), new ReviveCommand(),
        new CutCommand(), new DelayCommand(), new HealCommand(), new TraceCommand(),
    ];

    /// <summary>What only the command line knows.</summary>
    public static IReadOnlyList<string> OfTheCommandLine { get; } =
        ["run", "backup", "verify-backup", "restore", "export", "import", "demo", "chaos", "verify"];

    /// <summary>The verb of that name. A line that starts with none is refused with a sentence, never skipped.</summary>
    public static Verb Find(string name, IEnumerable<Verb> among)
    {
        List<Verb> known = [.. among];
        return known.Find(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException(IsOfThePrompt(name)
                ? $"Scripts do not take {name}: give it on the command line, or at the prompt."
                : Unknown(name, known.Select(v => v.Name)));
    }

    /// <summary>The verb of that name, as a prompt knows it.</summary>
    public static Verb FindAtPrompt(string name)
    {
        return OfTheCommandLine.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? throw new UsageException($"{name} is a command of its own: leave the prompt, and give it on the command line.")
            : List.FirstOrDefault(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException(Unknown(name, List.Select(v => v.Name).Concat(PromptHelp.OwnWords)));
    }

    private static bool IsOfThePrompt(string name) => List.Any(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static string Unknown(string name, IEnumerable<string> known)
    {
        List<string> names = [.. known];
        string? near = names.Find(n => n.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(n, StringComparison.OrdinalIgnoreCase)) ?? Spelling.Nearest(name, names);
        string hint = near is null ? "" : $" Did you mean {near}?";
        return $"There is no verb \"{ValueText.Printable(name)}\".{hint} The verbs are {string.Join(", ", names)}.";
    }
}
