using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>The history of changes: every change between the oldest that is kept and the revision of the state, whatever
/// happens.</summary>
[TestClass]
public sealed class ChangeHistoryTests
{
    private static readonly int[] Sizes = [30_000, 30_000, 30_000, 100_000, 1, 1];
    private static readonly ChangeFilter All = new("", IsPrefix: true);

    [TestMethod]
    public void Changes_OfEveryKind_AreThereInOrderBeforeAndAfterTheyAreWritten()
    {
        var bench = Leading(new StorageOptions());
        bench.Submit(new Put(null, "a", "1"u8.ToArray()));
        bench.Submit(new Delete(null, "nothing"));
        bench.Submit(new Batch(null, [new BatchWrite("b", "2"u8.ToArray()), new BatchWrite("a", null), new BatchWrite("b", Array.Empty<byte>())]));
        const string Expected = "1 a=1@1 2 b=2@3 3 -a@3 4 b=@3";
        Assert.AreEqual(Expected, Text(bench, 1));
        bench.Ticks(1);
        Assert.AreEqual(Expected, Text(bench, 1), "out of the store");
        bench.Submit(new Delete(null, "b"));
        Assert.AreEqual("3 -a@3 4 b=@3 5 -b@4", Text(bench, 3), "out of both");
        Assert.AreEqual("4 b=@3", Text(bench, 4, new ChangeFilter("b", IsPrefix: false), changesMax: 1));
        Assert.AreEqual("", Text(bench, 1, new ChangeFilter("", IsPrefix: false)));
    }

    [TestMethod]
    public void Read_FromARevisionYetToCome_IsEmptyAndSaysWhereToReadOn()
    {
        var bench = Leading(new StorageOptions());
        bench.Submit(new Put(null, "a", "1"u8.ToArray()));
        Assert.AreEqual(("", 1L, true), Found(bench, 2));
        Assert.AreEqual(("", 8L, true), Found(bench, 9));
    }

    [TestMethod]
    public void Read_LimitsOfChangesAndBytes_SaysHowFarItIsComplete()
    {
        var bench = Leading(new StorageOptions());
        for (var put = 0; put < 6; put++)
        {
            bench.Submit(new Put(null, put % 2 == 0 ? "even" : "odd", new byte[10]));
            bench.Ticks(put == 2 ? 1 : 0);
        }

        var even = new ChangeFilter("ev", IsPrefix: true);
        Assert.AreEqual((1, 2L, false), Counted(bench, 1, even, changesMax: 1, bytesMax: 1000));
        Assert.AreEqual((2, 4L, false), Counted(bench, 1, even, changesMax: 10, bytesMax: 28));
        Assert.AreEqual((1, 2L, false), Counted(bench, 1, even, changesMax: 10, bytesMax: 27));
        Assert.AreEqual((1, 2L, false), Counted(bench, 1, even, changesMax: 10, bytesMax: 1), "one is read however large it is");
        Assert.AreEqual((3, 6L, true), Counted(bench, 1, even, changesMax: 3, bytesMax: 42));
    }

    /// <summary>Far back, where nothing is wanted, a reading ends after so many bytes and says where to go on.</summary>
    [TestMethod]
    public void Read_FarBackAndNothingWanted_EndsAfterAWhile()
    {
        var bench = Leading(new StorageOptions());
        for (var put = 0; put < 6; put++)
        {
            bench.Submit(new Put(null, "k", new byte[1024 * 1024]));
            bench.Ticks(1);
        }

        var other = new ChangeFilter("other", IsPrefix: false);
        Assert.AreEqual((0, 4L, false), Counted(bench, 1, other, 10, 1000));
        Assert.AreEqual((0, 6L, true), Counted(bench, 5, other, 10, 1000));
    }

    /// <summary>As many revisions as the bound are kept, and at most a sixteenth of it more.</summary>
    [TestMethod]
    [DataRow(16, 0)]
    [DataRow(17, 1)]
    [DataRow(40, 24)]
    public void History_RevisionsBeyondTheBound_OldestGo(int puts, int compactedThrough)
    {
        var bench = Written(puts, new StorageOptions { HistoryRevisionsMax = 16 });
        Assert.AreEqual(compactedThrough + 1, Oldest(bench));
        Assert.AreSequenceEqual(Sequence(compactedThrough + 1, puts), Revisions(bench, compactedThrough + 1));
        Assert.IsLessThanOrEqualTo(16 + 1, bench.Store.Scan(StoreFamily.Changes, [], null).Count(), "the rest is gone from the disk, too");
    }

    [TestMethod]
    public void History_BytesBeyondTheBound_OldestGo()
    {
        var one = Written(1, new StorageOptions()).Store.Scan(StoreFamily.Changes, "c"u8.ToArray(), "d"u8.ToArray()).Single().Value.Length;
        var bench = Written(40, new StorageOptions { HistoryBytesMax = 16 * one });
        Assert.AreEqual("compacted, oldest 25", Text(bench, 24));
        Assert.AreSequenceEqual(Sequence(25, 40), Revisions(bench, 25));
    }

    /// <summary>Blocks have a size, and a change that is larger has one of its own.</summary>
    [TestMethod]
    public void Blocks_OfOneWriteSet_AreCutToSize()
    {
        var bench = Leading(new StorageOptions());
        bench.Submit(new Batch(null, [.. Sizes.Select(bytes => new BatchWrite("k", new byte[bytes]))]));
        bench.Ticks(1);
        var blocks = bench.Store.Scan(StoreFamily.Changes, "c"u8.ToArray(), "d"u8.ToArray()).Select(block => block.Value.Length).ToArray();
        Assert.HasCount(4, blocks);
        Assert.IsTrue(blocks.Where(bytes => bytes < 100_000).All(bytes => bytes <= ChangeBlock.BytesMax), string.Join(' ', blocks));
        Assert.AreSequenceEqual(Sequence(1, 6), Revisions(bench, 1));
        Assert.AreSequenceEqual(Sequence(5, 6), Revisions(bench, 5));
    }

    /// <summary>State and history are one write set: whatever a crash loses, the history ends where the state does, and begins no later
    /// than its record says.</summary>
    [TestMethod]
    public void Crash_AtAnyPoint_HistoryIsThatOfTheState()
    {
        for (var lost = 0; lost <= 8; lost++)
        {
            var bench = Written(40, new StorageOptions { HistoryRevisionsMax = 16 });
            bench.Restart(keepUnflushed: Math.Max(0, bench.Store.UnflushedSets - lost));
            var revision = bench.Driver.Machine.Numbers.Revision;
            var oldest = Oldest(bench);
            Assert.AreSequenceEqual(Sequence(oldest, revision), Revisions(bench, oldest));
            bench.UntilItLeads();
            oldest = Oldest(bench);
            Assert.AreSequenceEqual(Sequence(oldest, 40), Revisions(bench, oldest), "what was lost is applied again");
            bench.Submit(new Put(null, "k", "more"u8.ToArray()));
            bench.Ticks(1);
            Assert.AreSequenceEqual(Sequence(26, 41), Revisions(bench, 26));
        }
    }

    [TestMethod]
    public void Restart_WithASmallerBound_CutsToSizeWithTheNextWrite()
    {
        var bench = Written(40, new StorageOptions());
        bench.Driver.Stop();
        var machine = new KeyValueStateMachine(bench.Store, new StateAudit(new Quorum([new ReplicaId(1)]), long.MaxValue), new StorageOptions { HistoryRevisionsMax = 16 });
        Assert.HasCount(40, Revisions(machine, 1));
        var put = Command.Create(new CommandId(new ReplicaId(1), 9, 1), 0, new Put(null, "k", "x"u8.ToArray()).Encode());
        machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([put]), []);
        Write(machine, bench.Store);

        // All forty were one piece, for the bound was a large one: they go together, once sixteen others are there.
        Assert.HasCount(41, Revisions(machine, 1));
        for (var number = 2; number <= 17; number++)
        {
            var next = Command.Create(new CommandId(new ReplicaId(1), 9, number), 0, new Put(null, "k", "x"u8.ToArray()).Encode());
            machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([next]), []);
            Write(machine, bench.Store);
        }

        Assert.HasCount(16, Revisions(machine, 42));
        Assert.IsInstanceOfType<ChangesCompacted>(machine.ReadChanges(41, All, 100, 10_000));
    }

    /// <summary>A store that an earlier build wrote has no history: it begins with what comes.</summary>
    [TestMethod]
    public void Store_WithoutAHistory_BeginsOneAtItsRevision()
    {
        var bench = Written(5, new StorageOptions());
        bench.Driver.Stop();
        var writes = new WriteSet();
        writes.DeleteRange(StoreFamily.Changes, [], [0xff]);
        bench.Store.Write(writes, durable: true);
        bench.Restart();
        Assert.AreEqual("compacted, oldest 6", Text(bench, 5));
        bench.UntilItLeads();
        bench.Submit(new Put(null, "k", "x"u8.ToArray()));
        bench.Driver.Stop();
        bench.Restart(bench.Store.UnflushedSets);
        Assert.AreEqual("compacted, oldest 6", Text(bench, 5));
        Assert.AreEqual("6 k=x@6", Text(bench, 6));
    }

    /// <summary>A restored backup is no sequence of changes: whoever watched before it must hear that it has missed something, even if
    /// it had seen all there was.</summary>
    [TestMethod]
    [DataRow(2)]
    [DataRow(9)]
    public void Restore_OfABackup_BeginsTheHistoryAnew(int backupRevision)
    {
        var bench = Written(3, new StorageOptions());
        bench.Submit(new BeginRestore(7, Force: true));
        bench.Submit(new RestoreKeys(7, [new RestoredKey("k0", null), new RestoredKey("k1", null), new RestoredKey("k2", null)]));
        bench.Submit(new EndRestore(7, backupRevision, 0));
        var revision = Math.Max(4, backupRevision);
        for (var restarts = 0; restarts < 2; restarts++)
        {
            Assert.AreEqual($"compacted, oldest {revision + 1}", Text(bench, 4));
            Assert.AreEqual($"compacted, oldest {revision + 1}", Text(bench, revision));
            Assert.AreEqual(("", (long)revision, true), Found(bench, revision + 1));
            bench.Driver.Stop();
            bench.Restart(bench.Store.UnflushedSets);
        }

        bench.UntilItLeads();
        bench.Submit(new Put(null, "k", "x"u8.ToArray()));
        bench.Ticks(1);
        Assert.AreSequenceEqual(Sequence(revision + 1, revision + 1), Revisions(bench, revision + 1));
        Assert.ContainsSingle(bench.Store.Scan(StoreFamily.Changes, "c"u8.ToArray(), "d"u8.ToArray()), "what was before is gone from the disk");
    }

    /// <summary>Readers of other threads, while changes come, are written and go: always a run without a gap.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Readers_WhileTheHistoryMovesOn_NeverMissOne()
    {
        var bench = Leading(new StorageOptions { HistoryRevisionsMax = 32 });
        var machine = bench.Driver.Machine;
        using var over = new CancellationTokenSource();
        var seen = new int[2];
        var reading = Enumerable.Range(0, 2).Select(reader => Task.Run(() =>
        {
            var next = 1L;
            while (!over.IsCancellationRequested)
            {
                switch (machine.ReadChanges(next, All, 7 + reader, 10_000))
                {
                    case ChangesCompacted compacted: next = compacted.OldestRevision; break;
                    case ChangesFound found:
                        Assert.AreSequenceEqual(Sequence(next, found.CompleteThrough), [.. found.Changes.Select(change => change.Revision)]);
                        next = found.CompleteThrough + 1;
                        Interlocked.Add(ref seen[reader], found.Changes.Count);
                        break;
                }
            }
        }, CancellationToken.None)).ToArray();

        // A reader ends by itself only when it has seen what it must not.
        for (var put = 0; (put < 3000 || seen.Min() < 100) && !Array.Exists(reading, reader => reader.IsCompleted); put++)
        {
            bench.Submit(new Put(null, $"k{put % 10}", new byte[10]));
            bench.Ticks(put % 5 == 0 ? 1 : 0);
        }

        await over.CancelAsync();
        await Task.WhenAll(reading);
    }

    private static DriverBench Leading(StorageOptions storage)
    {
        var bench = new DriverBench(options: new ConsensusOptions { BatchCommandsMax = 1 }, storage: storage);
        bench.UntilItLeads();
        return bench;
    }

    // Each put is a write set, and so a block, of its own.
    private static DriverBench Written(int puts, StorageOptions storage)
    {
        var bench = Leading(storage);
        for (var put = 0; put < puts; put++)
        {
            bench.Submit(new Put(null, $"k{put % 10}", new byte[10]));
            bench.Ticks(1);
        }

        return bench;
    }

    private static void Write(KeyValueStateMachine machine, MemoryStore store)
    {
        var writes = new WriteSet();
        machine.Seal(writes);
        store.Write(writes, durable: true);
        machine.OnWritten();
    }

    private static long[] Sequence(long from, long through) => [.. Enumerable.Range(0, (int)(through - from + 1)).Select(i => from + i)];

    private static long Oldest(DriverBench bench) =>
        bench.Driver.Machine.ReadChanges(1, All, 1000, 100_000) is ChangesCompacted compacted ? compacted.OldestRevision : 1;

    private static long[] Revisions(DriverBench bench, long from) => Revisions(bench.Driver.Machine, from);

    private static long[] Revisions(KeyValueStateMachine machine, long from) =>
        machine.ReadChanges(from, All, 1000, 1 << 20) is ChangesFound found ? [.. found.Changes.Select(change => change.Revision)] : [];

    private static (int Changes, long CompleteThrough, bool IsAtEnd) Counted(
        DriverBench bench, long from, ChangeFilter filter, int changesMax, long bytesMax)
    {
        var found = (ChangesFound)bench.Driver.Machine.ReadChanges(from, filter, changesMax, bytesMax);
        return (found.Changes.Count, found.CompleteThrough, found.IsAtEnd);
    }

    private static (string Text, long CompleteThrough, bool IsAtEnd) Found(DriverBench bench, long from)
    {
        var found = (ChangesFound)bench.Driver.Machine.ReadChanges(from, All, 1000, 100_000);
        return (string.Join(' ', found.Changes.Select(Text)), found.CompleteThrough, found.IsAtEnd);
    }

    private static string Text(DriverBench bench, long from, ChangeFilter? filter = null, int changesMax = 1000) =>
        bench.Driver.Machine.ReadChanges(from, filter ?? All, changesMax, 100_000) switch
        {
            ChangesCompacted compacted => $"compacted, oldest {compacted.OldestRevision}",
            ChangesFound found => string.Join(' ', found.Changes.Select(Text)),
            var other => throw new AssertFailedException($"{other}"),
        };

    private static string Text(KeyChange change) => change.Value is { } value
        ? $"{change.Revision} {change.Key}={System.Text.Encoding.UTF8.GetString(value.Span)}@{change.Slot}"
        : $"{change.Revision} -{change.Key}@{change.Slot}";
}
