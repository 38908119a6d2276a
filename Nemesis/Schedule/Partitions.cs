namespace PaxosWcf.Nemesis;

/// <summary>Which ways of messages each shape of a partition loses, given the replicas in a random order.</summary>
internal static class Partitions
{
    /// <summary>The first is mute, or deaf.</summary>
    public static LostWay[] OneWay(int[] order, bool mute) =>
        [.. order[1..].Select(other => mute ? new LostWay(order[0], other) : new LostWay(other, order[0]))];

    /// <summary>The first few do not hear the others, nor are they heard.</summary>
    public static LostWay[] Split(int[] order, int minority) =>
        [.. order[..minority].SelectMany(one => order[minority..].SelectMany(other => BothWays(one, other)))];

    /// <summary>In a circle; each hears its two neighbours only.</summary>
    public static LostWay[] Ring(int[] order) => [.. Pairs(order.Length)
        .Where(pair => pair.J - pair.I != 1 && pair.J - pair.I != order.Length - 1)
        .SelectMany(pair => BothWays(order[pair.I], order[pair.J]))];

    /// <summary>The last is the only one that both halves of the others hear.</summary>
    public static LostWay[] Bridge(int[] order)
    {
        int half = order.Length / 2;
        return [.. order[..half].SelectMany(one => order[half..^1].SelectMany(other => BothWays(one, other)))];
    }

    private static IEnumerable<LostWay> BothWays(int one, int other) => [new(one, other), new(other, one)];

    private static IEnumerable<(int I, int J)> Pairs(int count) =>
        Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(i + 1, count - i - 1).Select(j => (i, j)));
}
