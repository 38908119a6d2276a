namespace PaxosWcf.Consensus;

/// <summary>What a replica asks of the world while it takes steps. The host does it in this order, and on that order
/// safety rests:
/// <list type="number">
/// <item><see cref="Sends"/> go out at once: they only ask.</item>
/// <item><see cref="Persists"/> go to disk, all with one flush.</item>
/// <item><see cref="SendsAfterPersist"/> go out: they give my word.</item>
/// <item><see cref="Deliveries"/> are applied, <see cref="Answers"/> go to callers.</item>
/// </list>
/// A message to oneself stands among the others, and takes the same way around the disk.</summary>
public sealed class Effects
{
    /// <summary>Messages that may leave before the disk has anything.</summary>
    public List<Envelope> Sends { get; } = [];

    /// <summary>Records that must be durable before any of <see cref="SendsAfterPersist"/> leaves.</summary>
    public List<Persist> Persists { get; } = [];

    /// <summary>Messages that tell what this replica has promised, accepted or campaigned with.</summary>
    public List<Envelope> SendsAfterPersist { get; } = [];

    /// <summary>Chosen values in slot order, without gaps and without repeats.</summary>
    public List<Delivery> Deliveries { get; } = [];

    /// <summary>Catch-up requests to answer from the log on disk.</summary>
    public List<LogRead> LogReads { get; } = [];

    /// <summary>Requests for a chunk of a snapshot, to answer from the state on disk.</summary>
    public List<SnapshotRead> SnapshotReads { get; } = [];

    /// <summary>Chunks of a snapshot to put on the disk beside the state. What comes of each is told to
    /// <see cref="Replica.OnStaged"/>.</summary>
    public List<StageChunk> Stagings { get; } = [];

    /// <summary>What this replica's own callers hear.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>Decisions worth a log line.</summary>
    public List<Note> Notes { get; } = [];

    /// <summary>Set when commands wait to be proposed although they could be: those whose commands were just chosen are told first, and may come
    /// back with more at once. Another batch is to end soon, even an empty one.</summary>
    public bool WaitsForCallers { get; set; }

    /// <summary>Empties all lists, for reuse.</summary>
    public void Clear()
    {
        Sends.Clear();
        Persists.Clear();
        SendsAfterPersist.Clear();
        Deliveries.Clear();
        LogReads.Clear();
        SnapshotReads.Clear();
        Stagings.Clear();
        Answers.Clear();
        Notes.Clear();
        WaitsForCallers = false;
    }
}

/// <summary>A record for the disk.</summary>
public abstract record Persist;

/// <summary>The acceptor's promise.</summary>
public sealed record PersistPromise(Ballot Ballot) : Persist;

/// <summary>A value that the acceptor accepted.</summary>
public sealed record PersistAccepted(AcceptedEntry Entry) : Persist;

/// <summary>The proposer will use this ballot; after a restart it must not use it again.</summary>
public sealed record PersistCampaign(Ballot Ballot) : Persist;

/// <summary>From now on this disk is another life of the replica: the one that it was is not to be trusted any more.</summary>
public sealed record PersistIncarnation(Incarnation Incarnation) : Persist;

/// <summary>The starts that no majority has vouched for yet; none: one has, for the last of them.</summary>
public sealed record PersistStarts(IReadOnlyList<NamedStart> Starts) : Persist
{
    /// <summary>What the disk held at the first start that nobody has vouched for; null: a majority has, for the last of them.</summary>
    public HeldAtStart? Held { get; init; }
}

/// <summary>What is remembered of a member.</summary>
public sealed record PersistRemembered(Remembered Remembered) : Persist;

/// <summary>The next chosen value.</summary>
/// <param name="Slot">Its slot: one after the last delivered.</param>
/// <param name="Value">The value.</param>
/// <param name="InLog">Whether this replica's log on disk holds this very value already.</param>
/// <param name="Reconfigures">Whether it begins a configuration. Then the state through it is to be durable before any
/// of <see cref="Effects.SendsAfterPersist"/> leaves: whoever votes under a configuration has on disk what was chosen before
/// it, for the disks that had it may be gone.</param>
public sealed record Delivery(Slot Slot, Value Value, bool InLog, bool Reconfigures = false);

/// <summary>A peer asks for chosen values; the host reads them from the log and answers with CatchUpReply.</summary>
public sealed record LogRead(ReplicaId To, long Call, Slot From);

/// <summary>A peer asks for a chunk of a snapshot; the host reads it from the state and answers with ReadSnapshotReply.</summary>
public sealed record SnapshotRead(ReplicaId To, long Call, long Snapshot, long Chunk);

/// <summary>A chunk of a peer's snapshot.</summary>
public sealed record StageChunk(ReplicaId From, long Snapshot, long Chunk, ReadOnlyMemory<byte> Bytes);

/// <summary>What one of this replica's callers hears.</summary>
public abstract record Answer;

/// <summary>The read may be served once applied through this slot.</summary>
public sealed record ReadReady(long Read, Slot Index) : Answer;

/// <summary>The command was given up.</summary>
/// <param name="Id">The command.</param>
/// <param name="HandedOver">False: no leader ever had it, so it certainly has no effect. True: it may yet be chosen.</param>
public sealed record GivenUp(CommandId Id, bool HandedOver) : Answer;

/// <summary>This replica's leadership was to be handed over, and that is over.</summary>
/// <param name="Leader">The leader that is heard now, another than this replica; null: nobody took over in time.</param>
public sealed record HandOverEnded(ReplicaId? Leader) : Answer;

/// <summary>A decision of one of the roles.</summary>
public abstract record Note;

/// <summary>This replica asks for promises.</summary>
public sealed record Campaigns(Ballot Ballot) : Note;

/// <summary>This replica leads.</summary>
/// <param name="Ballot">Its ballot.</param>
/// <param name="From">The first slot that is free for new commands.</param>
/// <param name="Recovered">How many slots it had to propose again.</param>
public sealed record Leads(Ballot Ballot, Slot From, int Recovered) : Note;

/// <summary>This replica no longer leads or campaigns.</summary>
public sealed record Yields(Ballot Ballot, string Why) : Note;

/// <summary>This replica has learned another configuration.</summary>
public sealed record Reconfigured(Configuration Configuration, Slot Slot) : Note;

/// <summary>What this replica may do has changed.</summary>
public sealed record StandingChanged(Standing Standing, string Why) : Note;

/// <summary>The others remember more of this replica than its disk holds: the disk was set back, and is fenced.</summary>
/// <param name="Witness">Who remembers more.</param>
/// <param name="Seen">What that is.</param>
/// <param name="Disk">What the disk holds.</param>
public sealed record DiskSetBack(ReplicaId Witness, string Seen, string Disk) : Note;

/// <summary>This replica hears another leader.</summary>
public sealed record Follows(ReplicaId Leader, Ballot Ballot) : Note;

/// <summary>This leader holds new commands back, so that another can take over.</summary>
public sealed record HandsOver(Ballot Ballot, ReplicaId? To) : Note;

/// <summary>Nobody took over in time, and this leader goes on.</summary>
public sealed record GoesOnLeading(Ballot Ballot) : Note;

/// <summary>This replica is so far behind that it fetches another one's state.</summary>
public sealed record FetchesSnapshot(ReplicaId From) : Note;

/// <summary>The state of another replica is this one's now, through a slot.</summary>
public sealed record InstalledSnapshot(Slot Through) : Note;
