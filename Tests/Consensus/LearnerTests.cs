using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>"Paxos Made Simple", sections 2.3 and 3: what a learner may believe.</summary>
[TestClass]
public sealed class LearnerTests
{
    private readonly Effects _effects = new();
    private readonly Acceptor _acceptor = new(R2, Options, AcceptorState.Fresh, PaxosWcf.Consensus.Slot.None);
    private readonly Learner _learner = new(R2, First, Options, PaxosWcf.Consensus.Slot.None, new Random(1));

    /// <summary>"To learn that a value has been chosen, a learner must find out that a proposal has been accepted by a
    /// majority of acceptors": what was accepted, but not told chosen, is not learned.</summary>
    [TestMethod]
    public void Learner_AcceptedButNotToldChosen_LearnsNothing()
    {
        Accept(Ballot(1, 1), Proposal(1, "a"), Proposal(2, "b"));
        ToldThrough(Ballot(1, 1), 0);
        Assert.IsEmpty(_effects.Deliveries);
        ToldThrough(Ballot(1, 1), 1);
        Assert.AreSequenceEqual([new Delivery(Slot(1), Value("a"), InLog: true)], _effects.Deliveries);
    }

    /// <summary>What a leader says is chosen is what it proposed under its ballot; an older value in the same slot may be
    /// another.</summary>
    [TestMethod]
    public void Learner_ToldByLeaderOfAnotherBallot_DoesNotTrustWhatItAccepted()
    {
        Accept(Ballot(1, 1), Proposal(1, "old"));
        ToldThrough(Ballot(2, 3), 1);
        Assert.IsEmpty(_effects.Deliveries);
        Assert.AreEqual(Slot(1), _learner.KnownThrough);
    }

    [TestMethod]
    public void Learner_LateWordOfAnEarlierLeader_IsNotMixedWithALaterOne()
    {
        Accept(Ballot(2, 3), Proposal(1, "new"));
        ToldThrough(Ballot(2, 3), 0);
        ToldThrough(Ballot(1, 1), 1);
        Assert.IsEmpty(_effects.Deliveries);
    }

    /// <summary>Section 3: a command is executed only when all commands before it are: the learner delivers nothing
    /// beyond a gap.</summary>
    [TestMethod]
    public void Learner_Gap_NothingIsDeliveredBeyondIt()
    {
        _learner.OnChosen(Proposal(2, "b"), _acceptor, _effects);
        Assert.IsEmpty(_effects.Deliveries);
        _learner.OnChosen(Proposal(1, "a"), _acceptor, _effects);
        Assert.AreSequenceEqual([1L, 2], _effects.Deliveries.Select(delivery => delivery.Slot.Number));
        Assert.AreEqual(Slot(2), _learner.LearnedThrough);
    }

    /// <summary>One that was not asked to accept a value is told it, and its log does not hold it yet.</summary>
    [TestMethod]
    public void Learner_ToldValues_DeliversThem_HoweverTheyCome()
    {
        Told(from: 2, "b", "c");
        Assert.IsEmpty(_effects.Deliveries, "slot 1 is not known");
        Assert.AreEqual(Slot(3), _learner.KnownThrough);
        Told(from: 1, "a", "b");
        Assert.AreSequenceEqual(["a", "b", "c"], _effects.Deliveries.Select(delivery => Payload(delivery.Value)));
        Assert.IsFalse(_effects.Deliveries.Exists(delivery => delivery.InLog));
        Told(from: 1, "a");
        Assert.HasCount(3, _effects.Deliveries, "nothing is delivered twice");
    }

    /// <summary>The limit on what is kept before its turn.</summary>
    [TestMethod]
    public void Learner_ToldBeyondAcceptAheadMax_KeepsNothing()
    {
        Told(Options.AcceptAheadMax, "kept", "lost");
        for (var slot = 1; slot < Options.AcceptAheadMax; slot++)
        {
            _learner.OnChosen(Proposal(slot, "x"), _acceptor, _effects);
        }

        Assert.AreEqual(Slot(Options.AcceptAheadMax), _learner.LearnedThrough);
        Assert.AreEqual("kept", Payload(_effects.Deliveries[^1].Value));
    }

    [TestMethod]
    public void Learner_DoubledAndLateWords_DeliverNothingTwice()
    {
        Accept(Ballot(1, 1), Proposal(1, "a"));
        ToldThrough(Ballot(1, 1), 1);
        ToldThrough(Ballot(1, 1), 1);
        _learner.OnChosen(Proposal(1, "a"), _acceptor, _effects);
        Reply(from: 1, through: 1, "a");
        Assert.HasCount(1, _effects.Deliveries);
    }

    [TestMethod]
    public void Learner_ChosenValueDiffersFromAccepted_LogIsToBeWritten()
    {
        Accept(Ballot(1, 1), Proposal(1, "old"));
        Reply(from: 1, through: 1, "new");
        Assert.AreSequenceEqual([new Delivery(Slot(1), Value("new"), InLog: false)], _effects.Deliveries);
        Assert.IsNull(_acceptor.At(Slot(1)), "a vote that is learned over need not be kept");
    }

    /// <summary>"Because of message loss, a value could be chosen with no learner ever finding out": it asks, after a
    /// while.</summary>
    [TestMethod]
    public void Learner_MissesChosenSlots_AsksTheOneWhoToldIt()
    {
        ToldThrough(Ballot(1, 1), 9);
        Assert.IsEmpty(_effects.Sends);
        Ticks(Options.CatchUpTicks);
        Assert.AreSequenceEqual([new Envelope(R2, R1, new CatchUp(Slot(1)))], _effects.Sends);
    }

    [TestMethod]
    public void Learner_NoAnswer_AsksAnyoneElseAgain()
    {
        ToldThrough(Ballot(1, 1), 9);
        Ticks(80 * Options.CatchUpTicks);
        Assert.HasCount(22, _effects.Sends, "after once, once, twice, and from then on each 4 times the patience");
        Assert.IsGreaterThan(2, _effects.Sends.Select(envelope => envelope.To).Distinct().Count());
        Assert.IsFalse(_effects.Sends.Exists(envelope => envelope.To == R2), "it does not ask itself");
    }

    /// <summary>The configuration that it has learned may be old, and all of its members gone: the cluster was one of R2 alone, or of
    /// machines that are off since. Seed 17000337 of the simulator: R2 asked itself for ever.</summary>
    [TestMethod]
    public void Learner_NoMemberThatItKnowsAnswers_AsksWhoeverTellsOfMore()
    {
        foreach (var known in new[] { new Quorum([R2]), new Quorum([R1, R2, R3]) })
        {
            var effects = new Effects();
            var learner = new Learner(
                R2, PaxosWcf.Consensus.Configuration.First(known), Options, PaxosWcf.Consensus.Slot.None, new Random(1));
            learner.OnChosenThrough(R4, Ballot(1, 4), Slot(3), _acceptor, effects);
            for (var tick = 0; tick < 2 * Options.CatchUpTicks; tick++)
            {
                learner.Tick(effects);
            }

            effects.Clear();
            for (var tick = 0; tick < 80 * Options.CatchUpTicks; tick++)
            {
                learner.OnChosenThrough(R4, Ballot(1, 4), Slot(3), _acceptor, effects);
                learner.Tick(effects);
            }

            Assert.Contains(R4, effects.Sends.Select(envelope => envelope.To), $"knows {known}");
            Assert.DoesNotContain(R2, effects.Sends.Select(envelope => envelope.To), $"knows {known}");
        }
    }

    [TestMethod]
    public void Learner_PartialAnswer_AsksForTheRestAtOnce()
    {
        ToldThrough(Ballot(1, 1), 3);
        Ticks(Options.CatchUpTicks);
        _effects.Clear();
        Reply(from: 1, through: 3, "a", "b");
        Assert.AreEqual(new CatchUp(Slot(3)), _effects.Sends.Only<CatchUp>());
        _effects.Clear();
        Reply(from: 3, through: 3, "c");
        Assert.IsEmpty(_effects.Sends);
    }

    /// <summary>Over a slow link an answer takes longer than the patience at first; those of others, who were asked meanwhile, would be in the way of the next one for ever.</summary>
    [TestMethod]
    public void Learner_AnswersTakeLong_IsAsPatientFromThenOn()
    {
        ToldThrough(Ballot(1, 1), 9);
        Ticks(Options.CatchUpTicks);
        Ticks(4 * Options.CatchUpTicks);
        _effects.Clear();
        Reply(from: 1, through: 9, "a");
        Assert.AreEqual(new CatchUp(Slot(2)), _effects.Sends.Only<CatchUp>());
        _effects.Clear();

        Ticks((8 * Options.CatchUpTicks) - 1);
        Assert.IsEmpty(_effects.Sends, "twice what the last one took");
        Ticks(1);
        Assert.HasCount(1, _effects.Sends);

        Ticks(1000 * Options.CatchUpTicks);
        Reply(from: 2, through: 9, "b");
        _effects.Clear();
        Ticks(16 * Options.CatchUpTicks);
        Assert.HasCount(1, _effects.Sends, "and no longer than 16 times the patience");
    }

    /// <summary>Two replicas must not keep each other busy with answers that bring nothing.</summary>
    [TestMethod]
    public void Learner_AnswerBringsNothing_DoesNotAskAtOnce()
    {
        ToldThrough(Ballot(1, 1), 3);
        Ticks(Options.CatchUpTicks);
        _effects.Clear();
        Reply(from: 1, through: 0);
        Reply(from: 7, through: 9, "g");
        Assert.IsEmpty(_effects.Sends);
        Assert.IsEmpty(_effects.Deliveries);
    }

    [TestMethod]
    public void Learner_AcceptorIsDown_LearnsByCatchUpAlone()
    {
        Accept(Ballot(1, 1), Proposal(1, "a"));
        _learner.OnChosenThrough(R1, Ballot(1, 1), Slot(1), acceptor: null, _effects);
        Assert.IsEmpty(_effects.Deliveries);
        Assert.AreEqual(new CatchUp(Slot(1)), _effects.Sends.Only<CatchUp>());
    }

    private void Accept(Ballot ballot, params Proposal[] proposals)
    {
        var accept = Paper.Accept(ballot, proposals);
        _acceptor.OnAccept(new Envelope(ballot.Proposer, R2, accept), accept, _learner.LearnedThrough, _effects);
        _effects.Clear();
    }

    private void ToldThrough(Ballot ballot, long slot) =>
        _learner.OnChosenThrough(ballot.Proposer, ballot, Slot(slot), _acceptor, _effects);

    private void Reply(long from, long through, params string[] values)
    {
        var reply = new CatchUpReply(Slot(from), [.. values.Select(Value)], Slot(through));
        _learner.OnCatchUpReply(new Envelope(R1, R2, reply), reply, _acceptor, _effects);
    }

    private void Ticks(int ticks)
    {
        for (; ticks > 0; ticks--)
        {
            _learner.Tick(_effects);
        }
    }

    private void Told(long from, params string[] payloads) => _learner.OnLearn(
        R1,
        new Learn(Ballot(1, 1), Slot(from + payloads.Length - 1)) { From = Slot(from), Values = [.. payloads.Select(Value)] },
        _acceptor,
        _effects);

    private static string Payload(Value value) => System.Text.Encoding.UTF8.GetString(value.Commands[0].Payload.Span);
}
