namespace PaxosWcf.ClientApp;

/// <summary>Every verb, in the order in which help shows them.</summary>
internal static class AllVerbs
{
    public static IReadOnlyList<Verb> List { get; } =
    [
        new PutCommand(), new GetCommand(), new DeleteCommand(), new ContainsCommand(), new BatchCommand(), new WatchCommand(),
        new PrepopulateCommand(), new StatusCommand(), new MemberCommand(), new CheckCommand(), new LeaderCommand(), new FailCommand(), new ReviveCommand(),
        new CutCommand(), new DelayCommand(), new HealCommand(),
    ];

    /// <summary>The verb of that name. A line that starts with none is refused with a sentence, never skipped.</summary>
    public static Verb Find(string name, IEnumerable<Verb> among)
    {
        List<Verb> known = [.. among];
        return known.Find(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException(Unknown(name, known.Select(v => v.Name)));
    }

    public static string Unknown(string name, IEnumerable<string> known)
    {
        List<string> names = [.. known];
        string? near = names.Find(n => n.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(n, StringComparison.OrdinalIgnoreCase));
        string hint = near is null ? "" : $" Did you mean {near}?";
        return $"There is no verb \"{ValueText.Printable(name)}\".{hint} The verbs are {string.Join(", ", names)}.";
    }
}
