using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Simulator;
using PaxosWcf.Tests.Stories;

namespace PaxosWcf.Tests.Coursework;

/// <summary>What the ported program got wrong in its consensus; each would fail if it came back.</summary>
[TestClass]
public sealed class CourseworkDefectTests
{
    /// <summary>1: prepare answered a bare Boolean, so that a new proposer could not learn what may have been chosen.</summary>
    [TestMethod]
    public void Defect1_LeaderDiesBeforeAnyoneLearns_NewProposerProposesWhatWasAccepted()
    {
        var cluster = Story.Begin();
        var old = cluster.Leader!;
        cluster.Network.Lets = envelope => envelope.Message is not Accepted;
        var write = cluster.BeginPut("k", "v", at: old, retries: false);
        cluster.RunTicks(3);
        Assert.AreEqual(1, cluster.Checker.Chosen, "a quorum has it on disk, and nobody knows");
        old.Crash();
        cluster.Network.Lets = null;
        cluster.UntilAnotherLeads(old);
        Assert.AreEqual("v", cluster.Get("k", at: cluster.Follower()));
        Assert.IsFalse(write.IsDone);
    }

    /// <summary>2: no slots, so no agreed order of events.</summary>
    [TestMethod]
    public void Defect2_WritesAtAllReplicasAtOnce_AppliedInOneOrderEverywhere()
    {
        var cluster = Story.Begin();
        var writes = Enumerable.Range(0, 100)
            .Select(i => cluster.BeginPut($"k{i % 3}", $"v{i}", at: cluster.Replicas[i % 5])).ToList();
        cluster.RunUntil(() => writes.TrueForAll(write => write.IsDone), Story.Patience, "all writes are answered");
        cluster.ExpectAgreement();
        var revisions = writes.Select(write => ((PutDone)write.Answer!).Revision);
        Assert.AreSequenceEqual(Enumerable.Range(1, 100).Select(i => (long)i), revisions.Order());
    }

    /// <summary>3: ballots compared by a clock alone, ties accepted.</summary>
    [TestMethod]
    public void Defect3_BallotsOfOneRound_AreOrderedByProposerAndNeverEqual()
    {
        var (low, high) = (new Ballot(4, new ReplicaId(1)), new Ballot(4, new ReplicaId(5)));
        Assert.IsTrue(low < high && low != high && low.Above(new ReplicaId(1)) > high);
        var (acceptor, effects) = (new Acceptor(new ReplicaId(2), new ConsensusOptions(), AcceptorState.Fresh, Slot.None), new Effects());
        foreach (var ballot in new[] { high, low })
        {
            var prepare = new Prepare(ballot, new Slot(1));
            acceptor.OnPrepare(new Envelope(ballot.Proposer, new ReplicaId(2), prepare), prepare, Slot.None, effects);
        }

        Assert.IsInstanceOfType<Rejected>(effects.Sends.Single().Message);
        Assert.HasCount(1, effects.SendsAfterPersist);
    }

    /// <summary>4: one lock a replica, so that two proposing replicas locked each other out.</summary>
    [TestMethod]
    public void Defect4_AllReplicasProposeAtOnceWithoutALeader_AllAreAnswered()
    {
        var cluster = new SimulatedCluster(seed: 4);
        var writes = cluster.Replicas.Select(at => cluster.BeginPut("k", $"{at.Id}", at)).ToList();
        cluster.RunUntil(() => writes.TrueForAll(write => write.IsDone), Story.Patience, "all writes are answered");
    }

    /// <summary>5: GET was a local read.</summary>
    [TestMethod]
    public void Defect5_ReplicaThatMissedAWrite_DoesNotAnswerWithTheOldValue()
    {
        var cluster = Story.Begin();
        var behind = cluster.Follower();
        cluster.Put("k", "old", at: behind);
        cluster.Isolate(behind);
        cluster.Put("k", "new", at: cluster.Leader!);
        var read = cluster.BeginGet("k", at: behind);
        cluster.RunTicks(100);
        Assert.IsFalse(read.IsDone);
        cluster.Network.Mend();
        Assert.AreEqual("new", cluster.Get("k", at: behind));
    }

    /// <summary>8: the "dead" server still learned, and lost no state.</summary>
    [TestMethod]
    public void Defect8_DeadReplica_LearnsNothingLosesItsMemoryAndComesBackFromItsDisk()
    {
        var cluster = Story.Begin();
        var dead = cluster.Follower();
        cluster.Put("k", "before", at: cluster.Leader!);
        var promised = dead.Driver!.Replica.Promised;
        dead.Crash();
        var onDisk = StateHasher.Hash(dead.Store);
        cluster.Put("k", "after", at: cluster.Leader!);
        Assert.AreEqual(onDisk, StateHasher.Hash(dead.Store));
        Assert.IsNull(dead.Driver);
        dead.Start();
        Assert.AreEqual(promised, dead.Driver!.Replica.Promised);
        Assert.AreEqual("after", cluster.Get("k", at: dead));
    }

    /// <summary>10: learner bookkeeping grew for ever.</summary>
    [TestMethod]
    public void Defect10_AfterManyWrites_NothingButTheLogHasGrown()
    {
        var cluster = Story.Begin();
        var session = cluster.OpenSession(at: cluster.Leader!);
        for (var i = 1; i <= 500; i++)
        {
            cluster.Put("k", $"v{i}", at: cluster.Replicas[i % 5], identity: new(session, i, i - 1));
        }

        cluster.ExpectAgreement();
        foreach (var replica in cluster.Replicas)
        {
            Assert.AreEqual(0, replica.Driver!.Replica.Bookkeeping);
            var records = replica.Store.Scan(StoreFamily.Sessions, [], until: null).ToList();
            Assert.IsLessThanOrEqualTo(5 + 1, records.Count, "an origin each, one session with one answer");
            Assert.IsTrue(records.TrueForAll(record => record.Value.Length < 64));
        }
    }
}
