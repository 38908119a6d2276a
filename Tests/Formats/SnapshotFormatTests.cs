using PaxosWcf.Consensus;
using PaxosWcf.Replication.Snapshots;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Formats;

/// <summary>A chunk of a snapshot, as it travels between replicas of different builds.</summary>
[TestClass]
public sealed class SnapshotFormatTests
{
    private const string Golden = "snapshot.txt";

    private static readonly byte[] Numbers = [1, 75, 0, 0, 0, 0, 0, 0, 0, 73, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0];

    [TestMethod]
    public void Chunk_IsWrittenAsEver()
    {
        var chunk = new SnapshotChunk(
            Number: 2, IsLast: true, Numbers,
            [
                new SnapshotRecord(StoreFamily.Keys, "k"u8.ToArray(), new byte[200]),
                new SnapshotRecord(StoreFamily.Sessions, "s1"u8.ToArray(), [2, 0]),
            ]);

        GoldenFile.AssertHas(Golden, "Chunk", Convert.ToHexStringLower(chunk.Encode()));
    }

    [TestMethod]
    public void Chunk_WithChanges_IsWrittenAsEverAndRead()
    {
        var written = new SnapshotChunk(
            Number: 3, IsLast: false, Numbers, [new SnapshotRecord(StoreFamily.Changes, "c0000000"u8.ToArray(), [1, 2])]);

        GoldenFile.AssertHas(Golden, "ChunkWithChanges", Convert.ToHexStringLower(written.Encode()));
        SnapshotChunk? chunk = SnapshotChunk.Decode(Convert.FromHexString(GoldenFile.Read(Golden)["ChunkWithChanges"]));
        Assert.IsNotNull(chunk);
        Assert.AreEqual(StoreFamily.Changes, chunk.Records.Single().Family);
        Assert.AreSequenceEqual(new byte[] { 1, 2 }, chunk.Records.Single().Value);
    }

    [TestMethod]
    public void Chunk_OfAnEarlierBuild_IsRead()
    {
        SnapshotChunk? chunk = SnapshotChunk.Decode(Convert.FromHexString(GoldenFile.Read(Golden)["Chunk"]));

        Assert.IsNotNull(chunk);
        Assert.AreEqual(2, chunk.Number);
        Assert.IsTrue(chunk.IsLast);
        Assert.AreEqual((new Slot(75), 73L, 3L), (chunk.Numbers.AppliedThrough, chunk.Numbers.Revision, chunk.Numbers.Keys));
        Assert.AreSequenceEqual("k"u8.ToArray(), chunk.Records[0].Key);
        Assert.HasCount(200, chunk.Records[0].Value);
        Assert.AreEqual(StoreFamily.Sessions, chunk.Records[1].Family);
        Assert.AreSequenceEqual(new byte[] { 2, 0 }, chunk.Records[1].Value);
    }
}
