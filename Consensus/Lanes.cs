using System.Diagnostics;

namespace PaxosWcf.Consensus;

/// <summary>Questions to one peer that wait for each other. Those of other lanes do not wait for them: a heartbeat never waits behind a megabyte of values.</summary>
public enum Lane
{
    /// <summary>Heartbeats.</summary>
    Heartbeats,

    /// <summary>Commands for the leader, and its word to take over.</summary>
    Proposals,

    /// <summary>Rounds of reads.</summary>
    Reads,

    /// <summary>Prepare, Accept and Recall: what an acceptor is asked.</summary>
    Votes,

    /// <summary>What a learner is told.</summary>
    Learning,

    /// <summary>Questions for slots that are missing.</summary>
    CatchUps,

    /// <summary>Questions for chunks of a snapshot.</summary>
    Snapshots,
}

/// <summary>How the questions of one lane go to a peer.</summary>
/// <param name="QueueMax">Messages that may wait; beyond it the oldest are lost, as they might be in the network.</param>
/// <param name="CallsMax">Calls under way at once.</param>
/// <param name="Merge">Makes one message of two that follow each other, or null where they must go apart.</param>
public sealed record LaneRules(int QueueMax, int CallsMax, Func<Message, Message, Message?> Merge)
{
    /// <summary>What is left to say of a message (the second) where another one waits, or is under way; null: nothing.</summary>
    public Func<Message, Message, Message?> LeaveOut { get; init; } = (_, added) => added;

    /// <summary>Whether a message (the second) makes one that waits pointless.</summary>
    public Func<Message, Message, bool> IsOver { get; init; } = (_, _) => false;
}

/// <summary>Which lane each question takes, and how it goes there.</summary>
public static class Lanes
{
    private const int QueueMax = 256;

    // Values that are lost here come by catch-up: a peer that is away need not find them all waiting for it.
    private const int ToldMax = 16;

    /// <summary>The lane of a question; null for an answer, which goes back with the call that it answers.</summary>
    public static Lane? Of(Message message) => message switch
    {
        Heartbeat => Lane.Heartbeats,
        Propose or TakeOver => Lane.Proposals,
        ReadIndex => Lane.Reads,
        Prepare or Accept or Recall => Lane.Votes,
        Learn => Lane.Learning,
        CatchUp => Lane.CatchUps,
        ReadSnapshot => Lane.Snapshots,
        Promise or Accepted or Rejected or CatchUpReply or HeartbeatReply or ProposeReply or ReadIndexReply or ReadSnapshotReply or RecallReply => null,
        _ => throw new UnreachableException($"a message of kind {message.GetType().Name}"),
    };

    /// <summary>How a lane's questions go.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="bytesMax">Bytes of values or commands that are gathered into one message, at most.</param>
    /// <remarks>One call at a time where messages merge: a second would take along little, and a call costs much more than what is in it.
    /// Heartbeats have two, so that one slow call does not cost a leader its office.</remarks>
    public static LaneRules RulesOf(Lane lane, int bytesMax) => lane switch
    {
        Lane.Heartbeats => new(QueueMax, CallsMax: 2, Merging.Heartbeats),
        Lane.Proposals => new(QueueMax, CallsMax: 1, Merging.Proposals(bytesMax)) { LeaveOut = Merging.Unasked },
        Lane.Reads => new(QueueMax, CallsMax: 1, Merging.Reads),
        Lane.Votes => new(QueueMax, CallsMax: 1, Merging.Votes(bytesMax)) { LeaveOut = Merging.Unasked, IsOver = Merging.IsOver },
        Lane.Learning => new(ToldMax, CallsMax: 1, Merging.Told(bytesMax)),
        Lane.CatchUps => new(QueueMax, CallsMax: 1, Merging.CatchUps) { LeaveOut = Merging.Unasked },
        Lane.Snapshots => new(QueueMax, CallsMax: 1, Merging.Snapshots),
        _ => throw new UnreachableException($"lane {lane}"),
    };
}
