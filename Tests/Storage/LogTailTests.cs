using System.Buffers.Binary;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>A bad length within the last block of the log is not taken for a torn tail, and a torn tail not for damage.</summary>
[TestClass]
public sealed class LogTailTests : IDisposable
{
    private const int Block = 32 << 10;

    private readonly TemporaryDirectory _directory = new();
    private int _stores;

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    public void EveryRecord_ItsLengthDamaged_IsRefused()
    {
        byte[] log = RealLog(records: 40);
        List<int> starts = Starts(log);

        Assert.IsGreaterThanOrEqualTo(40, starts.Count);
        foreach (int start in starts)
        {
            foreach (byte bit in new byte[] { 1, 0x20, 0x80 })
            {
                byte[] damaged = [.. log];
                damaged[start + 5] ^= bit;
                Assert.IsTrue(LogTail.IsDamaged(damaged), $"bit {bit} of the high byte of the length at {start} of {log.Length}");
            }
        }
    }

    /// <summary>Whatever the length became: the record's checksum is of bytes that are there.</summary>
    [TestMethod]
    [DataRow(0, DisplayName = "another follows")]
    [DataRow(3, DisplayName = "the one that follows is torn")]
    [DataRow(320, DisplayName = "of the one that follows there is not much")]
    public void Record_ItsLengthReachesBeyondTheEnd_IsRefused(int torn)
    {
        byte[] log = RealLog(records: 40);
        int start = Starts(log)[^2];
        byte[] damaged = log[..^torn];

        for (int wrong = damaged.Length - start; wrong <= ushort.MaxValue; wrong += 97)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(damaged.AsSpan(start + 4), (ushort)wrong);
            Assert.IsTrue(LogTail.IsDamaged(damaged), $"a length of {wrong} at {start} of {damaged.Length}");
        }
    }

    /// <summary>RocksDB reads such a record again and again: it would never end opening the store.</summary>
    [TestMethod]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(11)]
    [DataRow(131)]
    public void EveryRecord_ItsTypeThatOfARecycledLog_IsRefused(int type)
    {
        byte[] log = RealLog(records: 40);

        foreach (int start in Starts(log))
        {
            byte[] damaged = [.. log];
            damaged[start + 6] = (byte)type;
            Assert.IsTrue(LogTail.IsDamaged(damaged), $"at {start} of {log.Length}");
        }
    }

    [TestMethod]
    public void Record_ItsHeaderZeroedAndOthersFollow_IsRefused()
    {
        byte[] log = RealLog(records: 40);

        foreach (int start in Starts(log).SkipLast(1))
        {
            byte[] damaged = [.. log];
            damaged.AsSpan(start, 64).Clear();
            Assert.IsTrue(LogTail.IsDamaged(damaged), $"at {start} of {log.Length}");
        }
    }

    [TestMethod]
    public void TornAnywhere_IsNoDamage()
    {
        byte[] log = RealLog(records: 40);

        for (int length = 0; length <= log.Length; length++)
        {
            Assert.IsFalse(LogTail.IsDamaged(log.AsSpan(0, length)), $"torn at {length} of {log.Length}");
        }
    }

    [TestMethod]
    public void TornAcrossBlocks_IsNoDamage()
    {
        byte[] log = RealLog(records: 3, valueBytes: 50_000);

        for (int length = 0; length <= log.Length; length += 251)
        {
            Assert.IsFalse(LogTail.IsDamaged(log.AsSpan(0, length)), $"torn at {length} of {log.Length}");
        }
    }

    /// <summary>Any client can store a log, and its bytes are in the replica's log as they are.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void TornWithinAValueThatIsALog_IsNoDamage(int depth)
    {
        byte[] log = LogInLog(depth);

        foreach (int length in Enumerable.Range(0, log.Length).Where(n => n % 61 == 0 || n % Block < 500 || n % Block > Block - 500))
        {
            Assert.IsFalse(LogTail.IsDamaged(log.AsSpan(0, length)), $"torn at {length} of {log.Length}");
        }
    }

    /// <summary>The fragment that fills the second block; a file system may give the file its length before its bytes.</summary>
    [TestMethod]
    [DataRow(40_000, 1)]
    [DataRow(40_000, 5000)]
    [DataRow(40_000, (2 * Block) - 40_001)]
    [DataRow(Block + 7, 5000)]
    public void TornWithinAValueThatIsALog_ZerosBehind_IsNoDamage(int torn, int zeros)
    {
        byte[] log = LogInLog(depth: 1);

        Assert.IsFalse(LogTail.IsDamaged([.. log[..torn], .. new byte[zeros]]));
    }

    [TestMethod]
    public void TornWithinAValueThatIsALog_AHoleBeforeTheEnd_IsNoDamage()
    {
        byte[] log = LogInLog(depth: 1)[..60_000];
        log.AsSpan(40_960, 4096).Clear();

        Assert.IsFalse(LogTail.IsDamaged(log));
    }

    [TestMethod]
    public void ZerosBehindTheEnd_AreNoDamage()
    {
        byte[] log = RealLog(records: 40);

        Assert.IsFalse(LogTail.IsDamaged([.. log, .. new byte[5000]]));
    }

    private static List<int> Starts(byte[] log)
    {
        var starts = new List<int>();
        for (int at = 0; at < log.Length; at += 7 + log[at + 4] + (log[at + 5] << 8))
        {
            starts.Add(at);
        }

        return starts;
    }

    // A value of small records that are whole, in fragments of which two fill a block each; or that log again as a value, and so on.
    private byte[] LogInLog(int depth)
    {
        byte[] value = [.. Enumerable.Repeat(RealLog(records: 40), 8).SelectMany(log => log)];
        for (; depth > 0; depth--)
        {
            value = LogOf([value]);
        }

        Assert.IsGreaterThan(3 * Block, value.Length);
        return value;
    }

    // Within one block by default, so that each record is whole.
    private byte[] RealLog(int records, int valueBytes = 300) => LogOf(Enumerable.Repeat(new string('v', valueBytes).Bytes(), records));

    private byte[] LogOf(IEnumerable<byte[]> values)
    {
        string path = _directory.Below($"store{++_stores}");
        using (RocksDbStore store = RocksDbStore.Open(path, create: true))
        {
            foreach ((int i, byte[] value) in values.Index())
            {
                var writes = new WriteSet();
                writes.Put(StoreFamily.Keys, $"{i:D4}".Bytes(), value);
                store.Write(writes, durable: true);
            }
        }

        return File.ReadAllBytes(Assert.ContainsSingle(Directory.GetFiles(path, "*.log").Where(f => new FileInfo(f).Length > 0).ToList()));
    }
}
