namespace PaxosWcf.ClientApp;

/// <summary>A line of a script or prompt that holds a verb.</summary>
internal static class VerbLine
{
    /// <summary>Its words. Where text would be taken for an option, or an option for text, it is refused: the quotes are gone by the time the verb looks.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var quoted = new List<int>();
        IReadOnlyList<string> words = LineTokenizer.Split(line, quoted);
        Verb? verb = words.Count == 0 ? null : AllVerbs.List.FirstOrDefault(v => v.Name.Equals(words[0], StringComparison.OrdinalIgnoreCase));
        if (verb is null or { TellsOptionsByPlace: true })
        {
            return words;
        }

        string[] options = [.. verb.Options.Select(option => option.Name)];
        int own = verb.Command is null ? words.Count : words.TakeWhile(word => word != Verb.BeforeCommand).Count();
        if (quoted.Where(at => at < own).Select(at => words[at]).Intersect(options).FirstOrDefault() is { } text)
        {
            throw new UsageException($"{verb.Name} cannot take {text} as text, with quotes or without: it is one of its options. A program can.");
        }

        // Where all arguments may be left out, options may be all that there is.
        return words.Count > 1 && options.Contains(words[1]) && verb.Arguments is [{ Optional: false }, ..]
            ? throw new UsageException($"The options of {verb.Name} come behind its arguments: {verb.Usage}.")
            : words;
    }
}
