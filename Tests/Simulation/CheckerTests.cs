using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Simulator;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Simulation;

/// <summary>What the simulator holds every step against is seen to fail where it should.</summary>
[TestClass]
public sealed class CheckerTests
{
    private readonly List<string> _broken = [];
    private readonly VoteCounter _votes;
    private readonly ToldWords _words;

    public CheckerTests()
    {
        _votes = new VoteCounter(PaxosWcf.Consensus.Configuration.First(new Quorum([R1, R2, R3])), _broken.Add);
        _words = new ToldWords(_votes, _broken.Add);
    }

    /// <summary>P2b: also where the vote under the higher ballot was there before the lower one came to a majority.</summary>
    [TestMethod]
    public void ValueIsChosen_BelowAnotherThatIsHeldAlready_Fails()
    {
        Vote(R3, 1, Ballot(2, 3), "b");
        Vote(R1, 1, Ballot(1, 1), "a");
        Assert.IsEmpty(_broken);

        Vote(R2, 1, Ballot(1, 1), "a");

        Assert.Contains("a disk holds", string.Join('\n', _broken));
    }

    [TestMethod]
    public void Proposal_OfAnotherValueThanTheChosenOne_OrOfTwo_Fails()
    {
        Vote(R1, 1, Ballot(1, 1), "a");
        Vote(R2, 1, Ballot(1, 1), "a");
        _votes.OnProposed(Ballot(2, 3), Proposal(1, "a"));
        _votes.OnProposed(Ballot(2, 3), Proposal(1, "a"));
        Assert.IsEmpty(_broken);

        _votes.OnProposed(Ballot(3, 2), Proposal(1, "b"));
        _votes.OnProposed(Ballot(2, 3), Proposal(2, "x"));
        _votes.OnProposed(Ballot(2, 3), Proposal(2, "y"));

        Assert.HasCount(2, _broken);
    }

    [TestMethod]
    public void Vote_ThatWasTold_AndIsGoneAfterARestart_Fails()
    {
        Vote(R1, 5, Ballot(1, 2), "a");
        _words.OnSent(new Envelope(R1, R2, new Accepted(Ballot(1, 2), [Slot(5)])));
        _words.OnStarted(R1, Slot(4), [Entry(5, Ballot(1, 2), "a")]);
        _words.OnStarted(R1, Slot(5), []);
        Assert.IsEmpty(_broken, "it is there, or was applied");

        _words.OnStarted(R1, Slot(4), []);

        Assert.Contains("told that it accepted", _broken[0]);
    }

    [TestMethod]
    public void Report_ThatLeavesAVoteOut_Fails()
    {
        Vote(R1, 5, Ballot(1, 2), "a");
        Vote(R1, 6, Ballot(1, 2), "b");
        var whole = Promise(Ballot(2, 3), Entry(5, Ballot(1, 2), "a"), Entry(6, Ballot(1, 2), "b"));
        _words.OnSent(new Envelope(R1, R3, whole));
        _words.OnSent(new Envelope(R1, R3, whole with { Entries = [whole.Entries[0]], ContinueFrom = Slot(6) }));
        _words.OnSent(new Envelope(R1, R3, whole with { Entries = [], LearnedThrough = Slot(6) }));
        Assert.IsEmpty(_broken);

        _words.OnSent(new Envelope(R1, R3, whole with { Entries = [whole.Entries[0]], ContinueFrom = Slot(7) }));
        _words.OnSent(new Envelope(R1, R3, whole with { Entries = [whole.Entries[1]] }));
        _words.OnSent(new Envelope(R1, R3, whole with { Entries = [Entry(5, Ballot(1, 2), "x"), whole.Entries[1]] }));

        Assert.HasCount(3, _broken);
    }

    [TestMethod]
    public void Campaign_ThatIsNotOnDisk_OrWasBegunInAnEarlierStart_Fails()
    {
        _words.OnStarted(R1, Slot(0), []);
        var prepare = new Envelope(R1, R2, new Prepare(Ballot(1, 1), Slot(1)));
        _words.OnSent(prepare);
        Assert.Contains("before the disk holds the campaign", _broken.Single());
        _broken.Clear();
        var writes = new WriteSet();
        ReplicaLog.Write(new PersistCampaign(Ballot(1, 1)), writes);
        _words.OnWritten(R1, writes.Writes[0]);
        _words.OnSent(prepare);
        Assert.IsEmpty(_broken);

        _words.OnStarted(R1, Slot(0), []);
        _words.OnSent(prepare);

        Assert.Contains("was begun in an earlier start", _broken.Single());
    }

    [TestMethod]
    [DataRow(false, DisplayName = "starts are missed")]
    [DataRow(true, DisplayName = "words are missed, which it may have learned again by its second start")]
    public void DiskThatWasSetBackAndIsMissed_Votes_Fails(bool onlyWords)
    {
        Vote(R1, 5, Ballot(1, 2), "a");
        _words.OnSent(new Envelope(R1, R2, new Accepted(Ballot(1, 2), [Slot(5)])));
        _words.OnDiskLost(R1);
        _words.OnMissed(R1, Incarnation.First, configuration: 0, onlyWords ? Missed.Words : Missed.Starts);
        _words.OnStarted(R1, Slot(4), []);
        _words.OnSent(new Envelope(R1, R2, new Accepted(Ballot(1, 2), [])) { Incarnation = new Incarnation(7) });
        Assert.IsEmpty(_broken, "another life has said nothing yet");

        _words.OnSent(new Envelope(R1, R2, new Accepted(Ballot(1, 2), [])) { Incarnation = Incarnation.First });

        Assert.Contains("was set back", _broken.Single());
        _broken.Clear();
        _words.OnStarted(R1, Slot(5), []);
        _words.OnSent(new Envelope(R1, R2, new Accepted(Ballot(1, 2), [])) { Incarnation = Incarnation.First });
        Assert.AreEqual(onlyWords, _broken.Count == 0);
    }

    /// <summary>Two writes of a key in one batch have one slot, and revisions and versions that fit: only the value tells which was kept.</summary>
    [TestMethod]
    public void Read_OfTheRightVersionAndTheWrongValue_Fails()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3);
        var write = cluster.Begin(new Batch(null, [new BatchWrite("k", "0"u8.ToArray()), new BatchWrite("k", "1"u8.ToArray())]), "k", cluster.Replica(1));
        cluster.RunUntil(() => write.IsDone, 500, "the batch is answered");
        var right = new GetReply
        {
            Found = true,
            Value = "1"u8.ToArray(),
            Version = 2,
            CreateRevision = 1,
            ModificationRevision = 2,
            AppliedThrough = cluster.Checker.AppliedThrough.Number,
        };
        var read = new UserOperation("get k", cluster.Checker.OnInvoked());
        cluster.Checker.OnReadAnswered(read, "k", right, R1);

        Assert.ThrowsExactly<SimulationException>(() => cluster.Checker.OnReadAnswered(read, "k", right with { Value = "0"u8.ToArray() }, R1));
        Assert.ThrowsExactly<SimulationException>(() => cluster.Checker.OnReadAnswered(read, "k", right with { CreateRevision = 2 }, R1));
    }

    [TestMethod]
    public void Page_ThatLeavesAKeyOut_OrEndsElsewhereThanItSays_Fails()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3);
        var write = cluster.Begin(new Batch(null, [new BatchWrite("k0", "0"u8.ToArray()), new BatchWrite("k1", "1"u8.ToArray())]), "k0", cluster.Replica(1));
        cluster.RunUntil(() => write.IsDone, 500, "the batch is answered");
        RangeKey[] keys = [Key("k0", "0"u8.ToArray(), 1), Key("k1", "1"u8.ToArray(), 2)];
        var right = new RangeReply
        {
            Keys = keys,
            More = false,
            Revision = 2,
            AppliedThrough = cluster.Checker.AppliedThrough.Number,
        };
        var read = new UserOperation("range", cluster.Checker.OnInvoked());
        void Answered(RangeReply reply) => cluster.Checker.OnRangeAnswered(read, "", null, 4, reply, R1);
        Answered(right);
        Answered(right with { Keys = keys[..1], More = true, Next = "k1" });

        RangeReply[] wrong =
        [
            right with { Keys = keys[..1] },
            right with { Keys = keys[1..] },
            right with { Keys = [keys[1], keys[0]] },
            right with { Keys = [keys[0], keys[1] with { Value = "0"u8.ToArray() }] },
            right with { More = true, Next = "k1" },
            right with { Keys = [], More = true, Next = "k0" },
            right with { Revision = 1 },
        ];
        foreach (var reply in wrong)
        {
            Assert.ThrowsExactly<SimulationException>(() => Answered(reply));
        }
    }

    /// <summary>All replicas are wrong, and alike: only who knows what it should be can tell.</summary>
    [TestMethod]
    [DataRow("k", 1, 2, 2, "0", null, DisplayName = "another value")]
    [DataRow("k", 2, 2, 2, "1", null, DisplayName = "another create revision")]
    [DataRow("k", 1, 3, 2, "1", null, DisplayName = "another modification revision")]
    [DataRow("k", 1, 2, 1, "1", null, DisplayName = "another version")]
    [DataRow("k", 1, 2, 2, "1", "1-0-0000000000000001", DisplayName = "a lease")]
    [DataRow("k", 0, 0, 0, null, null, DisplayName = "no key")]
    [DataRow("other", 1, 2, 2, "1", null, DisplayName = "a key too many")]
    public void Stores_OfAllReplicas_WrongAndAlike_Fail(string key, long created, long modified, long version, string? value, string? lease)
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3, new ClusterOptions { StepsPerStateCheck = int.MaxValue });
        var write = cluster.Begin(new Batch(null, [new BatchWrite("k", "0"u8.ToArray()), new BatchWrite("k", "1"u8.ToArray())]), "k", cluster.Replica(1));
        cluster.RunUntil(
            () => write.IsDone && cluster.Replicas.All(replica => replica.Driver!.Machine.Numbers == new StateNumbers(((BatchDone)write.Answer!).Slot, 2, 1) && !replica.Driver.Machine.HasUnwritten),
            500,
            "all stores have the batch");
        var writes = new WriteSet();
        if (value is null)
        {
            writes.Delete(StoreFamily.Keys, Encoding.UTF8.GetBytes(key));
        }
        else
        {
            writes.Put(StoreFamily.Keys, Encoding.UTF8.GetBytes(key), new KeyRecord(created, modified, version, Encoding.UTF8.GetBytes(value)).Encode());
        }

        if (lease is not null)
        {
            writes.Put(StoreFamily.Sessions, Lease.StoreKeyOf(lease, key), Lease.KeyRecord);
        }

        foreach (var replica in cluster.Replicas)
        {
            replica.Store.Write(writes, durable: true);
        }

        var failure = Assert.ThrowsExactly<SimulationException>(() => cluster.Checker.CompareStates(cluster.Replicas));

        Assert.Contains("the store of R1 holds", failure.What);
    }

    /// <summary>What a replica finds, which need not be what is on its disk, is held against the twin too.</summary>
    [TestMethod]
    public void Replica_ThatFindsAnotherValue_Fails()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3, new ClusterOptions { StepsPerStateCheck = int.MaxValue });
        var write = cluster.Begin(new Put(null, "k", "1"u8.ToArray()), "k", cluster.Replica(1));
        cluster.RunUntil(() => write.IsDone && !cluster.Replica(1).Driver!.Machine.HasUnwritten, 500, "the put is written");
        cluster.Checker.CompareFound(cluster.Replicas);
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, "k"u8.ToArray(), new KeyRecord(1, 1, 1, "0"u8.ToArray()).Encode());
        cluster.Replica(1).Store.Write(writes, durable: true);

        var failure = Assert.ThrowsExactly<SimulationException>(() => cluster.Checker.CompareFound(cluster.Replicas));

        Assert.StartsWith("R1 holds", failure.What);
    }

    private static RangeKey Key(string key, byte[] value, long revision) => new()
    {
        Key = key,
        Value = value,
        CreateRevision = revision,
        ModificationRevision = revision,
        Version = 1,
    };

    /// <summary>A watch is never ahead of what a linearizable read would see.</summary>
    [TestMethod]
    public void Read_BehindWhatAWatchWasTold_Fails()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3);
        var write = cluster.Begin(new Put(null, "k", "0"u8.ToArray()), "k", cluster.Replica(1));
        cluster.RunUntil(() => write.IsDone, 500, "the put is answered");
        cluster.Checker.OnToldChange(cluster.Checker.AppliedThrough.Next);
        var read = new UserOperation("get k", cluster.Checker.OnInvoked());

        var behind = new GetReply
        {
            Found = true,
            Value = "0"u8.ToArray(),
            Version = 1,
            CreateRevision = 1,
            ModificationRevision = 1,
            AppliedThrough = cluster.Checker.AppliedThrough.Number,
        };
        Assert.ThrowsExactly<SimulationException>(() => cluster.Checker.OnReadAnswered(read, "k", behind, R1));
    }

    [TestMethod]
    public void Exception_OfAnyKind_EndsTheRunWithItsSeed()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3);
        cluster.Time.After(1, () => throw new KeyNotFoundException("no such slot"));

        var failure = Assert.ThrowsExactly<SimulationException>(() => cluster.RunTicks(5));

        Assert.Contains("no such slot", failure.Message);
        Assert.Contains("Seed 1", failure.Message);
    }

    private void Vote(ReplicaId replica, long slot, Ballot ballot, string payload)
    {
        _words.OnVoted(replica, Slot(slot), ballot);
        _votes.OnAccepted(replica, Incarnation.First, Entry(slot, ballot, payload));
    }
}
