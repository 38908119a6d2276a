namespace PaxosWcf.CommandLine;

/// <summary>Finds what somebody will have meant.</summary>
internal static class Spelling
{
    /// <summary>The name that takes the fewest slips: letters put in, left out or changed, or two neighbours that changed places; in capitals or not. Null where
    /// those are more than a third of the letters.</summary>
    public static string? Nearest(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word, name))).Where(one => one.Distance * 3 <= word.Length).OrderBy(one => one.Distance).FirstOrDefault().Name;

    // Row by row: how far the first letters of the word are from the first letters of the name ("optimal string alignment").
    private static int Distance(string word, string name)
    {
        int[] before = [];
        int[] above = [.. Enumerable.Range(0, name.Length + 1)];
        for (var i = 1; i <= word.Length; i++)
        {
            int[] row = [i, .. new int[name.Length]];
            for (var j = 1; j <= name.Length; j++)
            {
                row[j] = Math.Min(above[j - 1] + (IsSame(word[i - 1], name[j - 1]) ? 0 : 1), 1 + Math.Min(above[j], row[j - 1]));
                if (i > 1 && j > 1 && IsSame(word[i - 1], name[j - 2]) && IsSame(word[i - 2], name[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[^1];
    }

    private static bool IsSame(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
