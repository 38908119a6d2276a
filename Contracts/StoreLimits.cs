namespace PaxosWcf.Contracts;

/// <summary>What a client may send. Every limit is inclusive and checked at the door of each replica and, so that a
/// caller hears of it before a byte leaves, in the client library.</summary>
public static class StoreLimits
{
    /// <summary>Shortest key, in bytes of UTF-8.</summary>
    public const int KeyBytesMin = 1;

    /// <summary>Longest key, in bytes of UTF-8.</summary>
    public const int KeyBytesMax = 1024;

    /// <summary>Largest value, in bytes.</summary>
    public const int ValueBytesMax = 1 << 20;

    /// <summary>Most operations of one batch.</summary>
    public const int BatchOperationsMax = 1024;

    /// <summary>All keys and values of one batch together, in bytes: one largest value, and as much again.</summary>
    public const int BatchBytesMax = 2 << 20;

    /// <summary>Most comparisons of one transaction.</summary>
    public const int ComparisonsMax = 64;

    /// <summary>Most operations in each branch of a transaction; there may be none.</summary>
    public const int TransactOperationsMax = BatchOperationsMax;

    /// <summary>All keys and values of one transaction together, those of its comparisons and of both branches, in bytes.</summary>
    public const int TransactBytesMax = BatchBytesMax;

    /// <summary>All keys of one transaction together, in bytes: the longest of every comparison and of a full branch. More could, with every character
    /// escaped, be more than a message takes.</summary>
    public const int TransactKeyBytesMax = (ComparisonsMax + TransactOperationsMax) * KeyBytesMax;

    /// <summary>Most keys that one step of a restore puts.</summary>
    public const int RestoreEntriesMax = 1024;

    /// <summary>Most calls of one pipeline.</summary>
    public const int PipelineCallsMax = 64;

    /// <summary>All keys and values of one pipeline together, in bytes.</summary>
    public const int PipelineBytesMax = BatchBytesMax;

    /// <summary>All values in the answer to one pipeline together, in bytes. Gets beyond it are answered with Overloaded, which names this limit:
    /// they had no effect, and go into another message.</summary>
    public const int PipelineReplyBytesMax = 5 << 20;

    /// <summary>Most keys of one answer to Range; also what an answer has at most when the call does not say.</summary>
    public const int RangeKeysMax = 1024;

    /// <summary>All keys and values of one answer to Range together, in bytes, whether the values were asked for or not; a single larger key is answered all
    /// the same.</summary>
    public const int RangeBytesMax = 1 << 20;

    /// <summary>Most changes in one answer to Watch; also what an answer has at most when the call does not say.</summary>
    public const int WatchChangesMax = 1024;

    /// <summary>All keys and values in one answer to Watch together, in bytes; a single larger change is answered all the same.</summary>
    public const int WatchBytesMax = 1 << 20;

    /// <summary>Longest wait of one call of Watch, in milliseconds: below the time-outs of the usual HTTP clients and proxies.</summary>
    public const int WatchMillisecondsMax = 30_000;

    /// <summary>How long Watch waits when the call does not say, in milliseconds.</summary>
    public const int WatchMillisecondsDefault = 10_000;

    /// <summary>Most answers that a session keeps. Whoever numbers a mutation so many above one that is still under way may lose that one's answer,
    /// for one more has the store forget the lowest, as if it had been acknowledged.</summary>
    public const int SessionAnswersMax = 1024;

    /// <summary>The shortest time that a lease lives without being renewed, in seconds.</summary>
    public const int LeaseSecondsMin = 1;

    /// <summary>The longest: a day.</summary>
    public const int LeaseSecondsMax = 24 * 60 * 60;

    /// <summary>Most leases at once.</summary>
    public const int LeasesMax = 16 * 1024;

    /// <summary>Most keys of one lease.</summary>
    public const int LeaseKeysMax = 1024;

    /// <summary>Most keys of all leases together.</summary>
    public const int LeasedKeysMax = 64 * 1024;

    /// <summary>Most leases in one answer to Leases.</summary>
    public const int LeasesPageMax = 1024;

    /// <summary>Longest name of a lease, in characters: what GrantLease returns is shorter.</summary>
    public const int LeaseCharsMax = 40;

    /// <summary>Longest session name, in characters: what OpenSession returns is shorter.</summary>
    public const int SessionCharsMax = 64;
}
