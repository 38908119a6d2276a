using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Makes one message of two that wait for the same call, or says null where they must go apart.</summary>
internal static class Merging
{
    /// <summary>Accepts of one ballot go together, within a size. A Prepare goes alone.</summary>
    public static Func<Message, Message, Message?> Votes(int bytesMax) => (first, next) =>
        first is Accept one && next is Accept two && one.Ballot == two.Ballot && Bytes(one) + Bytes(two) <= bytesMax
            ? new Accept(one.Ballot, [.. one.Proposals, .. two.Proposals], Slot.Max(one.ChosenThrough, two.ChosenThrough))
            : null;

    /// <summary>Commands go together, within a size.</summary>
    public static Func<Message, Message, Message?> Proposals(int bytesMax) => (first, next) =>
        first is Propose one && next is Propose two && Bytes(one) + Bytes(two) <= bytesMax
            ? new Propose([.. one.Commands, .. two.Commands])
            : null;

    /// <summary>What is chosen under a ballot rides on an Accept of the same ballot.</summary>
    public static Message? Ride(Message waiting, Message learn) =>
        waiting is Accept accept && learn is Learn chosen && accept.Ballot == chosen.Ballot
            ? accept with { ChosenThrough = Slot.Max(accept.ChosenThrough, chosen.ChosenThrough) }
            : null;

    /// <summary>Of two things that a learner is told, or asks, only the later says anything new.</summary>
    public static Message? Learning(Message first, Message next) => (first, next) switch
    {
        (Learn one, Learn two) => one.Ballot > two.Ballot ? one : two,
        (CatchUp, CatchUp) => next,
        _ => null,
    };

    /// <summary>A replica fetches one chunk at a time: a later question replaces an earlier.</summary>
    public static Message? Snapshots(Message first, Message next) => next;

    /// <summary>Only the last heartbeat counts: an answer to its round answers the earlier ones too.</summary>
    public static Message? Heartbeats(Message first, Message next) => next;

    /// <summary>A replica has one read round out at a time: a later question replaces an earlier.</summary>
    public static Message? Reads(Message first, Message next) => next;

    private static int Bytes(Accept accept) => accept.Proposals.Sum(proposal => proposal.Value.Bytes.Length);

    private static int Bytes(Propose propose) => propose.Commands.Sum(command => command.Bytes.Length);
}
