namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>Finds what somebody will have meant.</summary>
internal static class Spelling
{
    /// <summary>The name that takes the fewest letters put in, left out or changed, in capitals or not; null where that is more than a third of them.</summary>
    public static string? Nearest(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word, name))).Where(one => one.Distance * 3 <= word.Length).OrderBy(one => one.Distance).FirstOrDefault().Name;

    // Row by row: how far the first letters of the word are from the first letters of the name.
    private static int Distance(string word, string name)
    {
        int[] above = [.. Enumerable.Range(0, name.Length + 1)];
        for (var i = 1; i <= word.Length; i++)
        {
            int[] row = [i, .. new int[name.Length]];
            for (var j = 1; j <= name.Length; j++)
            {
                var changed = char.ToUpperInvariant(word[i - 1]) == char.ToUpperInvariant(name[j - 1]) ? 0 : 1;
                row[j] = Math.Min(above[j - 1] + changed, 1 + Math.Min(above[j], row[j - 1]));
            }

            above = row;
        }

        return above[^1];
    }
}
