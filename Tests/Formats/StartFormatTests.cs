using System.Runtime.CompilerServices;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Formats;

/// <summary>The records that decide whether a disk may vote, and in whose company.</summary>
[TestClass]
public sealed class StartFormatTests
{
    private const string Golden = "store-starts.txt";

    private static readonly NamedStart[] Starts = [new(6, 17), new(7, 239)];
    private static readonly HeldAtStart Held = new(6, new Ballot(3, new ReplicaId(2)) { Configuration = 1 }, new Slot(258));
    private static readonly ReplicaId[] First = [new(1), new(2), new(3)];

    [TestMethod]
    public void Records_AreWrittenAsEver()
    {
        var store = new MemoryStore();
        Assert.IsNull(FirstMembers.Compare(store, First));
        var writes = new WriteSet();
        ReplicaLog.Write(new PersistStarts(Starts) { Held = Held }, writes);
        store.Write(writes, durable: true);

        foreach (var key in new[] { "starts", "first", "held" })
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            GoldenFile.AssertHas(
                Golden, $"Meta/{Convert.ToHexStringLower(bytes)}", Convert.ToHexStringLower(store.Find(StoreFamily.Meta, bytes)!));
        }
    }

    [TestMethod]
    public void Records_OfAnEarlierBuild_AreRead()
    {
        var store = new MemoryStore();
        var writes = new WriteSet();
        foreach (var (name, record) in GoldenFile.Read(Golden))
        {
            writes.Put(StoreFamily.Meta, Convert.FromHexString(name.Split('/')[1]), Convert.FromHexString(record));
        }

        ReplicaLog.Write(new PersistPromise(new Ballot(1, new ReplicaId(2))), writes);
        store.Write(writes, durable: true);

        var recovered = new ReplicaLog(store).Recover(Slot.None);
        Assert.AreSequenceEqual(Starts, recovered.Starts);
        Assert.AreEqual(Held, recovered.Held);
        Assert.IsNull(FirstMembers.Compare(store, First));
        Assert.AreSequenceEqual(First, FirstMembers.Compare(store, [new(1), new(2)])!);
    }

    /// <summary>Each kind of record that docs/storage.md has in Meta is in some golden file.</summary>
    [TestMethod]
    public void EveryRecordOfMeta_HasItsGoldenLine()
    {
        var golden = new[] { "store.txt", "store-boot.txt", "store-members.txt", Golden }.SelectMany(file => GoldenFile.Read(file).Keys).ToHashSet();
        string[] keys = [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "docs", "storage.md"))
            .Where(line => line.StartsWith("| Meta | `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[2].Split('`').Where((_, i) => i % 2 == 1))];
        Assert.IsGreaterThan(9, keys.Length);
        foreach (var key in keys)
        {
            var begin = $"Meta/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key))}";
            Assert.Contains(line => line == begin || (key.Length == 1 && line.StartsWith(begin, StringComparison.Ordinal)), golden, $"no golden line for {key}");
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
