namespace PaxosWcf.Replication.KeyValue;

/// <summary>What the replicated state may grow to, apart from its keys. The same on every replica, for it decides what
/// the state machine does.</summary>
public static class StateMachineLimits
{
    /// <summary>Sessions kept; one more forgets the one that was used longest ago.</summary>
    public const int SessionsMax = 16 * 1024;

    /// <summary>Answers kept for one session; one more forgets the oldest, as if it had been acknowledged.</summary>
    public const int AnswersPerSessionMax = 1024;

    /// <summary>The same in bytes, each answer counted with <see cref="AnswerBytesMore"/> more.</summary>
    public const long AnswerBytesPerSessionMax = 1 << 20;

    /// <summary>Bytes of the kept answers of all sessions, counted alike; one more forgets the sessions that were used longest ago. They are kept in memory.</summary>
    public const long AnswerBytesMax = 256L << 20;

    /// <summary>What a kept answer takes beside its bytes.</summary>
    public const int AnswerBytesMore = 64;

    /// <summary>Comparisons of one transaction; one that has more is skipped, for its answer may have to be kept.</summary>
    public const int ComparisonsMax = 64;

    /// <summary>Writes in each branch of a transaction; the same.</summary>
    public const int TransactWritesMax = 1024;

    /// <summary>Leases there may be at once; one more is refused, for each of them was promised its time.</summary>
    public const int LeasesMax = 16 * 1024;

    /// <summary>Keys of one lease; one more is refused. They all go in one step when the lease is over.</summary>
    public const int LeaseKeysMax = 1024;

    /// <summary>Keys of all leases together; one more is refused, for which key is whose is kept in memory.</summary>
    public const int LeasedKeysMax = 64 * 1024;

    /// <summary>The longest time that a lease lives without being renewed, in seconds: a day. A command that asks for more is skipped.</summary>
    public const int LeaseSecondsMax = 24 * 60 * 60;

    /// <summary>Command numbers remembered of one replica above those it has finished; one more forgets the lowest, and
    /// a command at or below it is not applied any more.</summary>
    public const int NumbersPerOriginMax = 32 * 1024;

    /// <summary>Changes of keys that are kept in memory before they go to the store. More: fewer and larger write sets, and
    /// more to learn again after a crash.</summary>
    public const int UnwrittenChangesMax = 1024;

    /// <summary>The same in bytes of keys and values.</summary>
    public const long UnwrittenBytesMax = 1024 * 1024;

    /// <summary>The same in slots: well below what an acceptor takes ahead of what its replica has learned, so that a
    /// restarted replica can vote at once.</summary>
    public const long UnwrittenSlotsMax = 256;
}
