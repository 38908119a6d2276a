namespace PaxosWcf.Consensus;

/// <summary>Makes one message of two that wait for the same call to a peer, or says null where they must go apart. What leaves says no more than the two did, and leaves out only
/// what nobody misses.</summary>
public static class Merging
{
    /// <summary>Accepts of one ballot go together, within a size. A Prepare goes alone.</summary>
    public static Func<Message, Message, Message?> Votes(int bytesMax) => (first, next) =>
        first is Accept one && next is Accept two && one.Ballot == two.Ballot && MessageSize.Of(one) + MessageSize.Of(two) <= bytesMax
            ? new Accept(one.Ballot, [.. one.Proposals, .. two.Proposals], Slot.Max(one.ChosenThrough, two.ChosenThrough))
            : null;

    /// <summary>Commands go together, within a size.</summary>
    public static Func<Message, Message, Message?> Proposals(int bytesMax) => (first, next) =>
        first is Propose one && next is Propose two && MessageSize.Of(one) + MessageSize.Of(two) <= bytesMax
            ? new Propose([.. one.Commands, .. two.Commands])
            : null;

    /// <summary>What is sent again because it took long must not wait behind itself, again and again: on a slow link that is all that would leave. Whoever sends it again does so later, too, should the
    /// call that has it be lost.</summary>
    public static Message? Unasked(Message before, Message added) => (before, added) switch
    {
        (Accept one, Accept two) when one.Ballot == two.Ballot => Left(
            two.Proposals, proposal => one.Proposals.Any(known => known.Slot == proposal.Slot && ReferenceEquals(known.Value, proposal.Value)), left => two with { Proposals = left }),
        (Prepare one, Prepare two) when one == two => null,
        (CatchUp one, CatchUp two) when one == two => null,
        (Propose one, Propose two) => Left(two.Commands, Among(one.Commands), left => new Propose(left)),
        _ => added,
    };

    /// <summary>Who asks under a higher ballot gets nothing chosen any more under the lower one.</summary>
    public static bool IsOver(Message waiting, Message added) =>
        BallotOf(waiting) is { } ballot && ballot < (BallotOf(added) ?? Ballot.None);

    private static Ballot? BallotOf(Message message) => message switch { Prepare prepare => prepare.Ballot, Accept accept => accept.Ballot, _ => null };

    private static Func<Command, bool> Among(IReadOnlyList<Command> commands)
    {
        var known = commands.Select(command => command.Id).ToHashSet();
        return command => known.Contains(command.Id);
    }

    private static Message? Left<T>(IReadOnlyList<T> all, Func<T, bool> isSaid, Func<IReadOnlyList<T>, Message> say)
    {
        T[] left = [.. all.Where(one => !isSaid(one))];
        return left.Length == 0 ? null : say(left);
    }

    /// <summary>What is chosen under a ballot rides on an Accept of the same ballot, where it brings no values.</summary>
    public static Message? Ride(Message waiting, Message learn) =>
        waiting is Accept accept && learn is Learn { Values.Count: 0 } chosen && accept.Ballot == chosen.Ballot
            ? accept with { ChosenThrough = Slot.Max(accept.ChosenThrough, chosen.ChosenThrough) }
            : null;

    /// <summary>What a learner is told goes together, within a size, where the values follow each other.</summary>
    public static Func<Message, Message, Message?> Told(int bytesMax) => (first, next) => (first, next) switch
    {
        (Learn one, Learn two) when one.Ballot != two.Ballot => one.Values.Count > 0 ? null : one.Ballot > two.Ballot ? one : two,
        (Learn one, Learn { Values.Count: 0 } two) => one with { ChosenThrough = Slot.Max(one.ChosenThrough, two.ChosenThrough) },
        (Learn { Values.Count: 0 }, Learn two) => two,
        (Learn one, Learn two) when one.From.Plus(one.Values.Count) == two.From && MessageSize.Of(one) + MessageSize.Of(two) <= bytesMax =>
            new Learn(two.Ballot, Slot.Max(one.ChosenThrough, two.ChosenThrough)) { From = one.From, Values = [.. one.Values, .. two.Values] },
        _ => null,
    };

    /// <summary>Of two questions for what is missing only the later says anything new.</summary>
    public static Message? CatchUps(Message first, Message next) => next;

    /// <summary>A replica fetches one chunk at a time: a later question replaces an earlier.</summary>
    public static Message? Snapshots(Message first, Message next) => next;

    /// <summary>Only the last heartbeat counts: an answer to its round answers the earlier ones too. What the earlier one told of the members goes along.</summary>
    public static Message? Heartbeats(Message first, Message next) =>
        first is Heartbeat { Roll.Count: > 0 } told && next is Heartbeat { Roll.Count: 0 } last && told.Leading && last.Leading && told.Ballot == last.Ballot
            ? last with { Roll = told.Roll }
            : next;

    /// <summary>A replica has one read round out at a time: a later question replaces an earlier.</summary>
    public static Message? Reads(Message first, Message next) => next;
}
