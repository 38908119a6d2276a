using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Leadership transfer, Raft thesis, section 3.10: "the prior leader … stops accepting new client requests … fully
/// updates the target server's log to match its own … sends a TimeoutNow request to the target server."</summary>
[TestClass]
public sealed class HandOverTests
{
    private readonly Effects _effects = new();
    private readonly Replica _replica = new(
        R1, First, Options, new ReplicaState(1, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh), new Random(1));

    [TestMethod]
    public void HandOver_DoesNotLead_IsRefused()
    {
        Assert.IsFalse(_replica.BeginHandOver(to: null, _effects));
        Assert.IsEmpty(_effects.Answers);
    }

    [TestMethod]
    [DataRow(1, DisplayName = "itself")]
    [DataRow(9, DisplayName = "nobody of the cluster")]
    public void HandOver_ToNoOtherReplica_IsRefused(int to)
    {
        Lead();
        Assert.IsFalse(_replica.BeginHandOver(new ReplicaId(to), _effects));
        Assert.IsFalse(_replica.Leading!.HoldsBack);
    }

    [TestMethod]
    public void HandOver_UnderWay_ProposesNothingNew()
    {
        Lead();
        _replica.BeginHandOver(to: null, _effects);
        Hear(R3, new Propose([Command("new", origin: 3)]));
        EndBatch();
        Assert.AreEqual(1, _replica.Leading!.Queued);
        Assert.IsEmpty(_effects.Sends.All<Accept>().ToList());
    }

    /// <summary>Whoever lacks what is in flight would have to catch up before it leads, and nobody would lead meanwhile.</summary>
    [TestMethod]
    public void HandOver_SlotInFlight_NobodyIsToldToTakeOver()
    {
        Lead();
        Hear(R3, new Propose([Command("under way", origin: 3)]));
        EndBatch();
        _replica.BeginHandOver(to: null, _effects);
        Hear(R2, Answer(learnedThrough: 1));
        Assert.IsEmpty(_effects.Sends.All<TakeOver>().ToList());

        Choose(slot: 1);
        EndBatch();
        Assert.AreEqual(Slot(1), _effects.Sends.All<Heartbeat>().Last().ChosenThrough, "all are told at once");
        Hear(R2, Answer(learnedThrough: 0));
        Assert.IsEmpty(_effects.Sends.All<TakeOver>().ToList(), "it has not learned what is chosen");
        Hear(R3, Answer(learnedThrough: 1) with { Promised = null });
        Assert.IsEmpty(_effects.Sends.All<TakeOver>().ToList(), "an acceptor that is down cannot even vote for itself");
        Hear(R4, Answer(learnedThrough: 1));
        Assert.AreEqual(new TakeOver(Ballot(1, 1), Slot(1)), _effects.Sends.Only<TakeOver>());
    }

    [TestMethod]
    public void HandOver_NobodyInParticular_OneIsToldAndNobodyElse()
    {
        Lead();
        _replica.BeginHandOver(to: null, _effects);
        Hear(R4, Answer(learnedThrough: 0));
        Hear(R2, Answer(learnedThrough: 0));
        Assert.AreSequenceEqual([R4], _effects.Sends.Where(envelope => envelope.Message is TakeOver).Select(envelope => envelope.To));
    }

    [TestMethod]
    public void HandOver_ToOne_OnlyThatOneIsTold()
    {
        Lead();
        _replica.BeginHandOver(R5, _effects);
        Hear(R4, Answer(learnedThrough: 0));
        Assert.IsEmpty(_effects.Sends.All<TakeOver>().ToList());
        Hear(R5, Answer(learnedThrough: 0));
        Assert.AreEqual(R5, _effects.Sends.Single(envelope => envelope.Message is TakeOver).To);
    }

    [TestMethod]
    public void HandOver_AnotherLeads_EndsWithItsName()
    {
        Lead();
        _replica.BeginHandOver(R2, _effects);
        Hear(R2, new Heartbeat(Ballot(2, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        EndBatch();
        Assert.AreSequenceEqual([new HandOverEnded(R2)], _effects.Answers.OfType<HandOverEnded>());
        Assert.IsNull(_replica.Leading);
    }

    /// <summary>"If leadership transfer does not complete after about an election timeout, the prior leader aborts the transfer
    /// and resumes accepting client requests."</summary>
    [TestMethod]
    public void HandOver_NobodyTakesOver_LeadsOnAndProposesWhatItHeldBack()
    {
        Lead();
        _replica.BeginHandOver(R2, _effects);
        Hear(R3, new Propose([Command("held back", origin: 3)]));
        EndBatch();
        for (var tick = 1; tick < Options.HandOverTicks; tick++)
        {
            _replica.Tick(_effects);
        }

        EndBatch();
        Assert.IsEmpty(_effects.Answers);
        Assert.IsEmpty(_effects.Sends.All<Accept>().ToList());
        _replica.Tick(_effects);
        EndBatch();
        Assert.AreSequenceEqual([new HandOverEnded(null)], _effects.Answers.OfType<HandOverEnded>());
        Assert.AreEqual(R3, _effects.Sends.All<Accept>().First().Proposals.Single().Value.Commands.Single().Id.Origin);
    }

    [TestMethod]
    public void TakeOver_FromTheLeader_CampaignsWithoutAskingAround()
    {
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        Hear(R2, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        Assert.AreEqual(Ballot(2, 1), _replica.Preparing!.Ballot);
        Assert.AreEqual(new PersistCampaign(Ballot(2, 1)), _effects.Persists.OfType<PersistCampaign>().Single());
        Assert.IsEmpty(_effects.Sends.All<Prepare>().ToList(), "a ballot is on disk before anyone hears of it");
    }

    [TestMethod]
    public void TakeOver_OfALeadershipThatIsOver_IsIgnored()
    {
        Hear(R3, new Prepare(Ballot(2, 3), Slot(1)));
        Hear(R2, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_replica.Preparing);
    }

    [TestMethod]
    public void TakeOver_LacksWhatIsChosen_IsIgnored()
    {
        Hear(R2, new TakeOver(Ballot(1, 2), Slot(1)));
        Assert.IsNull(_replica.Preparing);
    }

    [TestMethod]
    public void TakeOver_NotFromItsLeader_IsIgnored()
    {
        Hear(R3, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_replica.Preparing);
    }

    [TestMethod]
    public void TakeOver_AcceptorIsDown_IsIgnored()
    {
        _replica.FailAcceptor();
        Hear(R2, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_replica.Preparing);
    }

    [TestMethod]
    public void TakeOver_Leads_IsIgnored()
    {
        Lead();
        Hear(R2, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        Assert.IsNotNull(_replica.Leading);
    }

    private static HeartbeatReply Answer(long learnedThrough) => new(1, Ballot(1, 1), R1, Slot(learnedThrough));

    private void Hear(ReplicaId from, Message message) => _replica.Step(new Envelope(from, R1, message), _effects);

    private void EndBatch() => _replica.EndBatch(_effects);

    private void Choose(long slot)
    {
        foreach (var member in new[] { R2, R3, R4 })
        {
            Hear(member, new Accepted(Ballot(1, 1), [Slot(slot)]));
        }
    }

    private void Lead()
    {
        while (!_effects.Sends.All<Heartbeat>().Any())
        {
            _replica.Tick(_effects);
        }

        var round = _effects.Sends.All<Heartbeat>().First().Round;
        Hear(R2, new HeartbeatReply(round, PaxosWcf.Consensus.Ballot.None, Hears: null, PaxosWcf.Consensus.Slot.None));
        Hear(R3, new HeartbeatReply(round, PaxosWcf.Consensus.Ballot.None, Hears: null, PaxosWcf.Consensus.Slot.None));
        foreach (var member in new[] { R1, R2, R3 })
        {
            Hear(member, Promise(Ballot(1, 1)));
        }

        Assert.IsNotNull(_replica.Leading);
        _effects.Clear();
    }
}
