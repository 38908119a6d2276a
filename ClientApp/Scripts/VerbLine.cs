namespace PaxosWcf.ClientApp;

/// <summary>A line of a script or prompt that holds a verb.</summary>
internal static class VerbLine
{
    /// <summary>Its words. Where text would be taken for an option, or an option for text, it is refused: the quotes are gone by the time the verb looks.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var quoted = new List<string>();
        IReadOnlyList<string> words = LineTokenizer.Split(line, quoted);
        Verb? verb = words.Count == 0 ? null : AllVerbs.List.FirstOrDefault(v => v.Name == words[0]);
        string[] options = [.. verb?.Options.Select(option => option.Name) ?? []];
        if (quoted.Intersect(options).FirstOrDefault() is { } text)
        {
            throw new UsageException($"{verb!.Name} cannot take {text} as text, with quotes or without: it is one of its options. A program can.");
        }

        return words.Count > 1 && options.Contains(words[1])
            ? throw new UsageException($"The options of {verb!.Name} come behind its arguments: {verb.Usage}.")
            : words;
    }
}
