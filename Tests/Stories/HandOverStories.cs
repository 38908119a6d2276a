using PaxosWcf.Consensus;

namespace PaxosWcf.Tests.Stories;

/// <summary>Leadership is handed over while clients write.</summary>
[TestClass]
public sealed class HandOverStories
{
    [TestMethod]
    public void Leader_HandsOver_AnotherLeadsBeforeAnybodyMissesIt()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        var asked = cluster.Ticks;
        old.HandOver(to: 0);
        cluster.UntilAnotherLeads(old);
        Assert.IsLessThan(new ConsensusOptions().PatienceTicksMin / 2, cluster.Ticks - asked);
        cluster.Put("k", "v", at: old);
        cluster.ExpectAgreement();
    }

    [TestMethod]
    public void Leader_HandsOverToOne_ThatOneLeads()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        var heir = cluster.Follower(which: 2);
        old.HandOver(heir.Id.Number);
        Assert.AreEqual(heir, cluster.UntilAnotherLeads(old));
    }

    /// <summary>Nothing that was under way waits for a time-out: whoever took commands for their clients hands them over again.</summary>
    [TestMethod]
    public void Leader_HandsOverUnderLoad_EveryWriteIsAnsweredOnTheFirstTry()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        var writes = Enumerable.Range(0, 50)
            .Select(n => cluster.BeginPut($"k{n}", "v", cluster.Replica(1 + (n % 5)), retries: false)).ToList();
        old.HandOver(to: 0);
        writes.AddRange(Enumerable.Range(50, 50)
            .Select(n => cluster.BeginPut($"k{n}", "v", cluster.Replica(1 + (n % 5)), retries: false)));
        cluster.RunUntil(() => writes.TrueForAll(write => write.IsDone), Story.Patience, "every write is answered");
        Assert.AreNotEqual(old, cluster.Leader);
        Assert.IsTrue(writes.TrueForAll(write => write.Tries == 1));
        cluster.ExpectAgreement();
    }

    [TestMethod]
    public void Leader_CannotHandOver_LeadsOn()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        var gone = cluster.Follower();
        gone.Crash();
        PaxosWcf.Replication.HandOverResult? result = null;
        old.HandOver(gone.Id.Number, over => result = over);
        cluster.RunUntil(() => result is not null, Story.Patience, "the hand-over ends");
        Assert.AreEqual(new PaxosWcf.Replication.HandOverResult(Led: true, Leader: null), result);
        cluster.Put("k", "v", at: cluster.Follower());
        Assert.AreEqual(old, cluster.Leader);
    }

    /// <summary>The heir dies with the leadership in its hands: the others elect as after any death.</summary>
    [TestMethod]
    public void Heir_DiesAsItCampaigns_TheOthersElect()
    {
        var cluster = Story.Begin();
        var heir = cluster.Follower();
        cluster.Leader!.HandOver(heir.Id.Number);
        cluster.RunUntil(() => heir.Driver!.Replica.Preparing is not null, Story.Patience, "the heir campaigns");
        heir.Crash();
        cluster.Put("k", "v", at: cluster.AnyReplica() is var any && any != heir ? any : cluster.Follower());
        heir.Start();
        cluster.ExpectAgreement();
    }

    [TestMethod]
    public void Replicas_StoppedInOrderOneAfterTheOther_EachWriteIsAnswered()
    {
        var cluster = Story.Begin();
        foreach (var replica in cluster.Replicas)
        {
            replica.Stop();
            cluster.RunUntil(() => !replica.IsUp, Story.Patience, $"{replica.Id} stops");
            var stopped = cluster.Ticks;
            cluster.Put("k", $"without {replica.Id}", at: cluster.Follower());
            Assert.IsLessThan(new ConsensusOptions().PatienceTicksMin, cluster.Ticks - stopped);
            replica.Start();
            cluster.ExpectAgreement();
        }
    }
}
