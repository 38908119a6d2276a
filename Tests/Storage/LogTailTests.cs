using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>A bad length within the last block of the log is not taken for a torn tail, and a torn tail not for damage.</summary>
[TestClass]
public sealed class LogTailTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

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

    // Within one block, so that each record is whole.
    private byte[] RealLog(int records, int valueBytes = 300)
    {
        string path = _directory.Below("store");
        using (RocksDbStore store = RocksDbStore.Open(path, create: true))
        {
            for (int i = 0; i < records; i++)
            {
                store.Put($"{i:D4}", new string('v', valueBytes));
            }
        }

        return File.ReadAllBytes(Assert.ContainsSingle(Directory.GetFiles(path, "*.log").Where(f => new FileInfo(f).Length > 0).ToList()));
    }
}
