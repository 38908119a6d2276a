using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>The lanes to one replica, which all calls of a client share. Reads that wait for a quorum, reads that do not, and mutations
/// each have one of their own, so that none waits for a slower kind.</summary>
/// <param name="channel">The replica.</param>
/// <param name="messagesMax">How many messages of a kind may be under way at once.</param>
/// <param name="time">The clock.</param>
/// <param name="noMajority">Told, before anything else leaves, how long the replica waited for a majority in vain.</param>
internal sealed class CallLanes(IKeyValueStore channel, int messagesMax, TimeProvider time, Action<TimeSpan> noMajority)
{
    /// <summary>What the calls go through.</summary>
    public IKeyValueStore Channel => channel;

    public CallLane Mutations { get; } = new(channel, messagesMax, time, noMajority);

    public CallLane Linearizable { get; } = new(channel, messagesMax, time, noMajority);

    public CallLane Serializable { get; } = new(channel, messagesMax, time, noMajority);
}
