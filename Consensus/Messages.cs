namespace PaxosWcf.Consensus;

// The normal case: R1 leads under 7.1, a client calls R5.
//
//   R5→R1 Propose (R5/1#9)                 the command goes to the leader, and the call stays open
//   R1→R2 Accept 7.1 [41] chosen 40        a majority is asked; what is chosen already rides along
//   R1→R3 Accept 7.1 [41] chosen 40
//   R2→R1 Accepted 7.1 [41]                after its disk has it
//   R3→R1 Accepted 7.1 [41]
//   R1→R5 ProposeReply taken Learn 7.1 chosen 41 [41]   with the value, for R5 was not asked
//   R1→R4 Learn 7.1 chosen 41 [41]         before the next Heartbeat
//
// A new leader: R2 misses R1's heartbeats.
//
//   R2→*  Heartbeat 7.1 asks               does anyone hear a leader?
//   *→R2  HeartbeatReply hears nobody      a quorum does not: R2 campaigns
//   R2→*  Prepare 8.2 from 41              phase 1, once, for all slots from 41 on
//   *→R2  Promise 8.2 learned 40 [41]      what was accepted, with its ballot
//   R2→*  Accept 8.2 [41..43] chosen 40    safe values, Noop in holes; then it leads
//
// Catch-up: R5 hears "chosen 90" but has learned only 40.
//
//   R5→R1 CatchUp from 41
//   R1→R5 CatchUpReply [41..72] learned 90    and again, until nothing is missing
//
// Catch-up from below what R1 still has in its log:
//
//   R5→R1 CatchUp from 41
//   R1→R5 CatchUpReply [] learned 9000 truncated 7000
//   R5→R1 ReadSnapshot                     one chunk at a time, each staged beside the old state
//   R1→R5 ReadSnapshotReply 4 chunk 0
//   R5→R1 ReadSnapshot 4 chunk 1           … the last one makes it the state, of slot 8990
//   R5→R1 CatchUp from 8991
//
// A linearizable read at R4:
//
//   R4→R1 ReadIndex 5                      how far are slots chosen?
//   R4→R2 ReadIndex 5                      and who has promised what?
//   R1→R4 ReadIndexReply 5 index 90 promised 7.1
//   R2→R4 ReadIndexReply 5 leader R1 promised 7.1   with its own promise a quorum: nobody else led before that
//                                          R4 answers once it has applied through 90
//
// R1 hands leadership over: it proposes nothing new until all that it proposed is chosen.
//
//   R1→*  Heartbeat 7.1 round 89 chosen 90
//   R2→R1 HeartbeatReply learned 90        R2 has everything: it shall lead
//   R1→R2 TakeOver 7.1 chosen 90           R2 campaigns at once, without asking around
//   R2→*  Prepare 8.2 from 91

// A voter that starts:
//
//   R3→*  Recall start 8                   before it promises or accepts anything
//   *→R3  RecallReply start 7, promise 7.1, slots held through 40
//                                          a majority remembers no more than the disk holds: it votes again

/// <summary>What one replica says to another. Any message may be lost, doubled, delayed or overtaken.</summary>
public abstract record Message;

/// <summary>A message under way.</summary>
/// <param name="From">Who says it.</param>
/// <param name="To">To whom; a replica also talks to itself.</param>
/// <param name="Message">What is said.</param>
/// <param name="Call">The transport's name for a request; an answer repeats it. The core does not look at it.</param>
public sealed record Envelope(ReplicaId From, ReplicaId To, Message Message, long Call = 0)
{
    /// <summary>Which life of the sender's disk says it: the word of one that the configuration does not name never
    /// counts.</summary>
    public Incarnation Incarnation { get; init; }

    /// <summary>Of an answer: which life of the asker's disk it answers, where that is known. An answer to another one
    /// answers nothing.</summary>
    public Incarnation? Asker { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{From}→{To} {Message}";
}

/// <summary>Phase 1a: promise this ballot, and say what was accepted from a slot on.</summary>
public sealed record Prepare(Ballot Ballot, Slot From) : Message
{
    /// <inheritdoc/>
    public override string ToString() => $"Prepare {Ballot} from {From}";
}

/// <summary>What an acceptor accepted in one slot.</summary>
public sealed record AcceptedEntry(Slot Slot, Ballot Ballot, Value Value);

/// <summary>Phase 1b: the promise, with what was accepted from <paramref name="From"/> on.</summary>
/// <param name="Ballot">The ballot promised.</param>
/// <param name="From">The slot that the report begins with.</param>
/// <param name="LearnedThrough">Chosen and learned here; the report leaves these slots out.</param>
/// <param name="Entries">Accepted values, in slot order.</param>
/// <param name="ContinueFrom">Set when the report was cut for size: ask again from this slot.</param>
public sealed record Promise(
    Ballot Ballot, Slot From, Slot LearnedThrough, IReadOnlyList<AcceptedEntry> Entries, Slot? ContinueFrom) : Message
{
    /// <summary>The highest slot that the promiser's disk holds a value of.</summary>
    public Slot HeldThrough { get; init; }

    /// <summary>What was promised before this ballot; null where that is not known any more, after a restart.</summary>
    public Ballot? PromisedBefore { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"Promise {Ballot} learned {LearnedThrough} {Runs.Print(Entries.Select(entry => entry.Slot))}"
        + (ContinueFrom is { } more ? $" more from {more}" : "");
}

/// <summary>A value proposed for one slot.</summary>
public sealed record Proposal(Slot Slot, Value Value);

/// <summary>Phase 2a for a run of slots.</summary>
public sealed record Accept(Ballot Ballot, IReadOnlyList<Proposal> Proposals, Slot ChosenThrough) : Message
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"Accept {Ballot} {Runs.Print(Proposals.Select(proposal => proposal.Slot))} chosen {ChosenThrough}";
}

/// <summary>Phase 2b: these slots are on my disk under this ballot.</summary>
public sealed record Accepted(Ballot Ballot, IReadOnlyList<Slot> Slots) : Message
{
    /// <summary>The highest slot that the acceptor's disk holds a value of.</summary>
    public Slot HeldThrough { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"Accepted {Ballot} {Runs.Print(Slots)}";
}

/// <summary>Refuses a Prepare or Accept: a higher ballot was promised, or the acceptor gives no word now.</summary>
/// <param name="Ballot">The ballot that is refused.</param>
/// <param name="Promised">What was promised; none: nothing is said of that.</param>
public sealed record Rejected(Ballot Ballot, Ballot Promised) : Message
{
    /// <inheritdoc/>
    public override string ToString() => $"Rejected {Ballot} promised {Promised}";
}

/// <summary>What was accepted under this ballot is chosen, through a slot.</summary>
public sealed record Learn(Ballot Ballot, Slot ChosenThrough) : Message
{
    /// <summary>The slot of the first of <see cref="Values"/>.</summary>
    public Slot From { get; init; }

    /// <summary>Chosen values of consecutive slots, for one that was not asked to accept them; often none.</summary>
    public IReadOnlyList<Value> Values { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        $"Learn {Ballot} chosen {ChosenThrough}" + (Values.Count > 0 ? $" [{From}..{From.Plus(Values.Count - 1)}]" : "");
}

/// <summary>Asks for chosen values from a slot on.</summary>
public sealed record CatchUp(Slot From) : Message
{
    /// <inheritdoc/>
    public override string ToString() => $"CatchUp from {From}";
}

/// <summary>Chosen values of consecutive slots.</summary>
/// <param name="From">The slot of the first value.</param>
/// <param name="Values">The values; none where the answering replica has none of them.</param>
/// <param name="LearnedThrough">Learned by the answering replica.</param>
/// <param name="TruncatedThrough">Its log does not hold this slot and those before it any more: only its state does.</param>
public sealed record CatchUpReply(Slot From, IReadOnlyList<Value> Values, Slot LearnedThrough, Slot TruncatedThrough = default)
    : Message
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"CatchUpReply [{From}..{From.Plus(Values.Count - 1)}] learned {LearnedThrough}"
        + (TruncatedThrough >= From ? $" truncated {TruncatedThrough}" : "");
}

/// <summary>Asks for a chunk of a snapshot of the state.</summary>
/// <param name="Snapshot">The name that the asked replica gave it; 0: a new one.</param>
/// <param name="Chunk">The chunk's number, from 0 on.</param>
public sealed record ReadSnapshot(long Snapshot, long Chunk) : Message
{
    /// <inheritdoc/>
    public override string ToString() => Snapshot == 0 ? "ReadSnapshot" : $"ReadSnapshot {Snapshot} chunk {Chunk}";
}

/// <summary>A chunk of a snapshot.</summary>
/// <param name="Snapshot">The snapshot's name; 0: there is no such snapshot, or no room for another.</param>
/// <param name="Chunk">The number that was asked for.</param>
/// <param name="Bytes">The chunk, with a checksum in it; the core does not look into it.</param>
public sealed record ReadSnapshotReply(long Snapshot, long Chunk, ReadOnlyMemory<byte> Bytes) : Message
{
    /// <inheritdoc/>
    public override string ToString() =>
        Snapshot == 0 ? $"ReadSnapshotReply none chunk {Chunk}" : $"ReadSnapshotReply {Snapshot} chunk {Chunk}";
}

/// <summary>Leading: I lead under this ballot. Not leading: does anyone hear a leader?</summary>
public sealed record Heartbeat(Ballot Ballot, bool Leading, long Round, Slot ChosenThrough) : Message
{
    /// <summary>What the leader remembers of the members, from time to time; empty otherwise.</summary>
    public IReadOnlyList<Remembered> Roll { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        $"Heartbeat {Ballot} {(Leading ? "leads" : "asks")} round {Round} chosen {ChosenThrough}";
}

/// <summary>Answers a heartbeat.</summary>
/// <param name="Round">The round that it answers.</param>
/// <param name="Promised">What the acceptor here has promised; null while it is down.</param>
/// <param name="Hears">The leader that is heard here, or the campaign that reads a long report and is waited for, if any.</param>
/// <param name="LearnedThrough">Learned here.</param>
public sealed record HeartbeatReply(long Round, Ballot? Promised, ReplicaId? Hears, Slot LearnedThrough) : Message
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"HeartbeatReply round {Round} promised {Promised?.ToString() ?? "nothing"} "
        + $"hears {Hears?.ToString() ?? "nobody"} learned {LearnedThrough}";
}

/// <summary>The leader of a ballot asks the replica that has learned everything to campaign at once.</summary>
/// <param name="Ballot">What the sender leads under.</param>
/// <param name="ChosenThrough">All that it ever proposed is chosen, and ends here.</param>
public sealed record TakeOver(Ballot Ballot, Slot ChosenThrough) : Message
{
    /// <inheritdoc/>
    public override string ToString() => $"TakeOver {Ballot} chosen {ChosenThrough}";
}

/// <summary>Hands commands of the sender's clients to the leader.</summary>
public sealed record Propose(IReadOnlyList<Command> Commands) : Message
{
    /// <inheritdoc/>
    public override string ToString() => $"Propose ({string.Join(' ', Commands)})";
}

/// <summary>Whether the commands were taken; if not, who leads as far as is known.</summary>
public sealed record ProposeReply(bool Taken, ReplicaId? Leader) : Message
{
    /// <summary>Set when the answer waited until some of the sender's commands were chosen: what it is told of that.</summary>
    public Learn? Chosen { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        (Taken ? "ProposeReply taken" : $"ProposeReply leader {Leader?.ToString() ?? "unknown"}") + (Chosen is null ? "" : $" {Chosen}");
}

/// <summary>Asks for the read index of all the reads that wait at the sender.</summary>
public sealed record ReadIndex(long Round) : Message
{
    /// <summary>The asker counts the confirmations: the leader answers at once, and others say what they have promised.</summary>
    public bool AskerConfirms { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"ReadIndex {Round}";
}

/// <summary>The read index; or none, when the callee does not lead.</summary>
public sealed record ReadIndexReply(long Round, Slot? Index, Ballot Ballot, Slot ChosenThrough, ReplicaId? Leader) : Message
{
    /// <summary>False: a quorum has confirmed the index. True: the asker has to count who confirms it.</summary>
    public bool AskerConfirms { get; init; }

    /// <summary>What the acceptor here has promised; null where it does not vote, or the asker does not count.</summary>
    public Ballot? Promised { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"ReadIndexReply {Round} " + (Index is { } index ? $"index {index}{(AskerConfirms ? " unconfirmed" : "")}" : $"leader {Leader?.ToString() ?? "unknown"}")
        + (Promised is { } promised ? $" promised {promised}" : "");
}

/// <summary>A starting voter asks what is remembered of it.</summary>
/// <param name="Boot">Which start of its process this is.</param>
/// <param name="Start">Random name of the start.</param>
public sealed record Recall(long Boot, long Start) : Message
{
    /// <summary>So many starts are named, at most: the last ones.</summary>
    public const int StartsMax = 64;

    /// <summary>The named starts on the asker's disk, from the last that a majority vouched for on, this one the last of them. None: unknown.</summary>
    public IReadOnlyList<NamedStart> Starts { get; init; } = [];

    /// <summary>Whether the asker's disk ought to know of a start, and does not: it was set back. Of a start after the one that asks nothing follows,
    /// for the question may be late.</summary>
    internal bool HasForgotten(NamedStart heard) => Starts.Count > 0 && heard.Boot <= Boot && heard.IsMissingIn(Starts);

    /// <inheritdoc/>
    public override string ToString() => $"Recall start {Boot}";
}

/// <summary>What was remembered before that start; null: nothing of this life of the asker's disk.</summary>
/// <param name="Start">The start that asked; 0: whoever answers can say nothing of it.</param>
/// <param name="Seen">What is remembered.</param>
public sealed record RecallReply(long Start, Remembered? Seen) : Message
{
    /// <summary>What the acceptor here has promised, which may be a ballot of the asker's; null while it is down.</summary>
    public Ballot? Promised { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"RecallReply {Seen?.ToString() ?? "nothing"}";
}

/// <summary>Prints slots as the protocol charts do.</summary>
internal static class Runs
{
    /// <summary><c>[41..48]</c>, <c>[41]</c>, <c>[41..43 47]</c> or <c>[]</c>.</summary>
    public static string Print(IEnumerable<Slot> slots)
    {
        var runs = new List<(Slot First, Slot Last)>();
        foreach (var slot in slots)
        {
            if (runs.Count > 0 && runs[^1].Last.Next == slot)
            {
                runs[^1] = (runs[^1].First, slot);
            }
            else
            {
                runs.Add((slot, slot));
            }
        }

        return $"[{string.Join(' ', runs.Select(run => run.First == run.Last ? $"{run.First}" : $"{run.First}..{run.Last}"))}]";
    }
}
