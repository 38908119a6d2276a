using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Stories;

/// <summary>A client repeats a request; it takes effect once.</summary>
[TestClass]
public sealed class RetryStories
{
    [TestMethod]
    public void Retry_OnAnotherReplica_AppliedOnceAndGetsFirstAnswer()
    {
        var cluster = Story.Begin();
        var session = cluster.OpenSession(at: cluster.Replica(1));
        var first = cluster.Put("k", "v", at: cluster.Replica(1), identity: new(session, 1, 0));
        cluster.Put("k", "later", at: cluster.Replica(2));
        var again = cluster.BeginPut("k", "v", at: cluster.Replica(4), identity: new(session, 1, 0));
        cluster.RunUntil(() => again.IsDone, Story.Patience, "the retry is answered");
        Assert.AreEqual(first, again.Answer);
        Assert.AreEqual("later", cluster.Get("k", at: cluster.Replica(5)));
    }

    [TestMethod]
    public void Retry_AfterEveryAnswerToTheOriginIsLost_AppliedOnce()
    {
        var cluster = Story.Begin();
        var origin = cluster.Follower();
        var session = cluster.OpenSession(at: origin);
        cluster.Network.Lets = envelope => envelope.To != origin.Id || envelope.Message is not (Learn or Accept or Heartbeat or CatchUpReply);
        var write = cluster.BeginPut("k", "v", at: origin, identity: new(session, 1, 0));
        cluster.Done(write);
        Assert.IsGreaterThan(1, write.Tries);
        Assert.AreEqual(1, cluster.Checker.Executed);
        cluster.Network.Lets = null;
        cluster.ExpectAgreement();
    }

    /// <summary>The leader dies with the transaction under way. Its repeat, at another replica, gets the first answer, though what it compared is no
    /// more so by then.</summary>
    [TestMethod]
    public void Transaction_LeaderDiesAndItIsRepeated_AppliedOnceAndGetsFirstAnswer()
    {
        var cluster = Story.Begin();
        var leader = cluster.Leader!;
        var session = cluster.OpenSession(at: cluster.Follower());
        var create = new Transact(
            new(session, 1, 0),
            [new KeyComparison(ComparisonKind.Missing, "k", default, 0)],
            [new BatchWrite("k", "1"u8.ToArray()), new BatchWrite("l", "1"u8.ToArray())],
            [new BatchWrite("m", "1"u8.ToArray())]);
        var first = cluster.Begin(create, "k", cluster.Follower());
        cluster.RunUntil(() => cluster.Checker.Executed > 0, Story.Patience, "it is applied somewhere");
        leader.Crash();
        cluster.Done(first);
        var later = cluster.Done(cluster.Begin(create, "k", cluster.UntilAnotherLeads(leader)));

        Assert.AreEqual((true, 2), (((TransactDone)first.Answer!).Held, ((TransactDone)first.Answer!).Writes.Count));
        Assert.AreEqual(first.Answer, later.Answer);
        Assert.IsNull(cluster.Get("m", at: cluster.Follower()));
        Assert.AreEqual(1, cluster.Checker.Executed);
        Assert.AreEqual((1, 0), cluster.Checker.Compared);
    }

    [TestMethod]
    public void Write_NeverHandedOver_IsCertainlyNotExecuted()
    {
        var cluster = Story.Begin();
        var alone = cluster.Follower();
        cluster.Isolate(alone);
        cluster.RunTicks(60);
        var write = cluster.BeginPut("k", "v", at: alone, retries: false);
        cluster.RunTicks(80);
        Assert.AreEqual(Refusal.NotExecuted, write.Refused);
        cluster.Network.Mend();
        Assert.IsNull(cluster.Get("k", at: alone));
    }

    [TestMethod]
    public void Origin_FarBehind_ItsCommandIsChosenOnce()
    {
        // A random run showed a replica that caught up slowly having one command chosen every twelve ticks.
        var options = new Simulator.ClusterOptions { Consensus = new ConsensusOptions { CatchUpSlotsMax = 1 } };
        var cluster = Story.Begin(options: options);
        var behind = cluster.Follower();
        cluster.Isolate(behind);
        for (var i = 0; i < 150; i++)
        {
            cluster.Put("k", "v", at: cluster.Leader!);
        }

        cluster.Network.Mend();
        cluster.RunUntil(() => behind.Driver!.Replica.Leader is not null, Story.Patience, "it hears the leader");
        cluster.Done(cluster.BeginPut("k", "mine", at: behind));
        Assert.AreEqual(new Slot(151), cluster.Checker.AppliedThrough);
    }
}
