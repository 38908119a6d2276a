using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>A majority's hash of a segment is right, and who has another one is wrong; nobody else is.</summary>
[TestClass]
public sealed class StateAuditTests
{
    private static readonly Quorum Five = new(Enumerable.Range(1, 5).Select(number => new ReplicaId(number)));

    private readonly StateAudit _audit = new(Five, segmentSlots: 4);

    [TestMethod]
    public void Segment_Complete_IsVotedOnOnce()
    {
        Apply(1, 3);
        Assert.IsNull(_audit.TakeVote());
        Apply(4, 4);
        var vote = _audit.TakeVote()!;
        Assert.AreEqual((4L, 4L), (vote.Through, vote.Slots));
        Assert.IsNull(_audit.TakeVote());
    }

    [TestMethod]
    public void Vote_ThereAndBack_IsTheSame()
    {
        var vote = new StateVote(2048, 1024, -7);
        Assert.AreEqual(vote, KeyValueCommand.Decode(vote.Encode()));
    }

    [TestMethod]
    public void Segment_ThreeOfFiveAgree_IsAgreed_OrThisOneIsWrong()
    {
        Apply(1, 4);
        var own = _audit.TakeVote()!;
        Vote(own, 1, 2);
        Assert.AreEqual(Slot.None, _audit.AgreedThrough, "two are no majority, and one that votes twice is one");
        Vote(own, 2, 3);
        Assert.AreEqual(new Slot(4), _audit.AgreedThrough);
        Vote(own with { Hash = own.Hash + 1 }, 4, 5);
        Assert.IsNull(_audit.Divergence);
    }

    [TestMethod]
    public void Segment_MajorityHasAnother_ThisOneIsWrongThere()
    {
        Apply(1, 8);
        var other = _audit.TakeVote()! with { Hash = 1 };
        Vote(other, 2, 3);
        Assert.IsNull(_audit.Divergence);
        Vote(other, 4);
        Assert.AreEqual(new Divergence(new Slot(5), new Slot(8)), _audit.Divergence);
        Assert.AreEqual(Slot.None, _audit.AgreedThrough);
    }

    /// <summary>Votes of those who are ahead are counted before this replica has a hash of its own.</summary>
    [TestMethod]
    public void Segment_VotesCameFirst_AreHeldAgainstItsOwn()
    {
        Vote(new StateVote(4, 4, 1), 2, 3, 4);
        Assert.IsNull(_audit.Divergence);
        Apply(1, 4);
        Assert.IsNotNull(_audit.Divergence);
    }

    /// <summary>Two and two and one: somebody is wrong, and nobody can tell who.</summary>
    [TestMethod]
    public void Segment_NoMajority_NobodyIsJudged()
    {
        Apply(1, 4);
        var own = _audit.TakeVote()!;
        Vote(own, 1, 2);
        Vote(own with { Hash = 1 }, 3, 4);
        Vote(own with { Hash = 2 }, 5);
        Assert.IsNull(_audit.Divergence);
        Assert.AreEqual(Slot.None, _audit.AgreedThrough);
    }

    [TestMethod]
    public void Votes_OfStrangersOrOfOtherSegments_CountForNothing()
    {
        Apply(1, 4);
        Vote(new StateVote(4, 4, 1), 6, 7, 8);
        Vote(new StateVote(4, 2, 1), 2, 3, 4);
        Vote(new StateVote(3, 4, 1), 2, 3, 4);
        Assert.IsNull(_audit.Divergence);
    }

    /// <summary>A segment that was not applied from its beginning has no hash, after a start as after a snapshot.</summary>
    [TestMethod]
    public void Segment_NotWhole_IsNeitherVotedOnNorJudged()
    {
        Apply(3, 4);
        Assert.IsNull(_audit.TakeVote());
        Apply(5, 6);
        _audit.Restart();
        Apply(7, 8);
        Assert.IsNull(_audit.TakeVote());
        Vote(new StateVote(8, 4, 1), 2, 3, 4);
        Assert.IsNull(_audit.Divergence);
        Apply(9, 12);
        Assert.IsNotNull(_audit.TakeVote());
    }

    [TestMethod]
    public void Segments_BeyondTheLimit_OldestAreForgotten()
    {
        Apply(1, 4 * (StateAudit.SegmentsMax + 1));
        Vote(new StateVote(4, 4, 1), 2, 3, 4);
        Assert.IsNull(_audit.Divergence, "the first is forgotten, and stays so");
        Vote(new StateVote(8, 4, 1), 2, 3, 4);
        Assert.AreEqual(new Divergence(new Slot(5), new Slot(8)), _audit.Divergence);
    }

    /// <summary>Whatever a write meets or makes is in the hash.</summary>
    [TestMethod]
    public void Hash_AnyOtherEffect_IsAnother()
    {
        var usual = HashOf(store => { });
        Assert.AreEqual(usual, HashOf(store => { }));
        Assert.AreNotEqual(usual, HashOf(store => Set(store, "k", new KeyRecord(1, 1, 9, default))), "another version was met");
        Assert.AreNotEqual(usual, HashOf(store => Set(store, "gone", new KeyRecord(1, 1, 1, default))), "a key was met that should not be there");
        Assert.AreEqual(usual, HashOf(store => Set(store, "untouched", new KeyRecord(1, 1, 1, default))), "what no write meets is not seen");
        Assert.AreNotEqual(usual, HashOf(store => { }, value: 2));
    }

    private static long HashOf(Action<MemoryStore> before, byte value = 1)
    {
        using var store = new MemoryStore();
        before(store);
        var audit = new StateAudit(Five, segmentSlots: 1);
        var machine = new KeyValueStateMachine(store, audit);
        var batch = new Batch(null, [new BatchWrite("k", new byte[] { value }), new BatchWrite("gone", null)]);
        machine.Apply(new Slot(1), Value.Of([Command.Create(new CommandId(new ReplicaId(1), 1, 1), 0, batch.Encode())]), []);
        return audit.TakeVote()!.Hash;
    }

    private static void Set(MemoryStore store, string key, KeyRecord record)
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, System.Text.Encoding.UTF8.GetBytes(key), record.Encode());
        store.Write(writes, durable: true);
    }

    private void Apply(long first, long last)
    {
        for (var slot = first; slot <= last; slot++)
        {
            _audit.Begin(new Slot(slot));
            _audit.OnSet("k", new KeyHistory(1, slot), slot, [1]);
            _audit.End(new Slot(slot));
        }
    }

    private void Vote(StateVote vote, params int[] replicas)
    {
        foreach (var replica in replicas)
        {
            _audit.Count(new ReplicaId(replica), vote);
        }
    }
}
