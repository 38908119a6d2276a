using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Snapshots;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Snapshots;

/// <summary>What a replica keeps open for others is limited in number and time.</summary>
[TestClass]
public sealed class OpenSnapshotsTests : IDisposable
{
    private static readonly ReplicaId R2 = new(2);
    private static readonly ReplicaId R3 = new(3);
    private static readonly ReplicaId R4 = new(4);

    private readonly MemoryStore _store = new();
    private readonly OpenSnapshots _snapshots;

    public OpenSnapshotsTests()
    {
        for (var key = 0; key < 5; key++)
        {
            _store.Put($"k{key}", "1");
        }

        _snapshots = new OpenSnapshots(
            _store, new StorageOptions { SnapshotsOpenMax = 2, SnapshotIdleTicks = 10, SnapshotChunkBytesMax = 1 }, boot: 3);
    }

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Read_ChunkAfterChunk_AndAnyOfThemAgain()
    {
        var name = _snapshots.Read(R2, 0, 0).Snapshot;
        var second = Bytes(R2, name, 1);
        Assert.AreNotEqual("", second);
        Assert.AreNotEqual("", Bytes(R2, name, 2));
        Assert.AreEqual(second, Bytes(R2, name, 1));
    }

    /// <summary>A name of an earlier start, of another replica's snapshot, or a chunk out of reach: there is none.</summary>
    [TestMethod]
    public void Read_WhatIsNotThere_IsAnsweredWithNone()
    {
        var name = _snapshots.Read(R2, 0, 0).Snapshot;
        Assert.AreEqual(0L, _snapshots.Read(R2, name, 2).Snapshot);
        Assert.AreEqual(0L, _snapshots.Read(R2, name, -1).Snapshot);
        Assert.AreEqual(0L, _snapshots.Read(R2, name + 1, 1).Snapshot);
        Assert.AreEqual(0L, _snapshots.Read(R3, name, 1).Snapshot);
        Assert.AreNotEqual(name, new OpenSnapshots(_store, new StorageOptions(), boot: 4).Read(R2, 0, 0).Snapshot);
    }

    [TestMethod]
    public void Read_MoreThanMayBeOpen_IsRefusedUntilOneIsClosed()
    {
        _snapshots.Read(R2, 0, 0);
        _snapshots.Read(R3, 0, 0);
        Assert.AreEqual(0L, _snapshots.Read(R4, 0, 0).Snapshot);
        Assert.AreEqual(2, _snapshots.Count);
        Assert.AreNotEqual(0L, _snapshots.Read(R3, 0, 0).Snapshot, "one that begins anew gives up its old one");
        Ticks(11);
        Assert.AreNotEqual(0L, _snapshots.Read(R4, 0, 0).Snapshot);
        Assert.AreEqual(1, _snapshots.Count);
    }

    /// <summary>Simulator seed 1705199090: whoever had fetched a snapshot kept everybody else waiting for the idle ticks of it.</summary>
    [TestMethod]
    public void Read_WhereOneIsReadToItsEnd_WaitsForNobody()
    {
        var unread = _snapshots.Read(R2, 0, 0).Snapshot;
        var read = _snapshots.Read(R3, 0, 0).Snapshot;
        var last = 0L;
        while (_snapshots.Read(R3, read, last + 1).Snapshot == read)
        {
            last++;
        }

        Assert.AreEqual(read, _snapshots.Read(R3, read, last).Snapshot, "its end may have been lost on the way");
        Assert.AreNotEqual(0L, _snapshots.Read(R4, 0, 0).Snapshot);
        Assert.AreEqual(0L, _snapshots.Read(R3, read, last).Snapshot);
        Assert.AreEqual(unread, _snapshots.Read(R2, unread, 1).Snapshot);
        Assert.AreEqual(2, _snapshots.Count);
    }

    [TestMethod]
    public void Idle_AtTheLimit_IsOpen_BeyondItClosed()
    {
        var name = _snapshots.Read(R2, 0, 0).Snapshot;
        Ticks(10);
        Assert.AreNotEqual(0L, _snapshots.Read(R2, name, 0).Snapshot);
        Ticks(11);
        Assert.AreEqual(0L, _snapshots.Read(R2, name, 0).Snapshot);
        Assert.IsNull(_snapshots.HeldFrom);
    }

    private void Ticks(int ticks)
    {
        for (; ticks > 0; ticks--)
        {
            _snapshots.Tick();
        }
    }

    private string Bytes(ReplicaId to, long name, long chunk) => Convert.ToHexString(_snapshots.Read(to, name, chunk).Bytes.Span);
}
