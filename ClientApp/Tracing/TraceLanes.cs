namespace PaxosWcf.ClientApp;

/// <summary>Draws a trace as a sequence diagram of text: a lane for each replica, an arrow for each message.</summary>
/// <param name="replicas">Their ids, from left to right.</param>
internal sealed class TraceLanes(IReadOnlyList<int> replicas)
{
    /// <summary>More replicas than this leave no room for what the arrows mean.</summary>
    public const int LanesMax = 9;

    private const int Step = 8;

    /// <summary>The replicas' names above their lanes.</summary>
    public string Header { get; } = string.Concat(replicas.Select(replica => $"R{replica}".PadRight(Step)));

    /// <summary>One line: an arrow from a replica to another, or its mark where there is none.</summary>
    /// <param name="from">Who does it.</param>
    /// <param name="to">Who is to hear of it; null, or one without a lane: nobody.</param>
    /// <param name="mark">Stands on the replica's own lane when no arrow begins there.</param>
    /// <param name="isLost">Whether the arrow does not arrive.</param>
    public string Draw(int from, int? to, char mark, bool isLost = false)
    {
        char[] line = new string(' ', ((replicas.Count - 1) * Step) + 1).ToCharArray();
        for (int lane = 0; lane < replicas.Count; lane++)
        {
            line[lane * Step] = '│';
        }

        int begin = At(from);
        int end = to is { } other ? At(other) : -1;
        if (begin >= 0 && end >= 0 && begin != end)
        {
            Arrow(line, begin, end, isLost);
        }
        else if (begin >= 0)
        {
            line[begin] = mark;
        }

        return new string(line);
    }

    private static void Arrow(char[] line, int begin, int end, bool isLost)
    {
        int step = Math.Sign(end - begin);
        for (int at = begin + step; at != end; at += step)
        {
            line[at] = line[at] == '│' ? '┼' : '─';
        }

        line[begin] = step > 0 ? '├' : '┤';
        line[end - step] = isLost ? '✗' : step > 0 ? '►' : '◄';
    }

    private int At(int replica)
    {
        for (int lane = 0; lane < replicas.Count; lane++)
        {
            if (replicas[lane] == replica)
            {
                return lane * Step;
            }
        }

        return -1;
    }
}
