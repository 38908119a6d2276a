namespace PaxosWcf.ClientApp;

/// <summary>One argument of a verb.</summary>
internal sealed record VerbArgument(string Name, string Help, bool Optional = false)
{
    /// <summary>Name of one that is a key of the store.</summary>
    public const string Key = "KEY";

    /// <summary>Name of one that is a lock's name.</summary>
    public const string Lock = "NAME";
}

/// <summary>An option of one verb.</summary>
/// <param name="Name">Such as --from.</param>
/// <param name="Value">What stands behind it; null: nothing.</param>
/// <param name="Help">What it does.</param>
/// <param name="ValueOptional">Whether the value may be left out.</param>
internal sealed record VerbOption(string Name, string? Value, string Help, bool ValueOptional = false);

/// <summary>Something a person can ask for, on the command line, at the prompt and in a script alike.</summary>
internal abstract class Verb(string name, string help, params VerbArgument[] arguments)
{
    /// <summary>Stands before <see cref="Command"/>.</summary>
    public const string BeforeCommand = "--";

    public string Name => name;

    public string Help => help;

    public IReadOnlyList<VerbArgument> Arguments => arguments;

    /// <summary>Its options; they come behind its arguments.</summary>
    public virtual IReadOnlyList<VerbOption> Options => [];

    /// <summary>What stands behind -- at its very end, word for word: a program and its arguments. Null: nothing does.</summary>
    public virtual VerbArgument? Command => null;

    /// <summary>Whether it tells its options from text by where they stand, so that text may look like one of them.</summary>
    public virtual bool TellsOptionsByPlace => false;

    /// <summary>Which of several things it is asked for, as its JSON tells; null: it does one only, or the words name none that it does.</summary>
    public virtual string? ActionOf(IReadOnlyList<string> args) => null;

    /// <summary>Whether a script may hold it.</summary>
    public virtual bool InScripts => true;

    /// <summary>"put KEY VALUE".</summary>
    public string Usage => string.Join(' ',
    [
        name,
        .. arguments.Select(a => a.Optional ? $"[{a.Name}]" : a.Name),
        .. Options.Count > 0 ? ["[OPTIONS]"] : Array.Empty<string>(),
        .. Command is { } command ? [$"[-- {command.Name}…]"] : Array.Empty<string>(),
    ]);

    public abstract Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel);

    /// <summary>Refuses words of a line with which it cannot be run: too few, or too many. One with options looks at the rest itself, at the latest when it runs.</summary>
    public virtual void Check(IReadOnlyList<string> args)
    {
        int required = arguments.Count(a => !a.Optional);
        if (args.Count < required)
        {
            throw new UsageException($"{name} wants {arguments[args.Count].Name}: {Usage}. Put quotes around text with blanks in it.");
        }

        if (args.Count > arguments.Length && Options.Count == 0)
        {
            throw TooMany(name, arguments.Length, args.Count, Usage);
        }
    }

    /// <summary>"a, b or c".</summary>
    protected static string OneOf(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    /// <summary>What is said of more arguments than it takes.</summary>
    protected static UsageException TooMany(string name, int most, int count, string usage) =>
        new($"{name} takes no more than {Counted.Of(most, "argument")}, here are {count}: {usage}. Put quotes around text with blanks in it.");
}
