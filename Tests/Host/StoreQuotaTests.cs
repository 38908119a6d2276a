using System.ServiceModel;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Host;

/// <summary>The store's size limit: warnings before it, refusals at it, and puts again once there is room.</summary>
[TestClass]
public sealed class StoreQuotaTests(TestContext test)
{
    private const int Mebibyte = 1 << 20;

    private static readonly Put Put = new(null, "k", new byte[1]);

    private long _used;
    private long _changes;
    private int _reclaims;

    [TestMethod]
    [DataRow(74, 0, DisplayName = "below the first mark")]
    [DataRow(75, 1, DisplayName = "at the first mark")]
    [DataRow(89, 1, DisplayName = "below the second")]
    [DataRow(90, 2, DisplayName = "at the second")]
    [DataRow(99, 2, DisplayName = "below the limit")]
    public void Quota_BelowTheLimit_WarnsOnceAtEachMarkAndTakesPuts(int percent, int warnings)
    {
        var time = new FakeTimeProvider();
        using var log = new ListLoggerFactory();
        using var quota = Quota(time, log);

        for (_used = 0; _used <= percent; _used++)
        {
            time.Advance(SizeLimit.LookEvery);
        }

        quota.CheckRoom(Put);
        Assert.HasCount(warnings, log.Lines.Where(line => line.Contains("Delete keys", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    public void Quota_AtTheLimit_RefusesAndNamesBothUntilThereIsRoom()
    {
        var time = new FakeTimeProvider();
        _used = 100;
        using var quota = Quota(time);

        var refused = Assert.ThrowsExactly<FaultException<StorageFullFault>>(() => quota.CheckRoom(Put));
        Assert.AreEqual(new StorageFullFault { UsedBytes = 100, LimitBytes = 100 }, refused.Detail);

        _used = 99;
        time.Advance(SizeLimit.LookEvery);
        quota.CheckRoom(Put);
    }

    [TestMethod]
    public void Quota_None_NeverRefuses()
    {
        _used = long.MaxValue;
        using var quota = new StoreQuota(0, () => _used, () => 0, () => _reclaims++, new FakeTimeProvider(), NullLogger.Instance);

        quota.CheckRoom(Put);
        Assert.AreEqual(long.MaxValue, quota.BytesUsed);
    }

    /// <summary>A store that is full and stays as it is must not be compacted for ever; one whose keys are deleted must.</summary>
    [TestMethod]
    public async Task Quota_AtTheLimit_ReclaimsOnceForEachChange()
    {
        var time = new FakeTimeProvider();
        _used = 100;
        using var quota = Quota(time);
        await UntilReclaimedAsync(1);
        time.Advance(SizeLimit.LookEvery);
        time.Advance(SizeLimit.LookEvery);
        Assert.AreEqual(1, Volatile.Read(ref _reclaims));

        _changes++;
        while (Volatile.Read(ref _reclaims) < 2)
        {
            time.Advance(SizeLimit.LookEvery);
            await Task.Yield();
        }
    }

    /// <summary>A backup held what was deleted, and is over; nobody may put, so nothing changes that would have it reclaimed.</summary>
    [TestMethod]
    public void Limit_FullAndUnchanged_ReclaimsAgainEachMinute()
    {
        var limit = new SizeLimit(1000);
        limit.OnMeasured(1040);
        Assert.IsTrue(limit.BeginsReclaim(changes: 1));
        limit.OnReclaimed(1040);

        var looks = 0;
        do
        {
            limit.OnMeasured(1040);
            looks++;
        }
        while (!limit.BeginsReclaim(changes: 1) && looks < 1000);

        Assert.AreEqual(TimeSpan.FromMinutes(1), looks * SizeLimit.LookEvery);
        limit.OnReclaimed(940);
        limit.OnMeasured(940);
        Assert.IsFalse(limit.IsFull);
        for (looks = 0; looks < 100; looks++)
        {
            limit.OnMeasured(940);
            Assert.IsFalse(limit.BeginsReclaim(changes: 1), "below the limit whoever puts changes it");
        }
    }

    /// <summary>A reclaim writes before it deletes: nobody put that, and a store near its limit is not full for it. What is put meanwhile counts.</summary>
    [TestMethod]
    public void Limit_WhileReclaiming_LeavesOutWhatIsThereTwice()
    {
        var limit = new SizeLimit(100);
        limit.OnMeasured(92);
        Assert.IsTrue(limit.BeginsReclaim(changes: 1));
        limit.OnMeasured(115);
        Assert.IsFalse(limit.IsFull);
        Assert.AreEqual(115, limit.BytesUsed);
        limit.OnMeasured(123);
        Assert.IsTrue(limit.IsFull);

        limit.OnReclaimed(115);
        limit.OnMeasured(115);
        Assert.IsTrue(limit.IsFull);
        limit.OnMeasured(99);
        Assert.IsFalse(limit.IsFull);
    }

    /// <summary>Whoever writes nothing would not find out otherwise, and lead on.</summary>
    [TestMethod]
    public void Store_FailedWhileItGaveSpaceBack_IsLoggedAsAnError()
    {
        using var log = new ListLoggerFactory();
        _used = 100;
        using var quota = new StoreQuota(
            100, () => _used, () => 1, () => throw new StoreFailedException("No space left on device"), new FakeTimeProvider(), log.CreateLogger("quota"));

        SpinWait.SpinUntil(() => log.Lines.Any(line => line.Contains("the replica stops: No space left", StringComparison.Ordinal)), TimeSpan.FromSeconds(60));

        Assert.ContainsSingle(log.Lines.Where(line => line.Contains("the replica stops: No space left", StringComparison.Ordinal)));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Store_Full_RefusesPutsServesTheRestAndHealsOnceKeysAreDeleted()
    {
        var options = new ReplicaOptions { TickMilliseconds = 10, StoreMebibytesMax = 32 };
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.StopReplicaAsync(1);
        await cluster.StartReplicaAsync(1, options: options);
        var random = new Random(1);
        var written = 0;
        FaultException<StorageFullFault>? full = null;
        while (full is null)
        {
            Assert.IsLessThan(400, written, "the limit is never noticed");
            try
            {
                var value = new byte[Mebibyte / 2];
                random.NextBytes(value);
                await cluster.StoreAsync(1, store => store.PutAsync($"k{written}", value, null));
                written++;
            }
            catch (FaultException<StorageFullFault> refused)
            {
                full = refused;
            }
        }

        Assert.AreEqual(32 * Mebibyte, full.Detail.LimitBytes);
        Assert.IsGreaterThanOrEqualTo(full.Detail.LimitBytes, full.Detail.UsedBytes);
        var batch = new[] { BatchOperation.Delete("nothing"), BatchOperation.Put("k", [1]) };
        await Assert.ThrowsExactlyAsync<FaultException<StorageFullFault>>(() => cluster.StoreAsync(1, store => store.BatchAsync(batch, null)));
        await Assert.ThrowsExactlyAsync<FaultException<StorageFullFault>>(() => cluster.StoreAsync(
            1, store => store.TransactAsync([Comparison.Exists("nothing")], [], [BatchOperation.Put("k", [1])], null)));
        Assert.IsTrue((await cluster.StoreAsync(1, store => store.TransactAsync([Comparison.Exists("k0")], [BatchOperation.Delete("nothing")], null, null))).Held);
        Assert.IsTrue((await cluster.StoreAsync(1, store => store.GetAsync("k0", null))).Found);
        var status = await cluster.ControlAsync(1, control => control.StatusAsync());
        Assert.AreEqual(32 * Mebibyte, status.StoreBytesMax);
        Assert.IsGreaterThanOrEqualTo(32 * Mebibyte, status.StoreBytes!.Value);

        for (var key = 0; key < written; key++)
        {
            Assert.IsTrue((await cluster.StoreAsync(1, store => store.DeleteAsync($"k{key}", null))).Found, $"k{key} was acknowledged");
        }

        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await TakesPutAsync(cluster))
        {
            await look.WaitForNextTickAsync(test.CancellationToken);
        }
    }

    [TestMethod]
    public void Store_KeysDeletedAndReclaimed_TakesLessOnDisk()
    {
        using var directory = new TemporaryDirectory();
        using var replica = ReplicaDirectory.Open(
            Path.Combine(directory.Path, "data"), "test", 1, bootstrap: true);
        var writes = new WriteSet();
        var random = new Random(1);
        for (var key = 0; key < 40; key++)
        {
            var value = new byte[Mebibyte / 4];
            random.NextBytes(value);
            writes.Put(StoreFamily.Keys, [(byte)key], value);
        }

        replica.Store.Write(writes, durable: true);
        Assert.IsGreaterThan(10 * Mebibyte, replica.BytesOnDisk);
        writes.Clear();
        for (var key = 0; key < 40; key++)
        {
            writes.Delete(StoreFamily.Keys, [(byte)key]);
        }

        replica.Store.Write(writes, durable: true);
        replica.Store.Reclaim();
        Assert.IsLessThan(Mebibyte, replica.BytesOnDisk);
    }

    private StoreQuota Quota(TimeProvider time, ListLoggerFactory? log = null) => new(
        100, () => _used, () => Volatile.Read(ref _changes), () => Interlocked.Increment(ref _reclaims), time,
        log?.CreateLogger("quota") ?? NullLogger.Instance);

    private static async Task<bool> TakesPutAsync(HostedCluster cluster)
    {
        try
        {
            await cluster.StoreAsync(1, store => store.PutAsync("again", [1], null));
            return true;
        }
        catch (FaultException<StorageFullFault>)
        {
            return false;
        }
    }

    private async Task UntilReclaimedAsync(int times)
    {
        while (Volatile.Read(ref _reclaims) < times)
        {
            await Task.Yield();
        }
    }
}
