namespace PaxosWcf.Simulator;

/// <summary>What the command line asks for: one run, or many.</summary>
internal sealed record SimulatorRequest
{
    /// <summary>The seed of the one run, or the first of many.</summary>
    public required int Seed { get; init; }

    public long Steps { get; init; }

    /// <summary>How many seeds; null: one run, or as many as the time allows.</summary>
    public int? Seeds { get; init; }

    /// <summary>How long new seeds are run; null: not by time.</summary>
    public TimeSpan? Time { get; init; }

    public string? Scenario { get; init; }

    public string? Replay { get; init; }

    public bool Trace { get; init; }

    public string? History { get; init; }

    public bool Json { get; init; }

    /// <summary>Where a failing run's shrunk schedule goes; null: a name made of the seed.</summary>
    public string? Schedule { get; init; }

    /// <summary>How many runs shrinking may take; 0: the schedule is left as it is.</summary>
    public int ShrinkRuns { get; init; }

    public bool IsMany => Seeds is not null || Time is not null;
}
