using PaxosWcf.Consensus;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Stories;

/// <summary>Messages are lost, doubled and reordered; links are cut.</summary>
[TestClass]
public sealed class NetworkStories
{
    [TestMethod]
    public void Network_LosesDoublesAndReorders_WritesAreAnswered()
    {
        var bad = new NetworkOptions { LossPercent = 20, DuplicatePercent = 30, DelayMax = 1500, StragglePercent = 5 };
        var cluster = Story.Begin(options: new ClusterOptions { Network = bad });
        var session = cluster.OpenSession(at: cluster.Replica(1));
        for (var i = 1; i <= 20; i++)
        {
            Assert.AreEqual(i, cluster.Put("k", $"v{i}", at: cluster.AnyReplica(), identity: new(session, i, i - 1)).Revision);
        }

        cluster.Network.Options = NetworkOptions.Calm;
        cluster.ExpectAgreement();
    }

    [TestMethod]
    public void Leader_Partitioned_CannotAnswerReads()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        cluster.Isolate(old);
        var read = cluster.BeginGet("k", at: old);
        Assert.IsTrue(old.Leads);
        cluster.Put("k", "new", at: cluster.UntilAnotherLeads(old));
        Assert.IsFalse(read.IsDone);
        cluster.Network.Mend();
        cluster.Done(read);
        Assert.AreEqual("new", cluster.Get("k", at: old));
    }

    [TestMethod]
    public void Leader_WithoutQuorum_Yields()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        cluster.Isolate(old);
        cluster.RunUntil(() => !old.Leads, Story.Patience, "the cut-off leader yields");
    }

    [TestMethod]
    public void Leader_HeardButDeaf_GivesWayToAnother()
    {
        var cluster = Story.Begin();
        var deaf = cluster.Leader!;
        foreach (var other in cluster.Replicas.Where(other => other != deaf))
        {
            cluster.Network.CutOneWay(other.Id, deaf.Id);
        }

        var leader = cluster.UntilAnotherLeads(deaf);
        cluster.Put("k", "v", at: leader);
        cluster.RunTicks(400);
        Assert.IsTrue(leader.Leads, "the deaf replica disturbs nobody");
    }

    [TestMethod]
    public void Replica_CutOffAndBack_DisturbsNobody()
    {
        var cluster = Story.Begin();
        var leader = cluster.Leader!;
        var ballot = leader.Driver!.Replica.Leading!.Ballot;
        cluster.Isolate(cluster.Follower());
        cluster.RunTicks(300);
        cluster.Network.Mend();
        cluster.RunTicks(100);
        Assert.AreEqual(ballot, leader.Driver.Replica.Leading?.Ballot);
    }

    [TestMethod]
    public void Replicas_OnlyOneSeesAll_ThatOneLeads()
    {
        // OmniPaxos, section 2: quorum loss. Everyone is connected to R3 alone, so only R3 can lead.
        var cluster = Story.Begin();
        var middle = cluster.Replica(3);
        foreach (var one in cluster.Replicas.Where(one => one != middle))
        {
            foreach (var other in cluster.Replicas.Where(other => other != middle && other != one))
            {
                cluster.Network.Cut(one.Id, other.Id);
            }
        }

        cluster.RunUntil(() => cluster.Leader == middle, Story.Patience, "R3 leads");
        cluster.Put("k", "v", at: cluster.Replica(1));
        cluster.RunTicks(300);
        Assert.IsTrue(middle.Leads);
    }

    [TestMethod]
    public void Replica_LinkToLeaderCut_OthersGoOnUndisturbed()
    {
        // OmniPaxos, section 2: a chain. R leads, one link is cut, nobody else needs another leader.
        var cluster = Story.Begin();
        var leader = cluster.Leader!;
        cluster.Network.Cut(leader.Id, cluster.Follower().Id);
        cluster.RunTicks(400);
        Assert.AreEqual(leader, cluster.Leader);
    }

    [TestMethod]
    public void SlowReplica_MissedMuch_CatchesUp()
    {
        var cluster = Story.Begin(options: new ClusterOptions { Consensus = new ConsensusOptions { AcceptAheadMax = 4 } });
        var slow = cluster.Follower();
        cluster.Isolate(slow);
        for (var i = 0; i < 30; i++)
        {
            cluster.Put($"k{i}", "v", at: cluster.Leader!);
        }

        Assert.AreEqual(Slot.None, slow.AppliedThrough());
        cluster.Network.Mend();
        Assert.AreEqual("v", cluster.Get("k29", at: slow));
        cluster.ExpectAgreement();
    }

    [TestMethod]
    public void Cluster_Idle_IsQuiet()
    {
        var cluster = Story.Begin();
        cluster.Put("k", "v", at: cluster.Leader!);
        cluster.RunTicks(50);
        var before = cluster.Network.Sent;
        cluster.RunTicks(1000);

        // A heartbeat to each of four and its answer, every two ticks.
        Assert.IsLessThanOrEqualTo(1000 / 2 * 8 + 8, cluster.Network.Sent - before);
    }
}
