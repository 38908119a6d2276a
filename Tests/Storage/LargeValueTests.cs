using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>Values that go to blob files: what is overwritten or deleted gives its room back there too.</summary>
[TestClass]
public sealed class LargeValueTests(TestContext context) : IDisposable
{
    private const int Keys = 256;
    private const int ValueBytes = 16 << 10;
    private const long LiveBytes = (long)Keys * ValueBytes;

    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(1);

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    public void Values_Large_AreInBlobFilesAndReadBack()
    {
        byte[] written;
        using (RocksDbStore store = Open(create: true))
        {
            written = Write(store, key: 7);
            WriteAll(store, from: 8);
            Assert.AreSequenceEqual(written, store.Find(StoreFamily.Keys, [7, 0])!);
        }

        Assert.IsGreaterThan(LiveBytes / 2, BytesOf("*.blob"));
        Assert.IsLessThan(LiveBytes / 10, BytesOf("*.sst"));
        using RocksDbStore again = Open(create: false);
        Assert.AreSequenceEqual(written, again.Find(StoreFamily.Keys, [7, 0])!);
        Assert.HasCount(Keys - 7, again.Scan(StoreFamily.Keys, [], null));
    }

    /// <summary>Without anybody asking for it.</summary>
    [TestMethod]
    public void Values_OverwrittenManyTimes_TakeABoundedRoom()
    {
        using RocksDbStore store = Open(create: true);
        var sizes = new List<long>();
        for (int round = 0; round < 40; round++)
        {
            WriteAll(store, from: 0);
            sizes.Add(BytesOf("*.blob") + BytesOf("*.sst"));
        }

        string inMebibytes = string.Join(' ', sizes.Select(size => size >> 20));
        context.WriteLine(inMebibytes);
        Assert.IsLessThan(6 * LiveBytes, sizes.Max(), $"MiB, of {LiveBytes >> 20} live: {inMebibytes}");
    }

    /// <summary>Every blob file holds both what is needed and what is not.</summary>
    [TestMethod]
    public void Values_EverySecondDeletedAndReclaimed_GiveTheirRoomBack()
    {
        using RocksDbStore store = Open(create: true);
        WriteAll(store, from: 0);
        store.Reclaim();
        for (int key = 0; key < Keys; key += 2)
        {
            var writes = new WriteSet();
            writes.Delete(StoreFamily.Keys, [(byte)key, 0]);
            store.Write(writes, durable: false);
        }

        store.Reclaim();
        Assert.IsLessThan(LiveBytes * 6 / 10, BytesOf("*.blob") + BytesOf("*.sst"));
        Assert.HasCount(Keys / 2, store.Scan(StoreFamily.Keys, [], null));
    }

    /// <summary>A store at its limit has no room for all of it twice, and its disk may have none either.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Values_BeingReclaimed_AreNotThereTwice()
    {
        using RocksDbStore store = Open(create: true);
        for (int round = 0; round < 8; round++)
        {
            for (int key = 0; key < Keys; key++)
            {
                Write(store, key, high: (byte)round);
            }
        }

        store.Reclaim();
        long before = BytesOf("*.blob") + BytesOf("*.sst");
        var deletes = new WriteSet();
        for (int key = 0; key < Keys; key += 8)
        {
            deletes.Delete(StoreFamily.Keys, [(byte)key, 0]);
            deletes.Delete(StoreFamily.Keys, [(byte)key, 3]);
        }

        store.Write(deletes, durable: false);
        Task reclaiming = Task.Run(store.Reclaim, context.CancellationToken);
        long most = 0;
        while (!reclaiming.IsCompleted)
        {
            most = Math.Max(most, BytesOf("*.blob") + BytesOf("*.sst"));
            await Task.Yield();
        }

        await reclaiming;
        long after = BytesOf("*.blob") + BytesOf("*.sst");
        context.WriteLine($"MiB: {before >> 20} before, {most >> 20} meanwhile at most, {after >> 20} after");
        Assert.IsLessThan(before * 3 / 2, most);
        Assert.IsLessThan(before, after);
    }

    /// <summary>Tables that overlap nothing are moved as they are; any that RocksDB merges of its own accord takes the oldest quarter of the blob files along,
    /// needed or not. So nothing here overlaps: what is written anew is then of <see cref="RocksDbStore.Reclaim"/>'s asking.</summary>
    [TestMethod]
    public void Values_AllNeeded_AreNotWrittenAgain()
    {
        const int Parts = 4;
        using RocksDbStore store = RocksDbStore.Open(_directory.Below("store"), create: true, writeBufferBytes: 4 * LiveBytes);
        for (int part = 0; part < Parts; part++)
        {
            for (int key = part * Keys / Parts; key < (part + 1) * Keys / Parts; key++)
            {
                Write(store, key);
            }

            store.Reclaim();
        }

        string[] before = [.. Directory.GetFiles(_directory.Below("store"), "*.blob").Order()];
        Write(store, key: Keys - 1, high: 1);

        store.Reclaim();

        Assert.HasCount(Parts, before);
        Assert.IsEmpty(before.Except(Directory.GetFiles(_directory.Below("store"), "*.blob")).ToList());
    }

    private RocksDbStore Open(bool create) => RocksDbStore.Open(_directory.Below("store"), create, writeBufferBytes: 1 << 20);

    private void WriteAll(RocksDbStore store, int from)
    {
        for (int key = from; key < Keys; key++)
        {
            Write(store, key);
        }
    }

    private byte[] Write(RocksDbStore store, int key, byte high = 0)
    {
        var value = new byte[ValueBytes];
        _random.NextBytes(value);
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, [(byte)key, high], value);
        store.Write(writes, durable: false);
        return value;
    }

    private long BytesOf(string pattern) => Directory.GetFiles(_directory.Below("store"), pattern)
        .Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length);
}
