using System.Text;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>A torn tail of the write-ahead log is what a crash leaves; damage anywhere else is refused, because cutting the
/// log there would forget promises that were given.</summary>
[TestClass]
public sealed class StoreDamageTests : IDisposable
{
    private const int Sets = 300;

    private readonly TemporaryDirectory _directory = new();

    private string Store => _directory.Below("store");

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(500)]
    [DataRow(5000)]
    public void Open_TornTail_HoldsThePrefixBeforeIt(int lostBytes)
    {
        WriteSets(writeBufferBytes: RocksDbSettings.WriteBufferBytesMax);
        string log = Logs().Single();
        using (FileStream file = File.OpenWrite(log))
        {
            file.SetLength(file.Length - lostBytes);
        }

        using RocksDbStore store = RocksDbStore.Open(Store, create: false);
        string[] keys = [.. store.Scan(StoreFamily.Log, [], null).Select(record => Encoding.UTF8.GetString(record.Key))];
        Assert.AreSequenceEqual(Enumerable.Range(0, keys.Length).Select(i => $"{i:D4}").ToArray(), keys);
        Assert.IsLessThan(Sets, keys.Length);
        Assert.IsGreaterThan(Sets - 10, keys.Length);
    }

    /// <summary>Whole records, that a client had written, follow one that is not whole: its own bytes.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(100_000)]
    [DataRow(200_000)]
    public void Open_TornWithinAValueThatIsALog_HoldsThePrefixBeforeIt(int lostBytes)
    {
        WriteSets(writeBufferBytes: RocksDbSettings.WriteBufferBytesMax);
        byte[] value = File.ReadAllBytes(Logs().Single());
        using (RocksDbStore store = RocksDbStore.Open(Store, create: false))
        {
            var writes = new WriteSet();
            writes.Put(StoreFamily.Keys, "log".Bytes(), value);
            store.Write(writes, durable: true);
        }

        using (FileStream file = File.OpenWrite(Logs()[^1]))
        {
            Assert.IsGreaterThan(value.Length, file.Length);
            file.SetLength(file.Length - lostBytes);
        }

        using RocksDbStore opened = RocksDbStore.Open(Store, create: false);
        Assert.IsNull(opened.Find(StoreFamily.Keys, "log".Bytes()));
        Assert.HasCount(Sets, opened.Scan(StoreFamily.Log, [], null));
    }

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(0.8)]
    public void Open_FlippedByteInTheMiddle_IsRefused(double where)
    {
        WriteSets(writeBufferBytes: RocksDbSettings.WriteBufferBytesMax);
        string log = Logs().Single();
        byte[] bytes = File.ReadAllBytes(log);
        bytes[(int)(bytes.Length * where)] ^= 0x40;
        File.WriteAllBytes(log, bytes);
        AssertRefused();
    }

    [TestMethod]
    public void Open_ZeroedBlockInTheMiddle_IsRefused()
    {
        WriteSets(writeBufferBytes: RocksDbSettings.WriteBufferBytesMax);
        string log = Logs().Single();
        byte[] bytes = File.ReadAllBytes(log);
        bytes.AsSpan(64 << 10, 4096).Clear();
        File.WriteAllBytes(log, bytes);
        AssertRefused();
    }

    [TestMethod]
    public void Open_LogCutShortBeforeAnotherLog_IsRefused()
    {
        WriteSets(writeBufferBytes: 0);
        string[] logs = Logs();
        Assert.IsGreaterThan(2, logs.Length);
        using (FileStream file = File.OpenWrite(logs[^2]))
        {
            file.SetLength(file.Length / 2);
        }

        AssertRefused();
    }

    /// <summary>One bit of its last record. RocksDB would read that record again and again, and never come back.</summary>
    [TestMethod]
    public void FindDamage_TypeOfARecycledLogInAnOlderOne_NamesIt()
    {
        WriteSets(writeBufferBytes: 0);
        string[] logs = Logs();
        Assert.IsGreaterThan(2, logs.Length);
        byte[] bytes = File.ReadAllBytes(logs[0]);
        int last = 0;
        for (int at = 0; at < bytes.Length; at += 7 + BitConverter.ToUInt16(bytes, at + 4))
        {
            last = at;
        }

        bytes[last + 6] |= 4;
        File.WriteAllBytes(logs[0], bytes);
        Assert.AreEqual(logs[0], LogTail.FindDamage(Store));
    }

    [TestMethod]
    public void Open_LogsGone_IsRefused()
    {
        WriteSets(writeBufferBytes: 0);
        Array.ForEach(Logs(), File.Delete);
        AssertRefused();
    }

    private void AssertRefused()
    {
        StoreFailedException refusal = Assert.ThrowsExactly<StoreFailedException>(() => RocksDbStore.Open(Store, create: false));
        Assert.Contains(Store, refusal.Message);
    }

    private string[] Logs() => [.. Directory.GetFiles(Store, "*.log").Where(log => new FileInfo(log).Length > 0).Order()];

    private void WriteSets(ulong writeBufferBytes)
    {
        using RocksDbStore store = RocksDbStore.Open(Store, create: true, writeBufferBytes);
        for (int i = 0; i < Sets; i++)
        {
            // The small record keeps every log alive: its family is not flushed as the other is.
            var writes = new WriteSet();
            writes.Put(StoreFamily.Log, $"{i:D4}".Bytes(), new byte[1000]);
            writes.Put(StoreFamily.Meta, $"{i:D4}".Bytes(), []);
            store.Write(writes, durable: i % 10 == 0);
        }
    }
}
