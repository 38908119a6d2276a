namespace PaxosWcf.Consensus;

/// <summary>How patient and how greedy a replica is. Ticks are the host's (50 ms by default).</summary>
public sealed record ConsensusOptions
{
    /// <summary>A leader says so this often. Fewer: dead leaders are noticed sooner, more idle traffic.</summary>
    public int HeartbeatTicks { get; init; } = 2;

    /// <summary>A replica that hears no leader waits at least this long before it asks around. Fewer: shorter pauses
    /// after a leader's death, more needless elections on a slow machine.</summary>
    public int PatienceTicksMin { get; init; } = 16;

    /// <summary>And at most this long; the random spread keeps two from campaigning at once.</summary>
    public int PatienceTicksMax { get; init; } = 32;

    /// <summary>A leader that has not heard a quorum for this long yields.</summary>
    public int YieldTicks { get; init; } = 24;

    /// <summary>Asking around, or collecting promises, takes at most this long before it is given up.</summary>
    public int CampaignTicks { get; init; } = 12;

    /// <summary>A Prepare or Accept that is not answered is sent again after this long.</summary>
    public int RetransmitTicks { get; init; } = 6;

    /// <summary>A leader asks a majority first. What they have not all answered for this long it asks of the other voters too; after
    /// <see cref="RetransmitTicks"/> in any case. Fewer: shorter pauses when one of them dies, more needless messages on a slow machine.</summary>
    public int WidenTicks { get; init; } = 3;

    /// <summary>So many ticks apart, at least, what is asked of a majority is asked of all voters instead, which tells who of them is slower than the others. Fewer: a slow
    /// disk or link holds everybody up for a shorter time, more flushes that nobody waits for.</summary>
    public int AskAllTicks { get; init; } = 2;

    /// <summary>A call that brings commands to the leader stays open for them to be chosen, at most this long.</summary>
    public int HoldTicks { get; init; } = 2;

    /// <summary>A member that is not asked to accept, and whose clients wait for nothing, is told what is chosen with each regular
    /// heartbeat, or once this many slots have gathered. More: fewer messages, older reads where reads need not be linearizable.</summary>
    public int UntoldSlotsMax { get; init; } = 16;

    /// <summary>A command that was handed to the leader and is not learned is handed over again after this long.</summary>
    public int ResubmitTicks { get; init; } = 12;

    /// <summary>A learner that misses chosen slots asks again after this long without progress.</summary>
    public int CatchUpTicks { get; init; } = 3;

    /// <summary>Handing leadership over takes at most this long before the leader goes on leading. Nothing new is proposed
    /// meanwhile, so more is a longer pause where it fails, and less fails where disks are slow.</summary>
    public int HandOverTicks { get; init; } = 10;

    /// <summary>How many slots may be in flight at once. More: more overlap, more to recover after a leader's death.</summary>
    public int WindowSlotsMax { get; init; } = 32;

    /// <summary>While so many slots are in flight, what waits is proposed only once it fills a value: it is many small commands
    /// that make a leader slow, and they gather while a round is out (as small segments do in RFC 896). More: more overlap, more messages and flushes.</summary>
    public int PartialSlotsMax { get; init; } = 1;

    /// <summary>Commands in one value, at most.</summary>
    public int BatchCommandsMax { get; init; } = 1024;

    /// <summary>Bytes in one value, at most; a single larger command makes a value of its own.</summary>
    public int BatchBytesMax { get; init; } = 512 * 1024;

    /// <summary>An acceptor takes no slot this far beyond what its replica has learned: it bounds memory and promises.</summary>
    public int AcceptAheadMax { get; init; } = 1024;

    /// <summary>Bytes of values or commands in one message, at most; one larger item travels alone.</summary>
    public int MessageBytesMax { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes of values in one page of what an acceptor reports to a campaigner, at most; one larger value travels alone. A campaign goes on from page to page, but waits for each no longer
    /// than <see cref="CampaignTicks"/>. Fewer: campaigns come through slower links, with more round trips.</summary>
    public int ReportBytesMax { get; init; } = 256 * 1024;

    /// <summary>Commands that a leader queues, at most; more are refused and their origins hand them in again.</summary>
    public int QueueCommandsMax { get; init; } = 16 * 1024;

    /// <summary>Commands of its own clients that a replica keeps until they are learned, at most; more are refused.</summary>
    public int PendingCommandsMax { get; init; } = 4 * 1024;

    /// <summary>Bytes of the commands that a leader queues; beyond it more are refused, as beyond their number.</summary>
    public long QueueBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of the commands of its own clients that a replica keeps; beyond it more are refused.</summary>
    public long PendingBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Chosen values in one answer to a replica that catches up, at most.</summary>
    public int CatchUpSlotsMax { get; init; } = 1024;

    /// <summary>A chunk of a snapshot that does not come is asked for again after this long.</summary>
    public int SnapshotTicks { get; init; } = 20;

    /// <summary>And so often; then the snapshot is given up, and another replica is asked for what is missing.</summary>
    public int SnapshotAsksMax { get; init; } = 5;
}
