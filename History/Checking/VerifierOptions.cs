namespace PaxosWcf.History;

/// <summary>How a history is verified.</summary>
public sealed record VerifierOptions
{
    /// <summary>When to give up on keys that are not decided. More decides histories with many calls open at once on a key.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to make the history of one illegal key smaller, to show it; null: as long as <see cref="TimeLimit"/>.</summary>
    public TimeSpan? WitnessTimeLimit { get; init; }

    /// <summary>Most memory that one search keeps of where it has been, in words of eight bytes; two searches run at once on
    /// two processors. Less is slower on keys with many calls open at once.</summary>
    public int CacheWordsMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Whether the positions in the log are checked as well.</summary>
    public bool Slots { get; init; }

    /// <summary>Most keys whose illegal history is made small and shown.</summary>
    public int WitnessesMax { get; init; } = 5;
}
