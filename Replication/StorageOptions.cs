namespace PaxosWcf.Replication;

/// <summary>What a replica keeps on its disk beside the state itself. Replicas may differ in it.</summary>
public sealed record StorageOptions
{
    /// <summary>Chosen values that are applied and stay in the log all the same, for replicas that catch up; beyond it the
    /// oldest go, a sixteenth at a time. More: a replica may be away for longer before it needs a snapshot of the state.</summary>
    public long LogSlotsMax { get; init; } = 16 * 1024;

    /// <summary>The same in bytes.</summary>
    public long LogBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>While a replica fetches a snapshot here, and for a while after, the log is kept from the snapshot's slot on,
    /// so that it can go on from there; but no more bytes of it than this, give or take one of those sixteenths.</summary>
    public long LogHeldBytesMax { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Revisions whose changes are kept for those who watch; beyond it the oldest go, a sixteenth at a time. More: a watcher may
    /// be away for longer before it is told that what it asks for is compacted.</summary>
    public long HistoryRevisionsMax { get; init; } = 100_000;

    /// <summary>The same in bytes of the blocks that hold them; what is reached first holds.</summary>
    public long HistoryBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Slots of a segment whose effects the replicas compare. Those of a cluster must be the same: replicas with
    /// another length are not compared. Fewer: a difference is found sooner, and more of the log is votes, one a replica and
    /// segment.</summary>
    public long AuditSlots { get; init; } = 1024;

    /// <summary>Bytes of records in one chunk of a snapshot, at most; a single larger record makes a chunk of its own.</summary>
    public int SnapshotChunkBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Snapshots that are open for other replicas at once, at most; one more is refused. Each keeps what it sees on the
    /// disk, however much of it is overwritten meanwhile.</summary>
    public int SnapshotsOpenMax { get; init; } = 2;

    /// <summary>A snapshot that nobody asked for in so many ticks is closed.</summary>
    public int SnapshotIdleTicks { get; init; } = 1200;
}
