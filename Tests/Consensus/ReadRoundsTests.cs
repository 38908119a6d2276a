using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Read index (Raft thesis, section 6.4) where the asker counts who confirms it: R4 asks, R1 leads.</summary>
[TestClass]
public sealed class ReadRoundsTests
{
    private static readonly Ballot Own = Ballot(3, 1);
    private readonly Effects _effects = new();
    private ReadRounds _rounds = new(R4, First, round: 7, Options);

    /// <summary>With the leader's own word and that of the asker's acceptor one more makes a majority of five.</summary>
    [TestMethod]
    public void Round_AsksTheLeader_AndAsManyAsMakeAMajority()
    {
        Begin();
        Assert.AreSequenceEqual([R1, R2], _effects.Sends.Select(envelope => envelope.To));
        Assert.IsTrue(_effects.Sends.All<ReadIndex>().All(question => question == new ReadIndex(8) { AskerConfirms = true }));
    }

    [TestMethod]
    public void Round_OfOneThatDoesNotVote_AsksOneMore()
    {
        _rounds.Add(1);
        _rounds.EndBatch(R1, votes: false, _effects);
        Assert.AreSequenceEqual([R1, R2, R3], _effects.Sends.Select(envelope => envelope.To));
    }

    [TestMethod]
    public void Round_OfTheLeader_AsksItselfAndTwoMore()
    {
        _rounds.Add(1);
        _rounds.EndBatch(R4, votes: true, _effects);
        Assert.AreSequenceEqual([R4, R1, R2], _effects.Sends.Select(envelope => envelope.To));
    }

    /// <summary>The index may be what a leader recovered and never got chosen before it died: no slot need ever come to it.</summary>
    [TestMethod]
    public void Read_ToldAnIndexThatIsNotLearned_IsAskedForAnewWhenTheLeaderChanges()
    {
        Begin();
        Tell(index: 5, Own);
        Confirm(R2, Own);
        _rounds.OnLearned(Slot(4));
        _effects.Clear();
        _rounds.AskAgain();
        _rounds.EndBatch(R2, votes: true, _effects);
        Assert.AreEqual(9, _effects.Sends.All<ReadIndex>().First().Round);
        _rounds.OnReadIndexReply(R2, true, new ReadIndexReply(9, Slot(4), Ballot(4, 2), Slot(4), R2), Own, _effects);
        Assert.AreSequenceEqual([new ReadReady(1, Slot(4))], _effects.Answers);
        _effects.Clear();
        _rounds.AskAgain();
        _rounds.EndBatch(R2, votes: true, _effects);
        Assert.IsEmpty(_effects.Sends, "it is learned");
    }

    /// <summary>However far behind a replica is all the time, what it has learned is asked for no more.</summary>
    [TestMethod]
    public void Reads_OfAReplicaThatLags_OnlyThoseNotLearnedAreAskedForAnew()
    {
        Begin();
        Tell(index: 5, Own);
        Confirm(R2, Own);
        _rounds.Add(2);
        _rounds.EndBatch(R1, votes: true, _effects);
        _rounds.OnReadIndexReply(R1, true, new ReadIndexReply(9, Slot(8), Own, Slot(8), R1), Own, _effects);
        _rounds.OnLearned(Slot(6));
        _effects.Clear();
        _rounds.AskAgain();
        _rounds.EndBatch(R2, votes: true, _effects);
        _rounds.OnReadIndexReply(R2, true, new ReadIndexReply(10, Slot(6), Ballot(4, 2), Slot(6), R2), Own, _effects);
        Assert.AreSequenceEqual([new ReadReady(2, Slot(6))], _effects.Answers);
    }

    [TestMethod]
    public void Read_GivenUpOrLearned_IsNotAskedForAnew()
    {
        foreach (var isLearned in new[] { false, true })
        {
            _effects.Clear();
            var rounds = new ReadRounds(R4, First, round: 7, Options);
            rounds.Add(1);
            rounds.EndBatch(R1, votes: true, _effects);
            rounds.OnReadIndexReply(R1, true, new ReadIndexReply(8, Slot(5), Own, Slot(5), R1), Own, _effects);
            Assert.AreSequenceEqual([new ReadReady(1, Slot(5))], _effects.Answers);
            if (isLearned)
            {
                rounds.OnLearned(Slot(5));
            }
            else
            {
                rounds.GiveUp(1);
            }

            _effects.Clear();
            rounds.AskAgain();
            rounds.EndBatch(R2, votes: true, _effects);
            Assert.IsEmpty(_effects.Sends);
        }
    }

    [TestMethod]
    public void Read_ConfirmedByAMajority_IsReady_InWhateverOrder()
    {
        Begin();
        Confirm(R2, Own);
        Assert.IsEmpty(_effects.Answers);
        Tell(index: 5, Own);
        Assert.AreSequenceEqual([new ReadReady(1, Slot(5))], _effects.Answers);
        Confirm(R3, Own);
        Assert.HasCount(1, _effects.Answers, "a read is answered once");
    }

    [TestMethod]
    public void Read_ConfirmedByAMinority_Waits()
    {
        Begin();
        Tell(index: 5, Own);
        Confirm(R1, Own);
        Assert.IsEmpty(_effects.Answers, "two of five, and one of them twice");
        Confirm(R2, Own, counts: false);
        Assert.IsEmpty(_effects.Answers, "the word of another life of R2");
        Confirm(R2, promised: null);
        Assert.IsEmpty(_effects.Answers, "an acceptor that is down confirms nothing");
        Confirm(R3, Own);
        Assert.HasCount(1, _effects.Answers);
    }

    /// <summary>Whoever promised a higher ballot may have accepted under it before the read came.</summary>
    [TestMethod]
    public void Read_DespiteAHigherPromise_Waits()
    {
        Begin();
        Tell(index: 5, Own);
        Confirm(R2, Ballot(4, 2));
        Assert.IsEmpty(_effects.Answers);
        Confirm(R3, Own, ownPromise: Ballot(4, 2));
        Assert.IsEmpty(_effects.Answers, "nor does the asker's own acceptor confirm then");
        Confirm(R5, Own, ownPromise: Ballot(4, 2));
        Assert.HasCount(1, _effects.Answers);
    }

    /// <summary>A round is over with the configuration that it was asked under.</summary>
    [TestMethod]
    public void Read_BallotOfAnotherConfiguration_Waits()
    {
        Begin();
        Tell(index: 5, Own with { Configuration = 1 });
        Confirm(R2, Own);
        Confirm(R3, Own);
        Assert.IsEmpty(_effects.Answers);
    }

    [TestMethod]
    public void Read_LeaderThatConfirmedByItself_IsReady()
    {
        Begin();
        _rounds.OnReadIndexReply(R1, counts: true, Told(8, 5, Own), ownPromise: null, _effects);
        Assert.AreSequenceEqual([new ReadReady(1, Slot(5))], _effects.Answers);
    }

    /// <summary>The leader's acceptor is down, and it leads on: its answer brings an index and no promise.</summary>
    [TestMethod]
    public void Round_LeaderDoesNotVote_AsksOneMoreAtOnce_AndFromThenOn()
    {
        Begin();
        _effects.Clear();
        TellWithoutVote(index: 5, round: 8);
        Assert.AreSequenceEqual([R3], _effects.Sends.Select(envelope => envelope.To));
        TellWithoutVote(index: 5, round: 8);
        Assert.HasCount(1, _effects.Sends, "once");
        Confirm(R2, Own);
        Confirm(R3, Own);
        Assert.HasCount(1, _effects.Answers);

        _effects.Clear();
        Begin();
        Assert.AreSequenceEqual([R1, R2, R3], _effects.Sends.Select(envelope => envelope.To));
        Tell(index: 6, Own, round: 9);
        Confirm(R2, Own, round: 9);
        _effects.Clear();
        Begin();
        Assert.AreSequenceEqual([R1, R2], _effects.Sends.Select(envelope => envelope.To), "it votes again");

        TellWithoutVote(index: 6, round: 10);
        _rounds.AskAgain();
        _effects.Clear();
        _rounds.EndBatch(R2, votes: true, _effects);
        Assert.AreSequenceEqual([R2, R1], _effects.Sends.Select(envelope => envelope.To), "the next leader is another one");
    }

    /// <summary>What does not come together so, the leader confirms; and whoever did not answer is asked last from then on.</summary>
    [TestMethod]
    public void Round_NotConfirmedInTime_IsLeftToTheLeader()
    {
        Begin();
        Tell(index: 5, Own);
        _effects.Clear();
        Tick(Options.WidenTicks);
        Assert.AreEqual(new ReadIndex(8), _effects.Sends.Only<ReadIndex>());
        _rounds.OnReadIndexReply(R1, counts: true, Told(8, 5, Own), Own, _effects);
        Assert.HasCount(1, _effects.Answers);
        _effects.Clear();
        Begin();
        Assert.AreSequenceEqual([R1, R3], _effects.Sends.Select(envelope => envelope.To));
    }

    /// <summary>A confirmer that is slower than the others, and never late, would hold every read up.</summary>
    [TestMethod]
    public void Confirmer_AlwaysTheSlowest_MakesWayForAnother()
    {
        _rounds = new ReadRounds(R4, First, round: 7, Options with { AskAllTicks = 2 });
        for (var round = 8; round < 18; round++)
        {
            Tick(2);
            _effects.Clear();
            Begin();
            Assert.AreSequenceEqual([R1, R2, R3, R5], _effects.Sends.Select(envelope => envelope.To), "now and then all are asked");
            Tell(index: 5, Own, round);
            Confirm(R3, Own, round: round);
            Assert.HasCount(1, _effects.Answers);
            Confirm(R2, Own, round: round);
        }

        _effects.Clear();
        Begin();
        Assert.AreSequenceEqual([R1, R3], _effects.Sends.Select(envelope => envelope.To));
    }

    [TestMethod]
    public void Reads_ThatComeWhileARoundIsOut_ShareTheNext()
    {
        Begin();
        _rounds.Add(2);
        _rounds.Add(3);
        _rounds.EndBatch(R1, votes: true, _effects);
        Assert.HasCount(2, _effects.Sends);
        Tell(index: 5, Own);
        Confirm(R2, Own);
        Assert.AreSequenceEqual([new ReadReady(1, Slot(5))], _effects.Answers);
        _effects.Clear();
        _rounds.EndBatch(R1, votes: true, _effects);
        Assert.AreEqual(9, _effects.Sends.All<ReadIndex>().First().Round);
        Tell(index: 6, Own);
        Confirm(R2, Own, round: 8);
        Assert.IsEmpty(_effects.Answers, "a promise of the round before says nothing about the time after these reads came");
        Tell(index: 6, Own, round: 9);
        Confirm(R2, Own, round: 9);
        Assert.AreSequenceEqual([new ReadReady(2, Slot(6)), new ReadReady(3, Slot(6))], _effects.Answers);
    }

    /// <summary>What was chosen before these reads came is not enough for them, however many confirm that leader.</summary>
    [TestMethod]
    public void Round_ConfirmedBeforeTheLeaderAnswered_DoesNotTakeTheIndexOfTheOneBefore()
    {
        Begin();
        Tell(index: 5, Own);
        Confirm(R2, Own);
        _effects.Clear();
        Begin();
        Confirm(R2, Own, round: 9);
        Confirm(R3, Own, round: 9);
        Assert.IsEmpty(_effects.Answers);
        Tell(index: 6, Own, round: 9);
        Assert.AreSequenceEqual([new ReadReady(1, Slot(6))], _effects.Answers);
    }

    [TestMethod]
    public void Round_RefusedByTheLeader_AsksAgainWithAPause()
    {
        Begin();
        Tell(index: null, PaxosWcf.Consensus.Ballot.None);
        _rounds.EndBatch(R1, votes: true, _effects);
        Assert.HasCount(2, _effects.Sends, "not at once: two replicas would keep each other busy");
        _effects.Clear();
        Tick(1, leader: R2);
        Assert.AreEqual(R2, _effects.Sends.Single().To);
        _effects.Clear();
        Tick(Options.RetransmitTicks, leader: R2);
        Assert.HasCount(1, _effects.Sends);
    }

    /// <summary>What was told under the configuration before, and who confirmed it, counts no more.</summary>
    [TestMethod]
    public void Round_ConfigurationChanges_BeginsAnew()
    {
        Begin();
        Tell(index: 5, Own);
        _effects.Clear();
        _rounds.Reconfigure(First);
        _rounds.EndBatch(R1, votes: true, _effects);
        Assert.HasCount(2, _effects.Sends);
        Confirm(R2, Own);
        Confirm(R3, Own);
        Assert.IsEmpty(_effects.Answers);
        Tell(index: 6, Own);
        Assert.AreSequenceEqual([new ReadReady(1, Slot(6))], _effects.Answers);
    }

    private void Begin()
    {
        _rounds.Add(1);
        _rounds.EndBatch(R1, votes: true, _effects);
    }

    private void Tick(int ticks, ReplicaId? leader = null)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            _rounds.Tick();
            _rounds.EndBatch(leader ?? R1, votes: true, _effects);
        }
    }

    private void Tell(long? index, Ballot ballot, long round = 8) => _rounds.OnReadIndexReply(
        R1, counts: true, Told(round, index, ballot) with { AskerConfirms = true, Promised = ballot }, Own, _effects);

    private void TellWithoutVote(long index, long round) =>
        _rounds.OnReadIndexReply(R1, counts: true, Told(round, index, Own) with { AskerConfirms = true }, Own, _effects);

    private void Confirm(ReplicaId from, Ballot? promised, bool counts = true, Ballot? ownPromise = null, long round = 8) =>
        _rounds.OnReadIndexReply(
            from,
            counts,
            new ReadIndexReply(round, null, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, R1) { Promised = promised },
            ownPromise ?? Own,
            _effects);

    private static ReadIndexReply Told(long round, long? index, Ballot ballot) =>
        new(round, index is { } slot ? Slot(slot) : null, ballot, PaxosWcf.Consensus.Slot.None, R1);
}
