using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Read index (Raft thesis, section 6.4) where the leader confirms it.</summary>
[TestClass]
public sealed class ReadConfirmationTests
{
    private const long Before = 100;

    private readonly ReadConfirmation _confirmation = new(Five, Before);

    [TestMethod]
    public void Read_ConfirmedByAMinority_Waits()
    {
        Ask(R4, round: 1);
        _confirmation.OnRoundBegun(101);
        Assert.IsEmpty(_confirmation.Confirm(R1, 101));
        Assert.IsEmpty(_confirmation.Confirm(R2, 101));
        Assert.IsEmpty(_confirmation.Confirm(R2, 101));
        Assert.HasCount(1, _confirmation.Confirm(R3, 101));
    }

    /// <summary>A round that began before the read came says nothing about who led when it came.</summary>
    [TestMethod]
    public void Read_ConfirmedInARoundBegunBeforeItCame_Waits()
    {
        _confirmation.OnRoundBegun(101);
        Ask(R4, round: 1);
        Confirm(101, R1, R2, R3);
        Assert.IsTrue(_confirmation.WantsRound);
        _confirmation.OnRoundBegun(102);
        Assert.HasCount(1, Confirm(102, R1, R2, R3));
    }

    [TestMethod]
    public void Read_AnswersToRoundsOfAnEarlierLeadership_ConfirmNothing()
    {
        Ask(R4, round: 1);
        Assert.IsEmpty(Confirm(Before, R1, R2, R3));
        Assert.IsEmpty(Confirm(Before + 1, R1, R2, R3), "a round that was never begun");
    }

    [TestMethod]
    public void Reads_OfSeveralReplicas_ShareOneRound()
    {
        Ask(R4, round: 1);
        Ask(R5, round: 1);
        _confirmation.OnRoundBegun(101);
        Assert.IsFalse(_confirmation.WantsRound, "one round at a time");
        Assert.HasCount(2, Confirm(101, R1, R2, R3));
    }

    /// <summary>However long a quorum is silent, no more wait here than there are replicas.</summary>
    [TestMethod]
    public void Read_AskedAgainAndAgain_WaitsOnceAndKeepsItsPlace()
    {
        Ask(R4, round: 1, index: 5);
        _confirmation.OnRoundBegun(101);
        Ask(R4, round: 1, index: 9, call: 77);
        var ready = Confirm(101, R1, R2, R3);
        Assert.HasCount(1, ready);
        Assert.AreEqual(Slot(5), ready[0].Index);
        Assert.AreEqual(77, ready[0].Request.Call);
    }

    [TestMethod]
    public void Read_NewQuestionOfTheSameReplica_NeedsARoundOfItsOwn()
    {
        Ask(R4, round: 1);
        _confirmation.OnRoundBegun(101);
        Ask(R4, round: 2, index: 9);
        Assert.IsEmpty(Confirm(101, R1, R2, R3));
        Ask(R4, round: 1);
        _confirmation.OnRoundBegun(102);
        Assert.AreEqual(2, Confirm(102, R1, R2, R3).Single().Round);
    }

    /// <summary>Two lives of one replica's disk count rounds of their own: the number may be the same, and the question is not.</summary>
    [TestMethod]
    public void Read_OfAnotherLifeOfTheReplica_NeedsARoundOfItsOwn()
    {
        Ask(R4, round: 1);
        _confirmation.OnRoundBegun(101);
        _confirmation.Add(new Envelope(R4, R1, new ReadIndex(1)) { Incarnation = new Incarnation(5) }, 1, Slot(9));
        Assert.IsEmpty(Confirm(101, R1, R2, R3));
        _confirmation.OnRoundBegun(102);
        Assert.AreEqual(Slot(9), Confirm(102, R1, R2, R3).Single().Index);
    }

    private void Ask(ReplicaId from, long round, long index = 5, long call = 0) =>
        _confirmation.Add(new Envelope(from, R1, new ReadIndex(round), call), round, Slot(index));

    private List<WaitingRead> Confirm(long round, params ReplicaId[] from) =>
        [.. from.SelectMany(member => _confirmation.Confirm(member, round))];
}
