using System.Text;

namespace PaxosWcf.ClientApp;

/// <summary>Splits a line of a script or prompt into words: "…" with \" \\ \n \t, '…' as it stands, # begins a comment.</summary>
internal static class LineTokenizer
{
    /// <summary>The words of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="quoted">Takes the places of those words that have quotes.</param>
    public static IReadOnlyList<string> Split(string line, ICollection<int>? quoted = null)
    {
        var words = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < line.Length && char.IsWhiteSpace(line[at]))
            {
                at++;
            }

            // Only at the beginning of a word: a value such as colour#1 holds no comment.
            if (at == line.Length || line[at] == '#')
            {
                return words;
            }

            int from = at;
            words.Add(Word(line, ref at));
            if (line.AsSpan(from, at - from).ContainsAny('"', '\''))
            {
                quoted?.Add(words.Count - 1);
            }
        }
    }

    private static string Word(string line, ref int at)
    {
        var word = new StringBuilder();
        while (at < line.Length && !char.IsWhiteSpace(line[at]))
        {
            char c = line[at];
            if (c is '"' or '\'')
            {
                Quoted(line, ref at, word);
            }
            else
            {
                word.Append(c);
                at++;
            }
        }

        return word.ToString();
    }

    private static void Quoted(string line, ref int at, StringBuilder word)
    {
        char quote = line[at];
        int opened = ++at;
        for (; at < line.Length; at++)
        {
            if (line[at] == quote)
            {
                at++;
                return;
            }

            word.Append(quote == '"' && line[at] == '\\' ? Escaped(line, ref at) : line[at]);
        }

        throw new UsageException($"The quote {quote} at column {opened} is never closed.");
    }

    private static char Escaped(string line, ref int at)
    {
        at++;
        return (at < line.Length ? line[at] : '\0') switch
        {
            'n' => '\n',
            't' => '\t',
            '"' => '"',
            '\\' => '\\',
            '\0' => throw new UsageException($"The line ends in the escape at column {at}."),
            char other => throw new UsageException($"\\{other} at column {at} is no escape; there are \\\" \\\\ \\n \\t."),
        };
    }
}
