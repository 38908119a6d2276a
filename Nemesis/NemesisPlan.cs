namespace PaxosWcf.Nemesis;

/// <summary>What the command line asks for.</summary>
internal sealed record NemesisPlan
{
    /// <summary>How long faults are injected; calm and the final look come on top.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Where some kind was not injected when that time is over, faults go on until each was, at most this long in all; a kind that is missing
    /// even so fails the run. Null: whatever there was time for will do.</summary>
    public TimeSpan? AllKindsWithin { get; init; }

    /// <summary>Repeats the schedule of faults and what the clients ask for; not the machine's own timing.</summary>
    public required int Seed { get; init; }

    /// <summary>The kinds to inject; empty: all.</summary>
    public IReadOnlyList<FaultKind> Only { get; init; } = [];

    public int Clients { get; init; } = 8;

    /// <summary>Traffic without faults before the final look.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where data, logs and history go; null: a temporary directory that goes when all is well.</summary>
    public string? Data { get; init; }

    public string? HostPath { get; init; }
}
