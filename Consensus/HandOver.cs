namespace PaxosWcf.Consensus;

/// <summary>Leadership on its way from this replica to another (Raft thesis, section 3.10): the leader proposes nothing new,
/// waits until all that it proposed is chosen and the other has learned it, and then tells that one to campaign at once.
/// Nothing of it bears on safety: the other wins its ballot as any campaigner does.</summary>
internal sealed class HandOver
{
    private int _ticksLeft;

    /// <summary>Begins one.</summary>
    /// <param name="to">Who is to lead; null: the first that has learned everything.</param>
    /// <param name="ticks">How long it may take.</param>
    public HandOver(ReplicaId? to, int ticks)
    {
        To = to;
        _ticksLeft = ticks;
    }

    /// <summary>Who is to lead, once that is decided.</summary>
    public ReplicaId? To { get; private set; }

    /// <summary>Whether all have been told what is chosen since nothing more was in flight.</summary>
    public bool HasTold { get; set; }

    /// <summary>Whether a replica that answered a heartbeat is the one to take over now: it can vote, and has learned all that
    /// was ever proposed here, so that it need not catch up before it leads. From then on it is nobody else, or two
    /// could campaign against each other.</summary>
    public bool IsReady(ReplicaId from, HeartbeatReply reply, Leading leading)
    {
        if (!leading.IsDrained || reply.Promised is null || reply.LearnedThrough.Next < leading.NextSlot
            || (To is { } to && to != from))
        {
            return false;
        }

        To = from;
        return true;
    }

    /// <summary>Time passes. True when it took too long.</summary>
    public bool TickIsLast() => --_ticksLeft <= 0;
}
