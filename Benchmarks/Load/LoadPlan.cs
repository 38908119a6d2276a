namespace PaxosWcf.Benchmarks.Load;

/// <summary>What is to be measured: every kind with every size and every number of clients.</summary>
internal sealed record LoadPlan
{
    public required IReadOnlyList<LoadKind> Kinds { get; init; }

    public required IReadOnlyList<int> ValueSizes { get; init; }

    public required IReadOnlyList<int> Clients { get; init; }

    public required LoadTimes Times { get; init; }

    /// <summary>How long each system is under the load of all kinds before anything is measured: managed ones compile meanwhile.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>How often each cell is measured.</summary>
    public int Repetitions { get; init; } = 1;

    /// <summary>How many keys there are of each value size.</summary>
    public required int Keys { get; init; }
}
