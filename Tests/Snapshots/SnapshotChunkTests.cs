using CsCheck;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Snapshots;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Snapshots;

/// <summary>A snapshot in chunks is the whole state, and a chunk that is not as it was sent is none.</summary>
[TestClass]
public sealed class SnapshotChunkTests
{
    [TestMethod]
    public void Chunk_ThereAndBack_IsTheSame()
    {
        var chunk = new SnapshotChunk(7, IsLast: true, Numbers(), [
            new SnapshotRecord(StoreFamily.Keys, "a".Bytes(), new byte[300]), new SnapshotRecord(StoreFamily.Sessions, "s".Bytes(), [])]);
        var back = SnapshotChunk.Decode(chunk.Encode())!;
        Assert.AreEqual(Text(chunk), Text(back));
        Assert.AreEqual(new StateNumbers(new Slot(40), 30, 20), back.Numbers);
    }

    /// <summary>Whatever happens to a byte on the way, the chunk counts as lost.</summary>
    [TestMethod]
    public void Chunk_AnyByteChangedOrCutOff_IsRefused()
    {
        var bytes = new SnapshotChunk(7, IsLast: false, Numbers(), [new SnapshotRecord(StoreFamily.Keys, "a".Bytes(), "1".Bytes())]).Encode();
        for (var at = 0; at < bytes.Length; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 1;
            Assert.IsNull(SnapshotChunk.Decode(damaged), $"byte {at} of {bytes.Length}");
            Assert.IsNull(SnapshotChunk.Decode(bytes.AsMemory(0, at)), $"cut off at {at}");
        }
    }

    [TestMethod]
    [DataRow(1, 6)]
    [DataRow(60, 2)]
    [DataRow(1 << 20, 1)]
    public void Reader_AnyChunkSize_GivesTheWholeStateOfItsMoment(int bytesMax, int chunksMin)
    {
        using var store = new MemoryStore();
        Fill(store);
        using var reader = new SnapshotReader(store.Snapshot(), bytesMax);
        store.Put("k1", "changed");
        store.Put("k9", "new");
        var chunks = new List<SnapshotChunk>();
        do
        {
            chunks.Add(reader.Read(chunks.Count));
        }
        while (!chunks[^1].IsLast);

        Assert.IsGreaterThanOrEqualTo(chunksMin, chunks.Count);
        Assert.AreEqual(
            "Keys k1=1 Keys k2=2 Keys k3=3 Sessions oa=x Sessions sb=y Sessions sc=z",
            string.Join(' ', chunks.SelectMany(chunk => chunk.Records).Select(Text)));
        for (var number = 0; number < chunks.Count; number++)
        {
            Assert.AreEqual(Text(chunks[number]), Text(reader.Read(number)), "a chunk is the same when it is read again");
        }
    }

    [TestMethod]
    public void Reader_NothingInTheStore_IsOneEmptyChunk()
    {
        using var store = new MemoryStore();
        using var reader = new SnapshotReader(store.Snapshot(), 100);
        var chunk = reader.Read(0);
        Assert.IsTrue(chunk.IsLast);
        Assert.IsEmpty(chunk.Records);
        Assert.AreEqual(new StateNumbers(Slot.None, 0, 0), chunk.Numbers);
    }

    [TestMethod]
    public void Reader_ChunkAheadOfWhatWasRead_IsRefused()
    {
        using var store = new MemoryStore();
        Fill(store);
        using var reader = new SnapshotReader(store.Snapshot(), 1);
        Assert.AreEqual(1L, reader.Reach);
        Assert.ThrowsExactly<InvariantException>(() => reader.Read(1));
        reader.Read(0);
        Assert.AreEqual(2L, reader.Reach);
    }

    /// <summary>Bytes from nowhere never make a chunk, nor an exception.</summary>
    [TestMethod]
    public void Chunk_RandomBytes_AreRefused() =>
        Gen.Byte.Array[0, 200].Sample(bytes => SnapshotChunk.Decode(bytes) is null);

    private static void Fill(MemoryStore store)
    {
        foreach (var (key, value) in new[] { ("k1", "1"), ("k2", "2"), ("k3", "3") })
        {
            store.Put(key, value);
        }

        store.Put(StoreFamily.Sessions, "oa", "x");
        store.Put(StoreFamily.Sessions, "sb", "y");
        store.Put(StoreFamily.Sessions, "sc", "z");
    }

    private static byte[] Numbers() => [1, 40, 0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0];

    private static string Text(SnapshotChunk chunk) =>
        $"{chunk.Number} {chunk.IsLast} {Convert.ToHexString(chunk.NumbersRecord)} {string.Join(' ', chunk.Records.Select(Text))}";

    private static string Text(SnapshotRecord record) =>
        $"{record.Family} {System.Text.Encoding.UTF8.GetString(record.Key)}={System.Text.Encoding.UTF8.GetString(record.Value)}";
}
