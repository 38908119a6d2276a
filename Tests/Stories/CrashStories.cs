using PaxosWcf.Consensus;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Stories;

/// <summary>Crash, request, restart, expect.</summary>
[TestClass]
public sealed class CrashStories
{
    [TestMethod]
    public void Leader_KilledAfterAcknowledging_WriteIsThere()
    {
        var cluster = Story.Begin();
        var leader = cluster.Leader!;
        cluster.Put("k", "v", at: leader);
        leader.Crash();
        cluster.UntilAnotherLeads(leader);
        Assert.AreEqual("v", cluster.Get("k", at: cluster.Follower()));
        leader.Start();
        Assert.AreEqual("v", cluster.Get("k", at: leader));
        cluster.ExpectAgreement();
    }

    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4), DataRow(5), DataRow(6), DataRow(7), DataRow(8), DataRow(9)]
    public void Leader_KilledMidWrite_WriteIsAnsweredOnceByAnother(int actionsBeforeCrash)
    {
        var cluster = Story.Begin();
        var leader = cluster.Leader!;
        var session = cluster.OpenSession(at: leader);
        leader.CrashSoon(actionsBeforeCrash);
        var answer = cluster.Put("k", "v", at: leader, identity: new(session, 1, 0));
        Assert.AreEqual(1, answer.Revision);
        leader.LeaveInPeace();
        Assert.AreEqual("v", cluster.Get("k", at: leader));
        cluster.ExpectAgreement();
    }

    /// <summary>What the others accepted comes one slot a message, over links that take longer for all of it than a replica waits for a leader.</summary>
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4)]
    public void Leader_KilledWithMuchToRecover_CampaignsAreNotCutShort(int seed)
    {
        var cluster = Story.Begin(seed, options: new ClusterOptions
        {
            Consensus = new ConsensusOptions { MessageBytesMax = 1, ReportBytesMax = 1, BatchCommandsMax = 1, PartialSlotsMax = 32 },
        });
        var old = cluster.Leader!;
        foreach (var other in cluster.Replicas.Where(other => other != old))
        {
            cluster.Network.CutOneWay(other.Id, old.Id);
        }

        for (var i = 1; i <= 30; i++)
        {
            cluster.BeginPut($"k{i}", "v", at: old, retries: false, pinned: true);
        }

        cluster.RunTicks(10);
        old.Crash();
        cluster.Network.Mend();
        cluster.Network.Options = new NetworkOptions { DelayMin = 1500, DelayMax = 1500 };
        var ballots = new HashSet<Ballot>();
        cluster.RunUntil(
            () =>
            {
                ballots.UnionWith(cluster.Replicas.Select(replica => replica.Driver?.Replica.Promised).OfType<Ballot>());
                return cluster.Leader is not null && cluster.Leader != old;
            },
            500, "another leads");
        Assert.IsLessThan(6, ballots.Count, "two or three may begin at once, and then one is let through");
    }

    [TestMethod]
    public void TwoReplicas_Killed_OthersGoOn()
    {
        var cluster = Story.Begin();
        cluster.Leader!.Crash();
        cluster.Follower().Crash();
        cluster.Put("k", "v", at: cluster.Replicas.First(replica => replica.IsUp));
        foreach (var replica in cluster.Replicas)
        {
            replica.Start();
        }

        cluster.ExpectAgreement();
    }

    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4)]
    public void AllReplicas_KilledAtOnce_NoAcknowledgedWriteIsLost(int seed)
    {
        var cluster = Story.Begin(seed);
        cluster.Put("k", "v", at: cluster.Follower());
        foreach (var replica in cluster.Replicas)
        {
            replica.Crash();
        }

        foreach (var replica in cluster.Replicas)
        {
            replica.Start();
        }

        Assert.AreEqual("v", cluster.Get("k", at: cluster.Replica(3)));
        cluster.ExpectAgreement();
    }

    [TestMethod]
    public void ThreeReplicas_Killed_WritesWaitAndGoOnByThemselves()
    {
        var cluster = Story.Begin();
        var down = new[] { cluster.Replica(1), cluster.Replica(2), cluster.Replica(3) };
        Array.ForEach(down, replica => replica.Crash());
        var write = cluster.BeginPut("k", "v", at: cluster.Replica(4), pinned: true);
        cluster.RunTicks(500);
        Assert.IsFalse(write.IsDone);
        down[0].Start();
        cluster.Done(write);
    }

    [TestMethod]
    public void Disk_FailsOnFlush_ReplicaStopsAndOthersGoOn()
    {
        var cluster = Story.Begin();
        var leader = cluster.Leader!;
        leader.FailDisk();
        cluster.Put("k", "v", at: leader);
        Assert.IsFalse(leader.IsUp);
    }

    [TestMethod]
    public void Leader_PausedLongerThanPatience_NoLongerLeadsWhenItGoesOn()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        old.Pause();
        var leader = cluster.UntilAnotherLeads(old);
        cluster.Put("k", "new", at: leader);
        var read = cluster.BeginGet("k", at: old);
        old.Resume();
        cluster.Done(read);
        Assert.IsFalse(old.Leads);
        cluster.ExpectAgreement();
    }
}
