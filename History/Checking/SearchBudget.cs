namespace PaxosWcf.History;

/// <summary>How much a search may cost.</summary>
/// <param name="ConfigurationsMax">Most configurations that are entered.</param>
/// <param name="CacheWordsMax">Most words of eight bytes that are kept of them.</param>
/// <param name="Deadline">Ends the search.</param>
internal sealed record SearchBudget(long ConfigurationsMax, int CacheWordsMax, CancellationToken Deadline)
{
    public bool IsSpentAfter(long configurations)
    {
        return configurations >= ConfigurationsMax || (configurations % 256 == 0 && Deadline.IsCancellationRequested);
    }
}

internal enum SearchResult
{
    Legal,

    Illegal,

    /// <summary>The budget was spent first.</summary>
    Unknown,
}
