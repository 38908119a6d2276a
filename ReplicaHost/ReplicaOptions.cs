using System.ComponentModel.DataAnnotations;

namespace PaxosWcf.ReplicaHost;

/// <summary>How one process behaves: section <c>Replica</c> of appsettings.json, or environment variables such as
/// <c>PAXOSWCF_Replica__RequestTimeoutSeconds</c>. Who is in the cluster is in servers.xml, not here.</summary>
internal sealed class ReplicaOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Replica";

    /// <summary>How long a client's write may take, once a leader has it, before it is answered with OutcomeUnknown, in seconds.
    /// More: clients see fewer faults while a leader changes, and wait longer for the rest.</summary>
    [Range(0.1, 600)]
    public double RequestTimeoutSeconds { get; set; } = 10;

    /// <summary>How long a client's write may wait for a leader, and a read for a majority's word, before it is answered with NoQuorum, in
    /// seconds; <see cref="RequestTimeoutSeconds"/> if that is less. More: clients see fewer faults while a leader changes; from 5 on, where
    /// the client library asks another replica by default, it never hears that nothing was executed.</summary>
    [Range(0.1, 600)]
    public double NoQuorumSeconds { get; set; } = 4;

    /// <summary>Length of a tick, in milliseconds. All patience is counted in ticks: a leader says so every 2, its death
    /// is noticed after 16 to 32. Fewer: quicker changes of leader, more false alarms on a busy machine.</summary>
    [Range(5, 1000)]
    public int TickMilliseconds { get; set; } = 50;

    /// <summary>How long a call to another replica may take before it counts as lost, in milliseconds.</summary>
    [Range(50, 60_000)]
    public int PeerCallTimeoutMilliseconds { get; set; } = 2000;

    /// <summary>Seconds between two log reports of how long reading, serving, peer calls and flushes take; 0: none. More
    /// often costs nothing; any report at all costs some percent of the throughput.</summary>
    [Range(0.0, 3600.0)]
    public double TimingReportSeconds { get; set; }

    /// <summary>Slots that stay in the log after they are applied, for replicas that catch up. More: a replica may be away
    /// for longer before it is sent a snapshot of the whole state; fewer: less disk.</summary>
    [Range(64, 16_777_216)]
    public int LogSlotsMax { get; set; } = 16 * 1024;

    /// <summary>The same in mebibytes (2^20 bytes); what is reached first holds.</summary>
    [Range(1, 1_048_576)]
    public int LogMebibytesMax { get; set; } = 64;

    /// <summary>Revisions whose changes are kept for those who watch. More: a watcher may be away for longer before it is told that what it
    /// asks for is compacted; fewer: less disk.</summary>
    [Range(16, 1_000_000_000)]
    public int HistoryRevisionsMax { get; set; } = 100_000;

    /// <summary>The same in mebibytes; what is reached first holds. An eighth of <see cref="StoreMebibytesMax"/> holds too.</summary>
    [Range(1, 1_048_576)]
    public int HistoryMebibytesMax { get; set; } = 64;

    /// <summary>What the store's files may take, in MiB, before puts are refused with StorageFull; 0: no limit. Warnings come at
    /// 75 % and 90 %. The disk must have more room than that: for the log of what is under way, and for compaction.</summary>
    [Range(0, 1L << 30)]
    public long StoreMebibytesMax { get; set; } = 8192;

    /// <summary>The replicas compare what they made of each so many slots; the same on all of them, or they do not compare. Fewer:
    /// a difference is found sooner, and more of the log is votes.</summary>
    [Range(64, 1_048_576)]
    public int AuditSlots { get; set; } = 1024;

    /// <summary>PKCS#12 file of the certificate for https addresses.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>Password of that file. Give it by environment variable, never on the command line.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>PEM file of those who issue certificates of clients: whoever shows none of theirs is not let in at the client address, which
    /// must be https. Left out: whoever reaches it may use the store.</summary>
    public string? ClientIssuersPath { get; set; }

    /// <summary>The same for replicas and the peer address; this replica then shows <see cref="CertificatePath"/> to the others, and takes
    /// only certificates of these issuers from them. Left out: whoever reaches it can break the store.</summary>
    public string? PeerIssuersPath { get; set; }

    /// <summary>Where the replica's metrics can be scraped, in the text format of Prometheus, such as <c>http://127.0.0.1:9464/metrics</c>: an address
    /// with a port of its own. Left out: nowhere.</summary>
    public string? MetricsAddress { get; set; }

    /// <summary>What the replica keeps on its disk beside the state itself.</summary>
    internal Replication.StorageOptions ToStorage() => new()
    {
        LogSlotsMax = LogSlotsMax,
        LogBytesMax = (long)LogMebibytesMax << 20,
        AuditSlots = AuditSlots,
        HistoryRevisionsMax = HistoryRevisionsMax,

        // Deleted values live on in the history: it must not be what keeps a store at its limit.
        HistoryBytesMax = Math.Min((long)HistoryMebibytesMax << 20, StoreMebibytesMax == 0 ? long.MaxValue : StoreMebibytesMax << 17),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // A call that brings commands is held open for two ticks.
        if (TickMilliseconds * 4 > PeerCallTimeoutMilliseconds)
        {
            yield return new ValidationResult(
                $"{nameof(PeerCallTimeoutMilliseconds)} is {PeerCallTimeoutMilliseconds} and {nameof(TickMilliseconds)} {TickMilliseconds}: a call between replicas must be given four ticks at least.",
                [nameof(PeerCallTimeoutMilliseconds), nameof(TickMilliseconds)]);
        }
    }
}
