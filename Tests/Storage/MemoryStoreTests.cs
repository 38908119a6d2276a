using CsCheck;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

[TestClass]
public sealed class MemoryStoreTests : StoreContractTests
{
    [TestMethod]
    public void Crash_UnflushedSets_LosesASuffixOfThem()
    {
        var store = new MemoryStore();
        store.Put("a", "1", durable: true);
        store.Put("a", "2", durable: false);
        store.Put("b", "3", durable: false);
        store.Put("a", "4", durable: false);
        Assert.AreEqual(3, store.UnflushedSets);
        Assert.AreEqual(2, store.Crash(unflushed => unflushed - 1));
        Assert.AreEqual("a=2 b=3", store.Dump());
        Assert.AreEqual(0, store.UnflushedSets);
    }

    [TestMethod]
    public void Crash_DurableSetAfterUnflushedOnes_KeepsAllOfThem()
    {
        var store = new MemoryStore();
        store.Put("a", "1", durable: false);
        store.Put("b", "2", durable: true);
        Assert.AreEqual(0, store.Crash(_ => 0));
        Assert.AreEqual("a=1 b=2", store.Dump());
    }

    [TestMethod]
    public void Crash_AfterDispose_OpensAnew()
    {
        var store = new MemoryStore();
        store.Put("a", "1");
        store.Dispose();
        store.CrashKeeping(0);
        Assert.AreEqual("a=1", store.Dump());
    }

    [TestMethod]
    [DataRow(0, "")]
    [DataRow(1, "a=1")]
    public void FailNextDurableWrite_ThenCrash_TheFailedSetMayOrMayNotBeThere(int kept, string expected)
    {
        var store = new MemoryStore();
        store.FailNextDurableWrite();
        StoreFailedException failure = Assert.ThrowsExactly<StoreFailedException>(() => store.Put("a", "1"));
        Assert.Contains("injected disk error", failure.Message);
        Assert.ThrowsExactly<StoreFailedException>(() => store.Put("b", "2", durable: false));
        store.CrashKeeping(kept);
        Assert.AreEqual(expected, store.Dump());
        store.Put("c", "3");
    }

    /// <summary>Also one that nobody flushes: it may be there after the crash, or not.</summary>
    [TestMethod]
    [DataRow(0, null)]
    [DataRow(1, "1")]
    public void FailNextWrite_WithoutAFlush_ThenCrash_TheFailedSetMayOrMayNotBeThere(int kept, string? expected)
    {
        using var store = new MemoryStore();
        store.FailNextWrite();
        Assert.ThrowsExactly<StoreFailedException>(() => store.Put("a", "1", durable: false));
        Assert.ThrowsExactly<StoreFailedException>(() => store.Put("b", "2", durable: false), "nothing is written after it");

        store.CrashKeeping(kept);
        store.Put("c", "3", durable: false);

        Assert.AreEqual(expected, store.Text("a"));
        Assert.IsNull(store.Text("b"));
    }

    /// <summary>Clever (taking writes back) against dumb (replaying the ones that stay).</summary>
    [TestMethod]
    public void Crash_AnyHistory_LeavesThePrefixThatAReplayGives() => Gen.Select(StoreTwinTests.Sets.List[0, 20], Gen.Int[0, 20])
        .Sample((sets, keep) =>
        {
            var clever = new MemoryStore();
            sets.ForEach(set => clever.Write(set.Writes, set.Durable));
            int kept = Math.Min(keep, clever.UnflushedSets);
            var dumb = new MemoryStore();
            sets.Take(sets.Count - clever.UnflushedSets + kept).ToList().ForEach(set => dumb.Write(set.Writes, durable: true));
            clever.CrashKeeping(kept);
            return clever.DumpAll() == dumb.DumpAll();
        });

    private protected override IReplicaStore Create() => new MemoryStore();
}
