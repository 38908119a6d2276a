namespace PaxosWcf.ClientApp;

/// <summary>One line of a script that holds an operation, or the reason why it does not.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Text">As it was written, without the blanks around it.</param>
/// <param name="Verb">What is to be done; null where there is a problem.</param>
/// <param name="Args">With what.</param>
/// <param name="Problem">Why it holds none.</param>
internal sealed record ScriptLine(int Number, string Text, Verb? Verb, IReadOnlyList<string> Args, string? Problem)
{
    /// <summary>Reads a line; null for an empty one and a comment.</summary>
    public static ScriptLine? Parse(int number, string text)
    {
        try
        {
            IReadOnlyList<string> words = VerbLine.Split(text);
            if (words.Count == 0)
            {
                return null;
            }

            Verb verb = AllVerbs.Find(words[0], AllVerbs.List.Where(v => v.InScripts));
            string[] args = [.. words.Skip(1)];
            verb.Check(args);
            return new ScriptLine(number, text.Trim(), verb, args, null);
        }
        catch (UsageException e)
        {
            return new ScriptLine(number, text.Trim(), null, [], e.Message);
        }
    }
}
