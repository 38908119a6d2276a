namespace PaxosWcf.Benchmarks.Inside;

/// <summary>What DotNext's Raft (6.12, TCP, five processes, two cores shared with its load) wrote a second with the load in
/// its leader's process, on the machine that the goal was set on.</summary>
internal static class DotNextFigures
{
    /// <summary>Puts a second, by number of callers.</summary>
    public static IReadOnlyDictionary<int, double> PutsPerSecond { get; } =
        new Dictionary<int, double> { [1] = 1_141, [16] = 9_235, [64] = 25_874, [256] = 54_581 };
}
