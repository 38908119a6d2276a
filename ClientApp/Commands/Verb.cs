namespace PaxosWcf.ClientApp;

/// <summary>One argument of a verb.</summary>
internal sealed record VerbArgument(string Name, string Help, bool Optional = false)
{
    /// <summary>Name of one that is a key of the store.</summary>
    public const string Key = "KEY";
}

/// <summary>An option of one verb.</summary>
/// <param name="Name">Such as --from.</param>
/// <param name="Value">What stands behind it; null: nothing.</param>
/// <param name="Help">What it does.</param>
internal sealed record VerbOption(string Name, string? Value, string Help);

/// <summary>Something a person can ask for, on the command line, at the prompt and in a script alike.</summary>
internal abstract class Verb(string name, string help, params VerbArgument[] arguments)
{
    public string Name => name;

    public string Help => help;

    public IReadOnlyList<VerbArgument> Arguments => arguments;

    /// <summary>Its options; they come behind its arguments.</summary>
    public virtual IReadOnlyList<VerbOption> Options => [];

    /// <summary>Whether a script may hold it.</summary>
    public virtual bool InScripts => true;

    /// <summary>"put KEY VALUE".</summary>
    public string Usage =>
        string.Join(' ', [name, .. arguments.Select(a => a.Optional ? $"[{a.Name}]" : a.Name), .. Options.Count > 0 ? ["[OPTIONS]"] : Array.Empty<string>()]);

    public abstract Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel);

    /// <summary>Refuses too few or too many arguments.</summary>
    public void CheckCount(int count)
    {
        int required = arguments.Count(a => !a.Optional);
        if (count < required || (count > arguments.Length && Options.Count == 0))
        {
            string problem = count < required ? $"{name} wants {arguments[count].Name}" : $"{name} takes no more than {arguments.Length} argument(s), here are {count}";
            throw new UsageException($"{problem}: {Usage}. Put quotes around text with blanks in it.");
        }
    }
}
