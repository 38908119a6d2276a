namespace PaxosWcf.Replication.Storage;

/// <summary>How long flushes take, lately: a mean in which the last one counts an eighth, as of round trips in TCP (RFC 6298, section 2). For one thread.</summary>
internal sealed class FlushTimes
{
    /// <summary>From here on they are long: to apply what one round of many clients brings takes less than half of it.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMilliseconds(2);

    private const int Weight = 8;

    private TimeSpan _mean;

    /// <summary>Whether they are long.</summary>
    public bool AreLong => _mean >= Long;

    /// <summary>One took so long.</summary>
    public void Add(TimeSpan flush) => _mean += (flush - _mean) / Weight;
}
