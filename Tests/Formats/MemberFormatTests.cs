using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Snapshots;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Formats;

/// <summary>The records of a store that came with changes of the members, snapshots and audits: ballots and log records of version 2,
/// what is remembered of a member, a snapshot that is being staged.</summary>
[TestClass]
public sealed class MemberFormatTests
{
    private const string Golden = "store-members.txt";

    private static readonly Incarnation Life = new(0x0123456789ABCDEF);
    private static readonly Ballot Promised = new(9, new ReplicaId(2)) { Configuration = 7 };
    private static readonly Ballot Campaigned = new(5, new ReplicaId(1)) { Configuration = 7 };
    private static readonly Remembered Seen = new(new ReplicaId(4), Life, Boot: 6, Start: 17, Promised, new Slot(40));
    private static readonly Divergence Differs = new(new Slot(1025), new Slot(2048));
    private static readonly SnapshotProgress Staged = new(new ReplicaId(2), Snapshot: 42, NextChunk: 1);

    private static readonly Value Chosen =
        Value.Of([Command.Create(new CommandId(new ReplicaId(3), 2, 17), finishedThrough: 15, new byte[] { 1, 2, 3 })]);

    [TestMethod]
    public void Records_AreWrittenAsEver()
    {
        var store = Written();
        var names = GoldenFile.Read(Golden).Keys.ToArray();
        Assert.HasCount(10, names);
        foreach (var name in names)
        {
            var (family, key) = PlaceOf(name);
            GoldenFile.AssertHas(Golden, name, store.Find(family, key) is { } record ? Convert.ToHexStringLower(record) : "nothing");
        }
    }

    [TestMethod]
    public void Records_OfAnEarlierBuild_AreRead()
    {
        var store = Filled();
        var state = new ReplicaLog(store).Recover(new Slot(41));

        Assert.AreEqual(Life, state.Incarnation);
        Assert.AreEqual(Seen, state.Roll.Single());
        Assert.AreEqual(Promised, state.Acceptor.Promised);
        Assert.AreEqual(Campaigned, state.Campaigned);
        Assert.AreSequenceEqual(
            new[] { new AcceptedEntry(new Slot(42), Promised, Value.Noop), new AcceptedEntry(new Slot(43), Promised, Chosen) },
            state.Acceptor.Accepted);
        Assert.AreEqual(Staged, new SnapshotStage(store).Progress);
        Assert.AreEqual(new Slot(24), LogRetention.ReadTruncated(store));
        Assert.IsTrue(GenerationStore.ReadIsExchanged(store.Find(StoreFamily.Meta, GenerationStore.GenerationKey)));
        Assert.AreEqual(Differs, DivergenceRecord.Read(store));
    }

    private static MemoryStore Written()
    {
        var store = new MemoryStore();
        var writes = new WriteSet();
        ReplicaLog.Write(new PersistIncarnation(Life), writes);
        ReplicaLog.Write(new PersistRemembered(Seen), writes);
        ReplicaLog.Write(new PersistPromise(Promised), writes);
        ReplicaLog.Write(new PersistCampaign(Campaigned), writes);
        ReplicaLog.Write(new PersistAccepted(new AcceptedEntry(new Slot(42), Promised, Value.Noop)), writes);
        ReplicaLog.Write(new PersistAccepted(new AcceptedEntry(new Slot(43), Promised, Chosen)), writes);
        DivergenceRecord.Write(Differs, writes);
        new LogRetention(store, new StorageOptions(), Slot.None).Restart(new Slot(24), writes);
        var chunk = SnapshotChunk.Decode(Convert.FromHexString(GoldenFile.Read("snapshot.txt")["Chunk"]))! with { Number = 0, IsLast = false };
        new SnapshotStage(store).Stage(new StageChunk(Staged.From, Staged.Snapshot, 0, chunk.Encode()), Slot.None, writes);
        store.Write(writes, durable: true);
        GenerationStore.Over(store).Exchange(new WriteSet());
        return store;
    }

    private static MemoryStore Filled()
    {
        var writes = new WriteSet();
        foreach (var (name, record) in GoldenFile.Read(Golden))
        {
            var (family, key) = PlaceOf(name);
            writes.Put(family, key, Convert.FromHexString(record));
        }

        var store = new MemoryStore();
        store.Write(writes, durable: true);
        return store;
    }

    private static (StoreFamily Family, byte[] Key) PlaceOf(string name)
    {
        var parts = name.Split('/');
        return (Enum.Parse<StoreFamily>(parts[0]), Convert.FromHexString(parts[1]));
    }
}
