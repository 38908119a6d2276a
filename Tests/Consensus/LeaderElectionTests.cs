using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Who should lead: patience, asking around, quorum-connected, yielding. "To guarantee progress, a
/// distinguished proposer must be selected as the only one to try issuing proposals" ("Paxos Made Simple", section 2.4);
/// safety does not depend on it.</summary>
[TestClass]
public sealed class LeaderElectionTests
{
    private readonly LeaderElection _election = new(R1, Five, Options, new Random(3));

    [TestMethod]
    public void Election_HearsNobody_AsksAroundWithinPatience()
    {
        var ticks = TicksUntil(ElectionAct.AskAround);
        Assert.IsTrue(ticks >= Options.PatienceTicksMin && ticks <= Options.PatienceTicksMax);
    }

    [TestMethod]
    public void Election_HearsALeader_StaysPatient()
    {
        for (var tick = 0; tick < 10 * Options.PatienceTicksMax; tick++)
        {
            Assert.IsTrue(_election.OnLeaderHeard(R2, Ballot(1, 2)));
            Assert.AreEqual(ElectionAct.None, _election.TickIdle());
        }

        Assert.AreEqual(R2, _election.Hears);
    }

    [TestMethod]
    public void Election_LeaderSilentForShortestPatience_HearsNobody()
    {
        _election.OnLeaderHeard(R2, Ballot(1, 2));
        for (var tick = 0; tick < Options.PatienceTicksMin; tick++)
        {
            _election.TickIdle();
        }

        Assert.AreEqual(R2, _election.Hears);
        _election.TickIdle();
        Assert.IsNull(_election.Hears);
        Assert.AreEqual(R2, _election.LastHeard);
    }

    [TestMethod]
    public void Election_EarlierLeaderHeard_IsNotBelieved()
    {
        _election.OnLeaderHeard(R2, Ballot(5, 2));
        Assert.IsFalse(_election.OnLeaderHeard(R3, Ballot(4, 3)));
        Assert.AreEqual(R2, _election.Hears);
    }

    [TestMethod]
    public void Election_QuorumHearsNobody_Campaigns()
    {
        _election.BeginAsking(round: 7);
        Assert.IsFalse(_election.OnAskAnswered(R2, 7, hears: null));
        Assert.IsFalse(_election.OnAskAnswered(R2, 7, hears: null), "one replica counts once");
        Assert.IsFalse(_election.OnAskAnswered(R3, 6, hears: null), "a late answer does not count");
        Assert.IsFalse(_election.OnAskAnswered(R4, 7, hears: R5), "one that hears a leader does not count");
        Assert.IsTrue(_election.OnAskAnswered(R5, 7, hears: null));
        Assert.IsFalse(_election.OnAskAnswered(R3, 7, hears: null), "it campaigns once");
    }

    /// <summary>A leader that restarted is still heard by the others for a while; that must not stop it.</summary>
    [TestMethod]
    public void Election_OthersHearThisReplicaItself_Campaigns()
    {
        _election.BeginAsking(round: 7);
        _election.OnAskAnswered(R2, 7, hears: R1);
        Assert.IsTrue(_election.OnAskAnswered(R3, 7, hears: R1));
    }

    [TestMethod]
    public void Election_LeaderHeardWhileAsking_DoesNotCampaign()
    {
        _election.BeginAsking(round: 7);
        _election.OnAskAnswered(R2, 7, hears: null);
        _election.OnLeaderHeard(R4, Ballot(3, 4));
        Assert.IsFalse(_election.OnAskAnswered(R3, 7, hears: null));
    }

    [TestMethod]
    public void Election_NotEnoughAnswers_AsksAgain()
    {
        TicksUntil(ElectionAct.AskAround);
        _election.BeginAsking(round: 7);
        Assert.IsGreaterThanOrEqualTo(Options.CampaignTicks, TicksUntil(ElectionAct.AskAround));
    }

    [TestMethod]
    public void Campaign_WithoutQuorumFor_CampaignTicks_Yields()
    {
        _election.OnOwnStateChanged();
        for (var tick = 0; tick < Options.CampaignTicks; tick++)
        {
            Assert.AreEqual(ElectionAct.None, _election.TickPreparing());
        }

        Assert.AreEqual(ElectionAct.Yield, _election.TickPreparing());
    }

    /// <summary>Whoever is to be promoted is asked after: one that died would take the quorum along.</summary>
    [TestMethod]
    public void Leader_LearnerThatFallsSilent_HasNotAnsweredLately()
    {
        var learner = new ReplicaId(6);
        _election.OnOwnStateChanged();
        _election.OnAnswer(learner);
        for (var tick = 0; tick < Options.YieldTicks; tick++)
        {
            Assert.IsTrue(_election.HasAnswered(learner));
            _election.OnAnswer(R2);
            _election.OnAnswer(R3);
            _election.TickLeading();
        }

        Assert.IsFalse(_election.HasAnswered(learner));
        Assert.IsTrue(_election.HasAnswered(R2));
    }

    /// <summary>A leader that is a voter no more, or whose place is another disk's, leads no more.</summary>
    [TestMethod]
    [DataRow(false, false, DisplayName = "stays")]
    [DataRow(true, false, DisplayName = "is out")]
    [DataRow(false, true, DisplayName = "is another disk's")]
    public void Election_LeaderIsReplaced_IsNotWaitedFor(bool isOut, bool isOtherLife)
    {
        _election.OnLeaderHeard(R5, Ballot(1, 5));
        _election.Reconfigure(isOut ? new Quorum([R1, R2, R3, R4]) : Five, id => isOtherLife && id == R5);
        Assert.AreEqual(isOut || isOtherLife ? null : R5, _election.Hears);
        var patience = TicksUntil(ElectionAct.AskAround);
        Assert.AreEqual(isOut || isOtherLife, patience <= Options.HeartbeatTicks);
    }

    /// <summary>As a vote does in the Raft thesis, section 3.4; and whoever was about to campaign itself does not.</summary>
    [TestMethod]
    public void Promise_OfANewBallot_RenewsPatience_OnceAndNotForOwnCampaigns()
    {
        _election.BeginAsking(round: 7);
        _election.OnAskAnswered(R2, 7, hears: null);
        _election.OnPromised(R1, Ballot(1, 1), Slot(1));
        Assert.IsTrue(_election.OnAskAnswered(R3, 7, hears: null), "its own");
        _election.BeginAsking(round: 8);
        _election.OnAskAnswered(R2, 8, hears: null);
        _election.OnPromised(R2, Ballot(2, 2), Slot(1));
        Assert.IsFalse(_election.OnAskAnswered(R3, 8, hears: null));
        for (var tick = 1; tick < Options.PatienceTicksMin; tick++)
        {
            Assert.AreEqual(ElectionAct.None, _election.TickIdle());
        }

        _election.OnPromised(R2, Ballot(2, 2), Slot(1));
        Assert.IsLessThanOrEqualTo(Options.PatienceTicksMax - Options.PatienceTicksMin + 1, TicksUntil(ElectionAct.AskAround), "doubled");
        Assert.IsNull(_election.Awaits, "its report may be over");
    }

    /// <summary>Or each campaign that takes longer than patience lasts would be cut short by the next.</summary>
    [TestMethod]
    public void Campaign_GoesOnWithALongReport_IsWaitedFor()
    {
        _election.OnPromised(R2, Ballot(1, 2), Slot(1));
        for (var slot = 2; slot < 9; slot++)
        {
            _election.OnPromised(R2, Ballot(1, 2), Slot(slot));
            for (var tick = 0; tick < Options.CampaignTicks; tick++)
            {
                Assert.AreEqual(ElectionAct.None, _election.TickIdle());
            }

            Assert.AreEqual(R2, _election.Awaits);
        }

        _election.OnPromised(R2, Ballot(1, 2), Slot(5));
        _election.TickIdle();
        Assert.IsNull(_election.Awaits, "nothing new came");
        Assert.IsNull(_election.Hears, "it does not lead");
        _election.OnPromised(R3, Ballot(2, 3), Slot(9));
        Assert.IsNull(_election.Awaits, "another campaign only begins");
        _election.OnPromised(R3, Ballot(2, 3), Slot(10));
        Assert.AreEqual(R3, _election.Awaits);
        _election.OnLeaderHeard(R3, Ballot(2, 3));
        Assert.IsNull(_election.Awaits);
    }

    [TestMethod]
    public void Campaign_WhileALongReportComes_GoesOn_AndYieldsOnceNothingComes()
    {
        _election.OnOwnStateChanged();
        for (var tick = 0; tick < 5 * Options.CampaignTicks; tick++)
        {
            Assert.AreEqual(ElectionAct.None, _election.TickPreparing());
            if (tick % Options.CampaignTicks == Options.CampaignTicks - 1)
            {
                _election.OnReportGoesOn();
                Assert.AreEqual(R1, _election.Awaits, "whoever asks is told so");
            }
        }

        for (var tick = 0; tick < Options.CampaignTicks; tick++)
        {
            Assert.AreEqual(ElectionAct.None, _election.TickPreparing());
        }

        Assert.AreEqual(ElectionAct.Yield, _election.TickPreparing());
    }

    [TestMethod]
    public void Leader_HearsAQuorum_BeatsEveryHeartbeatTicks()
    {
        _election.OnOwnStateChanged();
        var beats = 0;
        for (var tick = 0; tick < 10 * Options.YieldTicks; tick++)
        {
            _election.OnAnswer(R2);
            _election.OnAnswer(R3);
            beats += _election.TickLeading() == ElectionAct.Beat ? 1 : 0;
        }

        Assert.AreEqual(10 * Options.YieldTicks / Options.HeartbeatTicks, beats);
    }

    [TestMethod]
    public void Leader_HearsAMinorityForYieldTicks_Yields()
    {
        _election.OnOwnStateChanged();
        for (var tick = 0; tick < Options.YieldTicks; tick++)
        {
            _election.OnAnswer(R2);
            Assert.AreNotEqual(ElectionAct.Yield, _election.TickLeading());
        }

        Assert.AreEqual(ElectionAct.Yield, _election.TickLeading());
    }

    private int TicksUntil(ElectionAct act)
    {
        var ticks = 1;
        while (_election.TickIdle() != act)
        {
            ticks++;
            Assert.IsLessThan(1000, ticks);
        }

        return ticks;
    }
}
