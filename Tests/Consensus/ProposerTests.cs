using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>"Paxos Made Simple", sections 2.2, 2.5 and 3: how a proposer comes to propose, and what.</summary>
[TestClass]
public sealed class ProposerTests
{
    private readonly Effects _effects = new();
    private Proposer _proposer = new(R1, First, Options, PaxosWcf.Consensus.Ballot.None);

    /// <summary>"Different proposers choose their numbers from disjoint sets of numbers, so two different proposers never
    /// issue a proposal with the same number."</summary>
    [TestMethod]
    public void Ballots_OfDifferentProposers_NeverEqual()
    {
        var met = Ballot(7, 3);
        var ballots = Five.Members.Select(member => new Ballot(met.Round + 1, member)).ToList();
        Assert.HasCount(5, ballots.Distinct().ToList());
        Assert.IsTrue(ballots.TrueForAll(ballot => ballot > met));
    }

    /// <summary>"Each proposer remembers (in stable storage) the highest-numbered proposal it has tried to issue, and begins
    /// phase 1 with a higher proposal number than any it has already used."</summary>
    [TestMethod]
    public void Proposer_Restarted_NeverReusesABallot()
    {
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        var first = _effects.Persists.OfType<PersistCampaign>().Single().Ballot;
        _effects.Clear();
        _proposer = new Proposer(R1, First, Options, promised: PaxosWcf.Consensus.Ballot.None, campaigned: first);
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        Assert.IsGreaterThan(first, _effects.Persists.OfType<PersistCampaign>().Single().Ballot);
    }

    /// <summary>"… remembers (in stable storage) …": before anyone hears of the number.</summary>
    [TestMethod]
    public void Proposer_Campaigning_BallotOnDiskBeforeAnyPrepareLeaves()
    {
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        for (var tick = 0; tick < Options.RetransmitTicks; tick++)
        {
            _proposer.Tick(_effects);
        }

        Assert.HasCount(1, _effects.Persists);
        Assert.IsEmpty(_effects.Sends);
        Assert.HasCount(10, _effects.SendsAfterPersist.All<Prepare>().ToList());
    }

    /// <summary>The origin sends its next commands only once its call is answered, and a leader that is none any more will have nothing to
    /// say.</summary>
    [TestMethod]
    [DataRow(false, DisplayName = "it yields")]
    [DataRow(true, DisplayName = "the configuration changes")]
    public void Leadership_Ends_CallsThatItHoldsAreAnswered(bool reconfigures)
    {
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        foreach (var member in new[] { R1, R2, R3 })
        {
            _proposer.OnPromise(new Envelope(member, R1, Promise(_proposer.Ballot)), Promise(_proposer.Ballot), _effects);
        }

        Assert.IsTrue(_proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects));
        _proposer.Leading!.Hold(new Envelope(R4, R1, new Propose([]), Call: 9), _effects);
        _effects.Clear();
        if (reconfigures)
        {
            _proposer.Reconfigure(First, _effects);
        }
        else
        {
            _proposer.Yield("another leads", _effects);
        }

        Assert.AreEqual(9, _effects.Sends.Single().Call);
        Assert.AreEqual(new ProposeReply(Taken: true, R1), _effects.Sends.Single().Message);
    }

    [TestMethod]
    public void Proposer_MetHigherBallot_CampaignsAboveIt()
    {
        _proposer.Meet(Ballot(9, 5));
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        Assert.AreEqual(Ballot(10, 1), _proposer.Ballot);
    }

    /// <summary>"If the proposer receives a response to its prepare requests (numbered n) from a majority of acceptors, then
    /// it sends an accept request …"</summary>
    [TestMethod]
    public void Proposer_PromisesOfMinority_DoesNotPropose()
    {
        Campaign();
        Assert.IsFalse(Promised(R1, R2));
        Assert.IsFalse(Promised(R2), "a doubled promise counts once");
        Assert.IsFalse(Promised(new ReplicaId(9)), "a stranger's promise does not count");
        Assert.IsTrue(Promised(R3));
    }

    [TestMethod]
    public void Proposer_PromiseOfAnotherBallot_DoesNotCount()
    {
        Campaign();
        Assert.IsFalse(Promised(R1, R2));
        _proposer.OnPromise(new Envelope(R3, R1, Promise(Ballot(9, 1))), Promise(Ballot(9, 1)), _effects);
        Assert.IsFalse(_proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects));
    }

    /// <summary>"… with a value v, where v is the value of the highest-numbered proposal among the responses …"</summary>
    [TestMethod]
    public void Proposer_ResponsesReportProposals_ProposesValueOfHighestNumbered()
    {
        Campaign();
        Promised(R1, [Entry(1, Ballot(1, 3), "low")]);
        Promised(R2, [Entry(1, Ballot(4, 2), "high")]);
        Promised(R3, [Entry(1, Ballot(4, 1), "middle")]);
        Assert.AreEqual(Value("high"), Proposed()[0].Value);
    }

    /// <summary>"… or is any value if the responses reported no proposals": then a command that waits.</summary>
    [TestMethod]
    public void Proposer_ResponsesReportNothing_ProposesWhatWaits()
    {
        Campaign();
        Promised(R1, R2, R3);
        Assert.IsEmpty(_effects.Sends.All<Accept>().ToList());
        _proposer.Leading!.Enqueue([Command("mine")]);
        _proposer.EndBatch(_effects);
        Assert.AreEqual(Value("mine"), Proposed()[0].Value);
    }

    /// <summary>Section 3: "It proposes, as commands 136 and 137, a special no-op command that leaves the state
    /// unchanged": in holes that nobody reported.</summary>
    [TestMethod]
    public void Leader_NewWithHoles_FillsThemWithNoop()
    {
        Campaign();
        Promised(R1, [Entry(1, Ballot(1, 3), "a"), Entry(4, Ballot(1, 3), "d")]);
        Promised(R2, R3);
        Assert.AreSequenceEqual([Value("a"), PaxosWcf.Consensus.Value.Noop, PaxosWcf.Consensus.Value.Noop, Value("d")], Proposed().Select(proposal => proposal.Value));
        Assert.AreEqual(Slot(5), _proposer.Leading!.NextSlot);
        Assert.AreEqual(Slot(4), _proposer.Leading.ReadBarrier);
    }

    /// <summary>Section 3: "Using the same proposal number for all instances, it can do this by sending a single
    /// reasonably short message to the other servers."</summary>
    [TestMethod]
    public void Leader_New_PreparesAllSlotsAtOnce()
    {
        _proposer.Campaign(learnedThrough: Slot(134), _effects);
        Assert.HasCount(5, _effects.SendsAfterPersist);
        Assert.IsTrue(_effects.SendsAfterPersist.All<Prepare>().All(prepare => prepare.From == Slot(135)));
    }

    /// <summary>A promiser leaves out of its report what it has learned: this replica has to have it before it leads, or
    /// nobody might be able to tell those values later (seed 415).</summary>
    [TestMethod]
    public void Proposer_PromiserHasLearnedMore_LeadsOnlyWhenItHasLearnedThatToo()
    {
        Campaign();
        var ahead = new Promise(Ballot(1, 1), Slot(1), Slot(5), [Entry(6, Ballot(0, 2), "f")], ContinueFrom: null);
        _proposer.OnPromise(new Envelope(R2, R1, ahead), ahead, _effects);
        Assert.IsFalse(Promised(R1, R3));
        Assert.AreEqual(R2, _proposer.Preparing!.Knower);
        Assert.IsFalse(_proposer.TryLead(Slot(4), 0, _effects));
        Assert.IsTrue(_proposer.TryLead(Slot(5), 0, _effects));
        Assert.AreEqual(Slot(6), Proposed()[0].Slot);
        Assert.AreEqual(Slot(5), _proposer.Leading!.ChosenThrough);
    }

    [TestMethod]
    public void Proposer_PromiseInPages_CountsOnlyWhenWhole()
    {
        Campaign();
        Promised(R1, R2);
        var page = new Promise(Ballot(1, 1), Slot(1), PaxosWcf.Consensus.Slot.None, [Entry(1, Ballot(0, 3), "a")], Slot(2));
        _proposer.OnPromise(new Envelope(R3, R1, page), page, _effects);
        Assert.IsFalse(_proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects));
        Assert.AreEqual(Slot(2), _effects.SendsAfterPersist.All<Prepare>().Last().From);
        var rest = new Promise(Ballot(1, 1), Slot(2), PaxosWcf.Consensus.Slot.None, [Entry(2, Ballot(0, 3), "b")], ContinueFrom: null);
        _proposer.OnPromise(new Envelope(R3, R1, rest), rest, _effects);
        Assert.IsTrue(_proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects));
        Assert.AreSequenceEqual([Value("a"), Value("b")], Proposed().Select(proposal => proposal.Value));
    }

    /// <summary>Or a report would be read from an earlier page on again, and a campaign that such pages keep alive would never end.</summary>
    [TestMethod]
    public void Proposer_PageComesAgain_IsNotGoneOnFromTwice()
    {
        Campaign();
        Assert.IsTrue(Page(from: 1, continueFrom: 2));
        Assert.IsFalse(Page(from: 1, continueFrom: 2), "doubled");
        Assert.IsTrue(Page(from: 2, continueFrom: 3));
        _effects.Clear();
        Assert.IsFalse(Page(from: 1, continueFrom: 2), "late");
        Assert.IsEmpty(_effects.SendsAfterPersist, "nothing is asked for again");
        Assert.AreEqual(Slot(3), _proposer.Preparing!.Missing().Single(missing => missing.Member == R3).From);
    }

    [TestMethod]
    public void Proposer_LastPageBeforeFirst_IsIgnored()
    {
        Campaign();
        Promised(R1, R2);
        var rest = new Promise(Ballot(1, 1), Slot(9), PaxosWcf.Consensus.Slot.None, [], ContinueFrom: null);
        _proposer.OnPromise(new Envelope(R3, R1, rest), rest, _effects);
        Assert.IsFalse(_proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects));
    }

    /// <summary>A vote is for one proposal: a late one for an earlier ballot of this very replica is not for this value.</summary>
    [TestMethod]
    public void Leader_AcceptedOfAnotherBallot_DoesNotCount()
    {
        Campaign();
        Promised(R1, [Entry(1, Ballot(0, 3), "a")]);
        Assert.IsTrue(Promised(R2, R3));
        var late = new Accepted(Ballot(0, 1), [Slot(1)]);
        foreach (var member in Five.Members)
        {
            Assert.IsEmpty(_proposer.OnAccepted(new Envelope(member, R1, late), late));
        }
    }

    /// <summary>"… if an acceptor ignores a prepare or accept request because it has already received a prepare request with
    /// a higher number, then it should probably inform the proposer, who should then abandon its proposal."</summary>
    [TestMethod]
    public void Proposer_RejectedForHigherBallot_Abandons()
    {
        Campaign();
        Assert.IsFalse(_proposer.OnRejected(new Rejected(Ballot(0, 1), Ballot(1, 1))), "a late one changes nothing");
        Assert.IsTrue(_proposer.OnRejected(new Rejected(Ballot(1, 1), Ballot(3, 4))));
        _proposer.Yield("rejected", _effects);
        Assert.IsNull(_proposer.Preparing);
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        Assert.AreEqual(Ballot(4, 1), _proposer.Ballot);
    }

    private void Campaign() => _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);

    private bool Promised(params ReplicaId[] from)
    {
        foreach (var member in from)
        {
            Promised(member, []);
        }

        return _proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects);
    }

    private void Promised(ReplicaId from, AcceptedEntry[] entries)
    {
        var promise = Promise(Ballot(1, 1), entries);
        _proposer.OnPromise(new Envelope(from, R1, promise), promise, _effects);
    }

    private bool Page(long from, long continueFrom)
    {
        var page = new Promise(Ballot(1, 1), Slot(from), PaxosWcf.Consensus.Slot.None, [Entry(from, Ballot(0, 3), "v")], Slot(continueFrom));
        return _proposer.OnPromise(new Envelope(R3, R1, page), page, _effects);
    }

    private IReadOnlyList<Proposal> Proposed()
    {
        _proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects);
        return [.. _effects.Sends.Where(envelope => envelope.To == R2).All<Accept>().SelectMany(accept => accept.Proposals)];
    }
}
