namespace PaxosWcf.Simulator;

/// <summary>Everything that decides a run.</summary>
/// <param name="Seed">Draws all that is random.</param>
/// <param name="Steps">How many events happen under faults, before the calm.</param>
public sealed record RunPlan(int Seed, long Steps)
{
    /// <summary>The cluster.</summary>
    public ClusterOptions Cluster { get; init; } = new();

    /// <summary>Its clients.</summary>
    public ClientPlan Clients { get; init; } = new();

    /// <summary>The faults, by tick; null: they are drawn from the seed.</summary>
    public IReadOnlyList<Fault>? Faults { get; init; }

    /// <summary>Draws cluster and clients from a seed.</summary>
    public static RunPlan Draw(int seed, long steps) => new PlanDealer(seed).Draw(seed, steps);
}
