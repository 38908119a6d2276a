using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>What is applied leaves the log after a while, and never before its effect is on the disk with it.</summary>
[TestClass]
public sealed class LogRetentionTests
{
    public required TestContext TestContext { get; init; }

    private static readonly StorageOptions Sixteen = new() { LogSlotsMax = 16 };

    [TestMethod]
    [DataRow(16, 1)]
    [DataRow(17, 2)]
    [DataRow(40, 25)]
    public void Log_SlotsBeyondTheLimit_OldestGo(int slots, int firstLeft)
    {
        var bench = Applied(slots, Sixteen);
        Assert.AreSequenceEqual(Enumerable.Range(firstLeft, slots - firstLeft + 1).Select(slot => (long)slot), SlotsOf(bench));
    }

    /// <summary>A record is 13 bytes and the value; sixteen of these make the limit.</summary>
    [TestMethod]
    public void Log_BytesBeyondTheLimit_OldestGo()
    {
        var one = Applied(1, new StorageOptions()).Store.Scan(StoreFamily.Log, [], null).Single().Value.Length;
        var bench = Applied(40, new StorageOptions { LogBytesMax = 16 * one });
        Assert.AreSequenceEqual(Enumerable.Range(25, 16).Select(slot => (long)slot), SlotsOf(bench));
    }

    [TestMethod]
    public void CatchUp_BelowWhatIsTruncated_IsToldSo()
    {
        var bench = Applied(40, Sixteen);
        Assert.AreEqual(
            "R1→R2 CatchUpReply [24..23] learned 40 truncated 24", Asked(bench, new CatchUp(new Slot(24))));
        Assert.AreEqual("R1→R2 CatchUpReply [25..40] learned 40", Asked(bench, new CatchUp(new Slot(25))));
    }

    /// <summary>State and truncation are one write set: a crash that loses the one loses the other.</summary>
    [TestMethod]
    public void Crash_LosesTheTruncation_TheLogHasWhatTheStateLacks()
    {
        for (var lost = 0; lost <= 6; lost++)
        {
            var bench = Applied(40, Sixteen);
            bench.Restart(keepUnflushed: Math.Max(0, bench.Store.UnflushedSets - lost));
            var applied = bench.Driver.Machine.Numbers.AppliedThrough.Number;
            var slots = SlotsOf(bench);
            Assert.AreSequenceEqual(Enumerable.Range((int)slots[0], slots.Length).Select(slot => (long)slot), slots);
            Assert.IsLessThanOrEqualTo(applied + 1, slots[0], $"applied through {applied}, and the log begins with {slots[0]}");
            bench.UntilItLeads();
            Assert.AreEqual(40, bench.Driver.Machine.Numbers.AppliedThrough.Number, "all comes back, from state and log together");
        }
    }

    [TestMethod]
    public void Restart_OnATruncatedLog_GoesOnTruncating()
    {
        var bench = Applied(40, Sixteen);
        bench.Driver.Stop();
        bench.Restart(keepUnflushed: bench.Store.UnflushedSets);
        Assert.AreEqual(new StateNumbers(new Slot(40), 40, 10), bench.Driver.Machine.Numbers);
        bench.UntilItLeads();
        Write(bench, 3);
        bench.Ticks(1);
        Assert.AreEqual(28, SlotsOf(bench)[0], "slots 28 to 43 are kept");
    }

    /// <summary>A log that an older program let grow is cut to size at once.</summary>
    [TestMethod]
    public void Restart_WithASmallerLimit_CutsToSize()
    {
        var bench = Applied(40, new StorageOptions());
        bench.Driver.Stop();
        var driver = new ReplicaDriver(
            new ReplicaId(1), PaxosWcf.Consensus.Configuration.First(new Quorum([new ReplicaId(1)])), new ConsensusOptions(), bench, new Random(1), bench,
            new StorageOptions { LogSlotsMax = 4 });
        for (var tick = 0; driver.Replica.Leading is null; tick++)
        {
            Assert.IsLessThan(100, tick);
            driver.Run([TickPassed.Instance]);
        }

        driver.Run([new CommandSubmitted(new Put(null, "k", new byte[1]).Encode(), new DriverBench.Caller([]))]);
        driver.Run([TickPassed.Instance]);
        Assert.AreSequenceEqual([38L, 39L, 40L, 41L], SlotsOf(bench));
    }

    /// <summary>Ten thousand keys are written a million times, on a real disk. Once all is merged the store holds the keys, the log and the
    /// history that are kept, and not more at the end than half-way. How much waits to be merged meanwhile is a matter of the disk's speed.</summary>
    [TestMethod]
    public void Store_KeysOverwrittenAMillionTimes_StaysFlat()
    {
        const int Keys = 10_000;
        const int BatchesPerRun = 16;
        using var directory = new TemporaryDirectory();
        using var store = RocksDbStore.Open(directory.Below("store"), create: true);
        var driver = new ReplicaDriver(
            new ReplicaId(1), PaxosWcf.Consensus.Configuration.First(new Quorum([new ReplicaId(1)])), new ConsensusOptions { BatchCommandsMax = 64 }, store, new Random(1),
            new DriverBench(), new StorageOptions { LogSlotsMax = 1024, LogBytesMax = 8L << 20 });
        while (driver.Replica.Leading is null)
        {
            driver.Run([TickPassed.Instance]);
        }

        var (sizes, merged) = (new List<long>(), new List<long>());
        var value = new byte[200];
        var events = new List<ReplicaEvent>();
        for (var written = 0; written < 1_000_000;)
        {
            events.Clear();
            for (var batch = 0; batch < BatchesPerRun; batch++)
            {
                var writes = new BatchWrite[100];
                for (var i = 0; i < writes.Length; i++, written++)
                {
                    BitConverter.TryWriteBytes(value, written);
                    writes[i] = new BatchWrite($"key-{written % Keys}", value.ToArray());
                }

                events.Add(new CommandSubmitted(new Batch(null, writes).Encode(), new DriverBench.Caller([])));
            }

            events.Add(TickPassed.Instance);
            driver.Run(events);
            if (written % 100_000 < BatchesPerRun * 100)
            {
                sizes.Add(SizeOf(directory.Below("store")));
            }

            if (written % 500_000 < BatchesPerRun * 100)
            {
                store.Reclaim();
                merged.Add(SizeOf(directory.Below("store")));
            }
        }

        Assert.AreEqual(new StateNumbers(driver.Replica.LearnedThrough, 1_000_000, Keys), driver.Machine.Numbers);
        var inMebibytes = $"{string.Join(' ', sizes.Select(size => size >> 20))}, merged {string.Join(' ', merged.Select(size => size >> 20))}";
        TestContext.WriteLine(inMebibytes);
        Assert.HasCount(2, merged);
        Assert.IsLessThan(40L << 20, merged[0], $"the store's size in MiB: {inMebibytes}");
        Assert.IsLessThan(merged[0] + (4L << 20), merged[1], $"the store's size in MiB: {inMebibytes}");
    }

    // Compaction may remove a file between its listing and the question for its length.
    private static long SizeOf(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles().Sum(file => { file.Refresh(); return file.Exists ? file.Length : 0; });

    private static DriverBench Applied(int slots, StorageOptions storage)
    {
        var bench = new DriverBench(options: new ConsensusOptions { BatchCommandsMax = 1 }, storage: storage);
        bench.UntilItLeads();
        Write(bench, slots);
        bench.Ticks(1);
        return bench;
    }

    private static void Write(DriverBench bench, int times)
    {
        for (var i = 0; i < times; i++)
        {
            bench.Submit(new Put(null, $"k{i % 10}", new byte[10]));
            bench.Ticks(i % 3 == 0 ? 1 : 0);
        }
    }

    private static long[] SlotsOf(DriverBench bench) =>
        [.. bench.Store.Scan(StoreFamily.Log, [], null).Select(record => ReplicaLog.SlotOf(record.Key).Number)];

    private static string Asked(DriverBench bench, CatchUp catchUp)
    {
        bench.Seen.Clear();
        bench.Run(new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), catchUp)));
        return bench.Seen.Single();
    }
}
