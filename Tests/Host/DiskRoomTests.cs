using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.ReplicaHost;
using PaxosWcf.Replication;

namespace PaxosWcf.Tests.Host;

/// <summary>A disk that is smaller than the store's limit is told of before it is full, not by the replica's end.</summary>
[TestClass]
public sealed class DiskRoomTests : IDisposable
{
    private const long Size = 1000L << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly ListLoggerFactory _log = new();
    private long _free = Size;
    private bool _fails;

    public void Dispose() => _log.Dispose();

    [TestMethod]
    [DataRow(600, 500, 0, false, DisplayName = "room for all that the limit takes")]
    [DataRow(500, 500, 0, false, DisplayName = "just so")]
    [DataRow(499, 500, 0, true, DisplayName = "one too little")]
    [DataRow(499, 500, 10, false, DisplayName = "what the store has already needs no room")]
    [DataRow(1, 0, 0, false, DisplayName = "no limit")]
    public void Start_WithLessRoomThanTheLimitMayTake_IsWarnedOf(long free, long limit, long used, bool isWarned)
    {
        _free = free << 20;
        using var quota = Quota(limit << 20, used << 20);
        using var disk = new DiskRoom("/data", quota, () => (_free, free << 20), _time, _log.CreateLogger("disk"));

        Assert.HasCount(isWarned ? 1 : 0, Lines());
        if (isWarned)
        {
            Assert.Contains(
                "The disk of /data has 523239424 bytes (499 MiB) free, and the store may take 524288000 more (500 MiB) before its limit: the disk is full first, and then the replica stops. Lower Replica:StoreMebibytesMax, or make room",
                Lines()[0]);
        }
    }

    [TestMethod]
    public void Disk_WithLessThanATenthFree_IsToldOnce_AndOnceMoreWhenItHadRecovered()
    {
        using var quota = Quota(0, 0);
        using var disk = new DiskRoom("/data", quota, () => (_free, Size), _time, _log.CreateLogger("disk"));

        At(10);
        Assert.IsEmpty(Lines());
        At(9);
        At(5);
        At(11);
        At(9);
        Assert.HasCount(1, Lines());
        Assert.Contains("The disk of /data has 94371840 of 1048576000 bytes (90 MiB of 1000 MiB) free, less than 10 %", Lines()[0]);
        At(12);
        Assert.HasCount(2, Lines());
        Assert.Contains("free again", Lines()[1]);
        At(3);
        Assert.HasCount(3, Lines());
        Assert.Contains("less than 10 %", Lines()[2]);
        Assert.AreEqual((_free, Size), (disk.BytesFree, disk.BytesSize));
    }

    [TestMethod]
    public void Disk_ThatCannotBeMeasured_IsToldOnce_AndKeepsWhatWasMeasuredLast()
    {
        using var quota = Quota(0, 0);
        using var disk = new DiskRoom(
            "/data", quota, () => _fails ? throw new IOException("gone") : (_free, Size), _time, _log.CreateLogger("disk"));
        _fails = true;
        At(1);
        At(1);

        Assert.HasCount(1, Lines());
        Assert.AreEqual(Size, disk.BytesFree);
    }

    [TestMethod]
    [DataRow(0, "0 bytes")]
    [DataRow(1023, "1023 bytes")]
    [DataRow(1024, "1 KiB")]
    [DataRow(1536, "1.5 KiB")]
    [DataRow(41943040, "40 MiB")]
    [DataRow(8589934592, "8 GiB")]
    [DataRow(7784628224, "7.25 GiB")]
    [DataRow(long.MaxValue, "8388608 TiB")]
    public void Bytes_ForPeople(long bytes, string text) => Assert.AreEqual(text, ByteText.Of(bytes));

    private void At(int percent)
    {
        _free = Size / 100 * percent;
        _time.Advance(SizeLimit.LookEvery);
    }

    private string[] Lines() => [.. _log.Lines];

    private static StoreQuota Quota(long limit, long used) => new(limit, () => used, () => 0, () => { }, new FakeTimeProvider(), NullLogger.Instance);
}
