using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Whom a leader asks first: a majority, and rather those that answer.</summary>
[TestClass]
public sealed class AskingOrderTests
{
    private readonly AskingOrder _order = new(R4, Five);

    [TestMethod]
    public void First_IsAMajority_WithTheLeaderInFront() => Assert.AreSequenceEqual([R4, R1, R2], _order.First);

    [TestMethod]
    public void Late_IsAskedAfterTheOthers_EvenWhenItAnswersLate()
    {
        _order.OnLate(R1);
        Assert.AreSequenceEqual([R4, R2, R3], _order.First);
        _order.OnVote(R1);
        Assert.AreSequenceEqual([R4, R2, R3], _order.First, "a replica that is slow would be waited for with every slot");
    }

    /// <summary>Else a hiccup of one that lives would have the dead waited for again.</summary>
    [TestMethod]
    public void Silent_IsAskedLast_AfterThoseThatWereLateSinceAndAnswered()
    {
        _order.OnLate(R1);
        _order.OnLate(R2);
        _order.OnLate(R3);
        _order.OnVote(R3);
        Assert.AreSequenceEqual([R4, R5, R3], _order.First);
        _order.OnLate(R4);
        _order.OnVote(R4);
        Assert.AreSequenceEqual([R5, R3, R4], _order.First);
    }

    /// <summary>Among equals now the one and now the other is quicker: only who never is makes way.</summary>
    [TestMethod]
    public void Outrun_TenTimesInARow_IsAskedAfterTheOthers()
    {
        AllAsked(9, R4, R1, R3);
        AllAsked(1, R4, R1, R2);
        AllAsked(9, R4, R1, R3);
        Assert.AreSequenceEqual([R4, R1, R2], _order.First);
        AllAsked(1, R4, R1, R5);
        Assert.AreSequenceEqual([R4, R1, R3], _order.First);
    }

    /// <summary>Of two that are slow the one that was not asked before must not come in the other's place.</summary>
    [TestMethod]
    public void Outrun_Two_LeaveTheQuickestMajority()
    {
        AllAsked(10, R4, R1, R5);
        Assert.AreSequenceEqual([R4, R1, R5], _order.First);
    }

    [TestMethod]
    public void Outrun_EvenTheLeaderItself_IsAskedAfterTheOthers()
    {
        AllAsked(10, R1, R2, R5);
        Assert.AreSequenceEqual([R1, R2, R5], _order.First);
    }

    [TestMethod]
    public void Stranger_ChangesNothing()
    {
        _order.OnLate(new ReplicaId(9));
        _order.OnVote(new ReplicaId(9));
        Assert.AreSequenceEqual([R4, R1, R2], _order.First);
    }

    private void AllAsked(int times, params ReplicaId[] quickest)
    {
        var votes = Five.NoVotes();
        Array.ForEach(quickest, votes.Add);
        for (var time = 0; time < times; time++)
        {
            _order.OnAllAsked(votes);
        }
    }
}
