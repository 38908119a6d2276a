namespace PaxosWcf.ClientApp;

/// <summary>What the command line asks of chaos.</summary>
internal sealed record ChaosPlan
{
    public required int Rounds { get; init; }

    public required int Clients { get; init; }

    public required TimeSpan RoundTime { get; init; }

    public required TimeSpan KillEvery { get; init; }

    public required int Seed { get; init; }

    /// <summary>Whether replicas are restarted in order, one after the other, instead of being killed.</summary>
    public bool Rolling { get; init; }

    public string? Data { get; init; }

    /// <summary>Where to record a history; null: no hot keys, no history.</summary>
    public string? History { get; init; }

    public string? HostPath { get; init; }
}
