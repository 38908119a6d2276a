using System.CommandLine;

namespace PaxosWcf.Benchmarks.CommandLine;

/// <summary>Options that take several values with commas between them.</summary>
internal static class ListOption
{
    /// <summary>An option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="helpName">What its values are, in capitals.</param>
    /// <param name="description">What it does.</param>
    /// <param name="otherwise">What holds when it is left out; read like any other text.</param>
    /// <param name="read">Reads one value; null: it is none.</param>
    public static Option<IReadOnlyList<T>> Of<T>(
        string name, string helpName, string description, string otherwise, Func<string, T?> read)
        where T : struct
    {
        return new Option<IReadOnlyList<T>>(name)
        {
            HelpName = helpName,
            Description = $"{description} (default: {otherwise})",
            DefaultValueFactory = _ => [.. Parts(otherwise).Select(part => read(part)!.Value)],
            CustomParser = result =>
            {
                var all = new List<T>();
                foreach (string part in Parts(result.Tokens[0].Value))
                {
                    if (read(part) is { } value)
                    {
                        all.Add(value);
                    }
                    else
                    {
                        result.AddError($"{name} has \"{part}\"; write {description}; commas go between several.");
                    }
                }

                return all;
            },
        };
    }

    private static string[] Parts(string list) => list.Split(',');
}
