namespace PaxosWcf.Contracts.Configuration;

/// <summary>The fault lab: faults on purpose, by hand and at random times. Off unless the file says otherwise.</summary>
public sealed record FaultSettings
{
    /// <summary>No faults are injected.</summary>
    public static FaultSettings Off { get; } = new();

    /// <summary>Whether faults may be injected at all.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whether, besides, each acceptor fails by itself at random times and comes back.</summary>
    public bool Random { get; init; } = true;

    /// <summary>Mean of the exponentially distributed time for which an acceptor is up, in seconds; above 0.</summary>
    public double MeanSecondsToFailure { get; init; } = 20;

    /// <summary>Shortest time an acceptor is down, in seconds; at least 0.</summary>
    public double DownSecondsMin { get; init; } = 1;

    /// <summary>Longest time an acceptor is down, in seconds; at least <see cref="DownSecondsMin"/>.</summary>
    public double DownSecondsMax { get; init; } = 4;

    /// <summary>Repeats a schedule of faults.</summary>
    public int Seed { get; init; } = 1;
}
