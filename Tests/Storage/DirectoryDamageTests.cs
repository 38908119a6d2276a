using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>Bytes of a stopped replica's files are flipped, zeroed or cut off. On restart it holds exactly what it held, or
/// refuses with a sentence that names the file: never a wrong value, never a forgotten promise.</summary>
[TestClass]
public sealed class DirectoryDamageTests : IDisposable
{
    private const int Samples = 12;

    private readonly TemporaryDirectory _directory = new();

    private string Healthy => _directory.Below("healthy");

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    [DataRow("*.log", "flip")]
    [DataRow("*.log", "zero")]
    [DataRow("*.log", "cut")]
    [DataRow("MANIFEST-*", "flip")]
    [DataRow("MANIFEST-*", "zero")]
    [DataRow("MANIFEST-*", "cut")]
    [DataRow("CURRENT", "flip")]
    [DataRow("CURRENT", "zero")]
    [DataRow("CURRENT", "cut")]
    [DataRow("*.sst", "flip")]
    [DataRow("*.sst", "zero")]
    [DataRow("*.sst", "cut")]
    [DataRow("*.blob", "flip")]
    [DataRow("*.blob", "zero")]
    [DataRow("*.blob", "cut")]
    [DataRow("OPTIONS-*", "flip")]
    [DataRow("identity", "flip")]
    [DataRow("identity", "zero")]
    [DataRow("identity", "cut")]
    [DataRow("stopped", "flip")]
    [DataRow("stopped", "cut")]
    public void StoppedInOrder_AnyDamage_IsHarmlessOrRefused(string pattern, string damage)
    {
        string held = MakeHealthy(stopInOrder: true);

        AssertHarmlessOrRefused(pattern, damage, held);
    }

    // A crash tears the end of the newest log, so what is missing there cannot be told from damage; all else can.
    [TestMethod]
    [DataRow("*.log", "flip")]
    [DataRow("MANIFEST-*", "flip")]
    [DataRow("CURRENT", "flip")]
    [DataRow("CURRENT", "cut")]
    [DataRow("*.sst", "flip")]
    [DataRow("*.sst", "zero")]
    [DataRow("*.sst", "cut")]
    [DataRow("*.blob", "flip")]
    [DataRow("*.blob", "zero")]
    [DataRow("*.blob", "cut")]
    [DataRow("identity", "flip")]
    public void Killed_FlippedBits_AreHarmlessOrRefused(string pattern, string damage)
    {
        string held = MakeHealthy(stopInOrder: false);

        AssertHarmlessOrRefused(pattern, damage, held);
    }

    [TestMethod]
    public void Killed_WithoutDamage_HoldsWhatItHeld()
    {
        string held = MakeHealthy(stopInOrder: false);

        Assert.AreEqual(held, Restart(Healthy).Held);
    }

    private void AssertHarmlessOrRefused(string pattern, string damage, string held)
    {
        for (int sample = 0; sample < Samples; sample++)
        {
            var random = new Random(sample);
            string copy = _directory.Below($"{damage}-{sample}");
            FileDamage.Copy(Healthy, copy);
            string[] files = Directory.GetFiles(copy, pattern, SearchOption.AllDirectories);
            Array.Sort(files, StringComparer.Ordinal);
            string file = files[random.Next(files.Length)];
            string what = FileDamage.Do(file, damage, random);

            (string? found, string? refusal) = Restart(copy);

            if (found is not null)
            {
                Assert.AreEqual(held, found, $"{what}: opened with other contents");
            }
            else
            {
                // Of a blob file RocksDB says that it is one, and not which.
                Assert.MatchesRegex(@"identity|stopped|CURRENT|MANIFEST|\.log|\.sst|[Bb]lob|OPTIONS", refusal!, $"{what}: refused without naming a file");
            }

            Directory.Delete(copy, recursive: true);
        }
    }

    private static (string? Held, string? Refusal) Restart(string path)
    {
        try
        {
            using ReplicaDirectory directory = ReplicaDirectory.Open(path, "paxoswcf", 3, bootstrap: false);
            return (directory.Store.DumpAll(), null);
        }
        catch (Exception refusal) when (refusal is DataDirectoryException or StoreFailedException)
        {
            return (null, refusal.Message);
        }
    }

    // Started twice, so that there are table files as well as a log; the promise is the last that was made durable.
    private string MakeHealthy(bool stopInOrder)
    {
        string live = _directory.Below("live");
        using (ReplicaDirectory first = ReplicaDirectory.Open(live, "paxoswcf", 3, bootstrap: true))
        {
            Write(first.Store, from: 0);
        }

        ReplicaDirectory second = ReplicaDirectory.Open(live, "paxoswcf", 3, bootstrap: false);
        Write(second.Store, from: 200);
        string held = second.Store.DumpAll();
        if (!stopInOrder)
        {
            // The files as they are while the process lives are what its death leaves.
            FileDamage.Copy(live, Healthy);
        }

        second.Dispose();
        if (stopInOrder)
        {
            FileDamage.Copy(live, Healthy);
        }

        return held;
    }

    private static void Write(RocksDbStore store, int from)
    {
        for (int i = from; i < from + 200; i++)
        {
            var writes = new WriteSet();
            writes.Put(StoreFamily.Log, $"{i:D4}".Bytes(), new byte[300 + i]);
            writes.Put(StoreFamily.Keys, $"k{i % 50}".Bytes(), $"value {i}".Bytes());
            writes.Put(StoreFamily.Changes, $"{i:D4}".Bytes(), $"{i}".PadRight(i % 20 == 0 ? 8_000 : 10, 'x').Bytes());
            writes.Put(StoreFamily.Meta, "promised".Bytes(), $"{i}.3".Bytes());
            store.Write(writes, durable: i % 10 == 9);
        }
    }
}
