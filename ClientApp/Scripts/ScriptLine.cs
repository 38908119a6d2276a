namespace PaxosWcf.ClientApp;

/// <summary>One line of a script that holds an operation, or the reason why it does not.</summary>
internal sealed record ScriptLine(int Number, Verb? Verb, IReadOnlyList<string> Args, string? Problem)
{
    /// <summary>Reads a line; null for an empty one and a comment.</summary>
    public static ScriptLine? Parse(int number, string text)
    {
        try
        {
            IReadOnlyList<string> words = LineTokenizer.Split(text);
            if (words.Count == 0)
            {
                return null;
            }

            Verb verb = AllVerbs.Find(words[0], AllVerbs.List.Where(v => v.InScripts));
            verb.CheckCount(words.Count - 1);
            return new ScriptLine(number, verb, [.. words.Skip(1)], null);
        }
        catch (UsageException e)
        {
            return new ScriptLine(number, null, [], e.Message);
        }
    }
}
