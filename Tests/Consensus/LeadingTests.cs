using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>"Paxos Made Simple", section 3: a leader drives many slots at once; and each limit, at the limit.</summary>
[TestClass]
public sealed class LeadingTests
{
    private readonly Effects _effects = new();
    private long _number;

    /// <summary>"The value is chosen when a large enough set of acceptors have accepted it": a majority, each once.</summary>
    [TestMethod]
    public void Leader_AcceptedByMinority_NotChosen()
    {
        var leading = Lead();
        Propose(leading, "a");
        Assert.IsEmpty(leading.Count(R1, [Slot(1)]));
        Assert.IsEmpty(leading.Count(R2, [Slot(1)]));
        Assert.IsEmpty(leading.Count(R2, [Slot(1)]), "a doubled vote counts once");
        Assert.IsEmpty(leading.Count(new ReplicaId(8), [Slot(1)]), "a stranger has no vote");
        Assert.HasCount(1, leading.Count(R3, [Slot(1)]));
        Assert.IsEmpty(leading.Count(R4, [Slot(1)]), "it is chosen once");
    }

    /// <summary>"The leader can propose command 142 before it learns that its proposed command 141 has been chosen":
    /// then 142 can be chosen first, and others are told of nothing beyond the gap.</summary>
    [TestMethod]
    public void Leader_GapInChosenSlots_VouchesOnlyBelowIt()
    {
        var leading = Lead(Options with { BatchCommandsMax = 1 });
        Propose(leading, "a", "b");
        Vote(leading, Slot(2));
        Assert.AreEqual(PaxosWcf.Consensus.Slot.None, leading.ChosenThrough);
        Vote(leading, Slot(1));
        Assert.AreEqual(Slot(2), leading.ChosenThrough);
    }

    /// <summary>A leader vouches for no slot that it did not get chosen under its own ballot, or had learned before.</summary>
    [TestMethod]
    public void Leader_RecoveredSlots_NotVouchedForBeforeAQuorumAcceptsThemAgain()
    {
        var leading = new Leading(First, Options, Ballot(2, 1), Slot(4), [Proposal(5, "e"), Proposal(6, "f")], round: 0);
        leading.Repropose(R1, _effects);
        Assert.AreEqual(Slot(4), leading.ChosenThrough);
        Assert.IsTrue(_effects.Sends.All<Accept>().All(accept => accept.ChosenThrough == Slot(4)));
        Assert.AreEqual(Slot(6), leading.ReadBarrier);
        Vote(leading, Slot(5));
        Assert.AreEqual(Slot(5), leading.ChosenThrough);
    }

    [TestMethod]
    public void Window_AtMax_NextCommandWaits()
    {
        var leading = Lead(Options with { BatchCommandsMax = 1, WindowSlotsMax = 3 });
        Propose(leading, "a", "b", "c", "d");
        Assert.AreEqual(Slot(4), leading.NextSlot);
        Assert.AreEqual(1, leading.Queued);
        Vote(leading, Slot(1));
        leading.EndBatch(R1, _effects);
        Assert.AreEqual(Slot(5), leading.NextSlot);
    }

    [TestMethod]
    public void Batch_AtCommandsMax_NextCommandGoesIntoAnotherValue()
    {
        var leading = Lead(Options with { BatchCommandsMax = 2, PartialSlotsMax = 2 });
        Propose(leading, "a", "b", "c");
        Assert.AreSequenceEqual([2, 1], ProposedTo(R2).Select(proposal => proposal.Value.Commands.Count));
    }

    [TestMethod]
    public void Batch_AtBytesMax_NextCommandGoesIntoAnotherValue()
    {
        var bytes = Command("a").Bytes.Length;
        var leading = Lead(Options with { BatchBytesMax = 2 * bytes, PartialSlotsMax = 2 });
        Propose(leading, "a", "b", "c");
        Assert.AreSequenceEqual([2, 1], ProposedTo(R2).Select(proposal => proposal.Value.Commands.Count));
    }

    [TestMethod]
    public void Batch_OneCommandAboveBytesMax_MakesAValueOfItsOwn()
    {
        var leading = Lead(Options with { BatchBytesMax = 1 });
        Propose(leading, "a", "b");
        Assert.AreSequenceEqual([1, 1], ProposedTo(R2).Select(proposal => proposal.Value.Commands.Count));
    }

    [TestMethod]
    public void Message_AtBytesMax_RunIsCut()
    {
        var bytes = Value("a").Bytes.Length;
        var leading = Lead(Options with { BatchCommandsMax = 1, MessageBytesMax = 2 * bytes });
        Propose(leading, "a", "b", "c");
        var accepts = _effects.Sends.Where(envelope => envelope.To == R2).All<Accept>();
        Assert.AreSequenceEqual([2, 1], accepts.Select(accept => accept.Proposals.Count));
    }

    /// <summary>It takes what fits, so that a message with more commands than the queue ever holds makes progress too.</summary>
    [TestMethod]
    public void Queue_AtCommandsMax_TakesWhatFits()
    {
        var leading = Lead(Options with { QueueCommandsMax = 3, PartialSlotsMax = 2 });
        var commands = new[] { Next("a"), Next("b"), Next("c"), Next("d") };
        Assert.IsTrue(leading.Enqueue(commands[..2]));
        Assert.IsFalse(leading.Enqueue(commands));
        Assert.AreEqual(3, leading.Queued);
        Assert.IsTrue(leading.Enqueue(commands[..3]), "what is in it already needs no room");
        leading.EndBatch(R1, _effects);
        Assert.IsTrue(leading.Enqueue(commands));
        Assert.AreEqual(1, leading.Queued);
    }

    [TestMethod]
    public void Queue_AtBytesMax_RefusesTheNextMessage()
    {
        var leading = Lead(Options with { QueueBytesMax = 1, PartialSlotsMax = 2 });
        Assert.IsTrue(leading.Enqueue([Next("a")]));
        Assert.IsFalse(leading.Enqueue([Next("b")]));
        leading.EndBatch(R1, _effects);
        Assert.IsTrue(leading.Enqueue([Next("b")]));
    }

    [TestMethod]
    public void Leader_HandedTheSameCommandAgain_ProposesItOnce()
    {
        var leading = Lead();
        var command = Next("a");
        leading.Enqueue([command, command]);
        leading.EndBatch(R1, _effects);
        leading.Enqueue([command]);
        leading.EndBatch(R1, _effects);
        Assert.HasCount(1, ProposedTo(R2));
        Assert.HasCount(1, ProposedTo(R2)[0].Value.Commands);
    }

    /// <summary>Many small commands gather while a round is out, or each would cost a round of its own.</summary>
    [TestMethod]
    public void Window_AtPartialSlotsMax_OnlyAFullValueGoesOut()
    {
        var leading = Lead(Options with { BatchCommandsMax = 2, PartialSlotsMax = 1 });
        Propose(leading, "w");
        Propose(leading, "x");
        Assert.AreEqual(1, leading.Queued);
        Propose(leading, "y", "z");
        Assert.AreEqual(1, leading.Queued, "two commands fill a value");
        Vote(leading, Slot(1));
        leading.EndBatch(R1, _effects);
        Assert.AreEqual(1, leading.Queued, "the second slot is still out");
        Vote(leading, Slot(2));
        leading.EndBatch(R1, _effects);
        leading.EndBatch(R1, _effects);
        Assert.AreEqual(0, leading.Queued);
    }

    /// <summary>Whoever is told that its command is chosen may come back at once, and goes out with those that have waited.</summary>
    [TestMethod]
    public void OwnCommandsChosen_OthersWait_AreProposedWithTheNextBatchAndWhatItBrings()
    {
        var leading = Lead(Options with { PartialSlotsMax = 1 });
        Propose(leading, "w");
        Propose(leading, "x");
        Vote(leading, Slot(1));
        leading.EndBatch(R1, _effects);
        Assert.IsTrue(_effects.WaitsForCallers);
        Assert.AreEqual(1, leading.Queued);
        _effects.Clear();
        Propose(leading, "y");
        Assert.IsFalse(_effects.WaitsForCallers);
        Assert.HasCount(2, ProposedTo(R2).Single().Value.Commands);
    }

    [TestMethod]
    public void OwnCommandsChosen_NobodyComesBack_TheNextBatchProposesAll()
    {
        var leading = Lead(Options with { PartialSlotsMax = 1 });
        Propose(leading, "w");
        Propose(leading, "x");
        Vote(leading, Slot(1));
        leading.EndBatch(R1, _effects);
        _effects.Clear();
        leading.EndBatch(R1, _effects);
        Assert.IsFalse(_effects.WaitsForCallers);
        Assert.AreEqual(0, leading.Queued);
    }

    /// <summary>There is no more that could go with them.</summary>
    [TestMethod]
    public void OwnCommandsChosen_AFullValueWaits_IsProposedAtOnce()
    {
        var leading = Lead(Options with { BatchCommandsMax = 2, PartialSlotsMax = 2 });
        Propose(leading, "v", "w");
        Propose(leading, "x");
        leading.Enqueue([Next("y"), Next("z")]);
        Vote(leading, Slot(1));
        leading.EndBatch(R1, _effects);
        Assert.IsFalse(_effects.WaitsForCallers);
        Assert.AreEqual(0, leading.Queued);
    }

    [TestMethod]
    public void Leader_Proposes_AsksAMajorityAlone()
    {
        var leading = Lead();
        Propose(leading, "a");
        Assert.AreSequenceEqual([R1, R2, R3], _effects.Sends.Select(envelope => envelope.To));
    }

    /// <summary>Who is slower than the others, and never silent for long, shows only beside them.</summary>
    [TestMethod]
    public void Leader_AfterSomeTicks_AsksAllOnce()
    {
        var leading = Lead(Options with { AskAllTicks = 2 });
        Tick(leading, 1);
        Assert.AreSequenceEqual([R1, R2, R3], AskedFor(leading, "a"));
        ChosenBy(leading, 1, R1, R2, R3);
        Tick(leading, 1);
        Assert.AreSequenceEqual([R1, R2, R3, R4, R5], AskedFor(leading, "b"));
        ChosenBy(leading, 2, R1, R2, R3);
        Assert.AreSequenceEqual([R1, R2, R3], AskedFor(leading, "c"));
    }

    [TestMethod]
    public void Leader_OneOfItsMajorityIsAlwaysTheSlowest_AsksAnotherInItsPlace()
    {
        var leading = Lead(Options with { AskAllTicks = 2 });
        for (var round = 1; round <= 10; round++)
        {
            Tick(leading, 2);
            Assert.HasCount(5, AskedFor(leading, $"{round}"));
            ChosenBy(leading, round, R4, R1, R3);
            leading.Count(R2, [Slot(round)]);
        }

        Assert.AreSequenceEqual([R1, R3, R4], AskedFor(leading, "next"));
    }

    /// <summary>Those who were not asked are asked when those who were do not answer; then all that are silent are asked again.</summary>
    [TestMethod]
    public void Leader_NotAnswered_AsksTheOthers_ThenAllAgain()
    {
        var leading = Lead();
        Propose(leading, "a");
        leading.Count(R2, [Slot(1)]);
        _effects.Clear();
        Tick(leading, Options.WidenTicks - 1);
        Assert.IsEmpty(_effects.Sends);
        Tick(leading, 1);
        Assert.AreSequenceEqual([R4, R5], _effects.Sends.Select(envelope => envelope.To));
        _effects.Clear();
        Tick(leading, Options.RetransmitTicks - Options.WidenTicks - 1);
        Assert.IsEmpty(_effects.Sends);
        Tick(leading, 1);
        Assert.AreSequenceEqual([R1, R3], _effects.Sends.Select(envelope => envelope.To));
        _effects.Clear();
        Tick(leading, Options.RetransmitTicks);
        Assert.AreSequenceEqual([R4, R5], _effects.Sends.Select(envelope => envelope.To));
    }

    /// <summary>Large values take long: a voter that answers one after the other has lost nothing, and is not sent again what it has yet to come to.</summary>
    [TestMethod]
    public void Leader_VoterWorksThroughWhatItWasAsked_SendsNothingAgain()
    {
        var leading = Lead(Options with { BatchCommandsMax = 1 });
        Propose(leading, "a", "b", "c", "d", "e", "f");
        _effects.Clear();
        for (var slot = 1; slot <= 6; slot++)
        {
            Tick(leading, Options.WidenTicks - 1);
            Assert.IsEmpty(_effects.Sends, $"before slot {slot} is answered");
            foreach (var member in new[] { R1, R2, R3 })
            {
                leading.Count(member, [Slot(slot)]);
            }
        }

        Assert.AreEqual(Slot(6), leading.ChosenThrough);
    }

    /// <summary>Accepts go to a voter one after the other: what it did not answer before later ones was lost.</summary>
    [TestMethod]
    public void Leader_VoterAnsweredLaterSlots_AsksAgainForTheOneItSkipped()
    {
        var leading = Lead(Options with { BatchCommandsMax = 1 });
        Propose(leading, "a", "b", "c", "d", "e", "f");
        _effects.Clear();
        for (var slot = 2; slot <= 4; slot++)
        {
            leading.Count(R1, [Slot(slot)]);
            leading.Count(R2, [Slot(slot)]);
            leading.Count(R3, [Slot(slot)]);
            Tick(leading, Options.WidenTicks - 1);
        }

        Assert.AreSequenceEqual([Slot(1)], ProposedTo(R3).Select(proposal => proposal.Slot));
    }

    /// <summary>A voter that comes in when others are late is asked for a later slot first, and for an earlier one after it: it has skipped nothing.</summary>
    [TestMethod]
    public void Leader_VoterAskedForALaterSlotFirst_IsNotAskedAgainForTheEarlierOne()
    {
        var leading = Lead(Options with { PartialSlotsMax = 8 });
        Propose(leading, "a");
        Tick(leading, Options.WidenTicks - 1);
        Propose(leading, "b");
        leading.Count(R1, [Slot(1), Slot(2)]);
        leading.Count(R2, [Slot(1), Slot(2)]);
        Tick(leading, 1);
        Propose(leading, "c");
        leading.Count(R2, [Slot(3)]);
        Tick(leading, Options.WidenTicks - 1);
        Assert.AreSequenceEqual([Slot(1), Slot(3), Slot(2)], ProposedTo(R4).Select(proposal => proposal.Slot));
        _effects.Clear();
        leading.Count(R4, [Slot(1), Slot(3)]);
        Tick(leading, Options.RetransmitTicks - 1);
        Assert.IsEmpty(ProposedTo(R4), "it has yet to come to slot 2");
    }

    /// <summary>The answer may be to what was sent first, so it says nothing of what was asked between the two.</summary>
    [TestMethod]
    public void Leader_VoterAnswersWhatItWasAskedTwice_HasNotSkippedWhatWasAskedBetween()
    {
        var leading = Lead(Options with { BatchCommandsMax = 1 });
        Propose(leading, "a", "b", "c");
        leading.Count(R1, [Slot(1), Slot(2), Slot(3)]);
        leading.Count(R2, [Slot(1), Slot(2), Slot(3)]);
        Tick(leading, Options.RetransmitTicks - 1);
        leading.Count(R3, [Slot(2)]);
        _effects.Clear();
        Tick(leading, 1);
        Assert.AreSequenceEqual([Slot(1)], ProposedTo(R3).Select(proposal => proposal.Slot));
        _effects.Clear();
        leading.Count(R3, [Slot(1)]);
        Tick(leading, Options.RetransmitTicks - 1);
        Assert.IsEmpty(ProposedTo(R3), "it has yet to come to slot 3");
    }

    [TestMethod]
    public void Leader_VoterSilent_IsAskedAgainAfterTwiceAsLongEachTime()
    {
        var leading = Lead();
        Propose(leading, "a");
        leading.Count(R1, [Slot(1)]);
        leading.Count(R2, [Slot(1)]);
        _effects.Clear();
        List<int> asked = [];
        for (var tick = 1; tick <= 31 * Options.RetransmitTicks; tick++)
        {
            Tick(leading, 1);
            asked.AddRange(ProposedTo(R3).Select(_ => tick / Options.RetransmitTicks));
            _effects.Clear();
        }

        Assert.AreSequenceEqual([1, 3, 7, 15, 23, 31], asked);
    }

    /// <summary>The next slot is asked of those that answer: of a leader whose own acceptor is down too.</summary>
    [TestMethod]
    public void Leader_AskedAndLate_IsAskedLast()
    {
        var leading = Lead();
        Propose(leading, "a");
        leading.Count(R2, [Slot(1)]);
        Tick(leading, Options.WidenTicks);
        leading.Count(R4, [Slot(1)]);
        leading.Count(R5, [Slot(1)]);
        leading.EndBatch(R1, _effects);
        _effects.Clear();
        Propose(leading, "b");
        Assert.AreSequenceEqual([R2, R4, R5], _effects.Sends.Where(envelope => envelope.Message is Accept).Select(envelope => envelope.To));
    }

    [TestMethod]
    public void Leader_AllChosen_SendsNothingAgain()
    {
        var leading = Lead();
        Propose(leading, "a");
        Vote(leading, Slot(1));
        _effects.Clear();
        Tick(leading, 10 * Options.RetransmitTicks);
        Assert.IsEmpty(_effects.Sends);
    }

    /// <summary>Whose client waits hears at once that its command is chosen; the others with the next Accept.</summary>
    [TestMethod]
    public void Leader_CommandChosenAndNothingToSend_TellsItsOriginAlone()
    {
        var leading = Lead();
        leading.Enqueue([Command("a", origin: 3)]);
        leading.EndBatch(R1, _effects);
        Vote(leading, Slot(1));
        _effects.Clear();
        leading.EndBatch(R1, _effects);
        Assert.AreEqual(R3, _effects.Sends.Single().To);
        Assert.AreEqual(Slot(1), ((Learn)_effects.Sends[0].Message).ChosenThrough);
        _effects.Clear();
        leading.EndBatch(R1, _effects);
        Assert.IsEmpty(_effects.Sends);
    }

    private List<ReplicaId> AskedFor(Leading leading, string value)
    {
        leading.EndBatch(R1, _effects);
        _effects.Clear();
        Propose(leading, value);
        return [.. _effects.Sends.Where(envelope => envelope.Message is Accept).Select(envelope => envelope.To)];
    }

    private static void ChosenBy(Leading leading, int slot, params ReplicaId[] voters)
    {
        foreach (var voter in voters)
        {
            leading.Count(voter, [Slot(slot)]);
        }
    }

    private static Leading Lead(ConsensusOptions? options = null) =>
        new(First, options ?? Options, Ballot(2, 1), PaxosWcf.Consensus.Slot.None, [], round: 0);

    private static void Vote(Leading leading, Slot slot)
    {
        foreach (var member in Five.Members)
        {
            leading.Count(member, [slot]);
        }
    }

    private void Tick(Leading leading, int ticks)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            leading.Tick(R1, _effects);
        }
    }

    private Command Next(string payload) => Command(payload, number: ++_number);

    private void Propose(Leading leading, params string[] payloads)
    {
        leading.Enqueue([.. payloads.Select(Next)]);
        leading.EndBatch(R1, _effects);
    }

    private List<Proposal> ProposedTo(ReplicaId replica) =>
        [.. _effects.Sends.Where(envelope => envelope.To == replica).All<Accept>().SelectMany(accept => accept.Proposals)];
}
