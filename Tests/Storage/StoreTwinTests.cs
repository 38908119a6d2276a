using CsCheck;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>The two stores on the same random history: what holds in the simulator's holds on RocksDB.</summary>
[TestClass]
public sealed class StoreTwinTests
{
    private static readonly Gen<byte[]> Key = Gen.OneOf(Gen.Byte[0, 2], Gen.Byte[254, 255]).Array[0, 3];

    /// <summary>Write sets over few keys, so that they meet.</summary>
    internal static readonly Gen<(WriteSet Writes, bool Durable)> Sets = Gen.Select(
        Gen.Select(Gen.Enum<StoreFamily>(), Key, Gen.Int[0, 5], Gen.Byte.Array[0, 40], Key).List[0, 8],
        Gen.Bool,
        (records, durable) => (SetOf(records), durable));

    [TestMethod]
    public void BothStores_SameHistory_SameContents()
    {
        Gen.Select(Sets.List[0, 25], Key, Key, Gen.Bool).Sample(
            (sets, from, until, reopen) =>
            {
                using var directory = new TemporaryDirectory();
                using var memory = new MemoryStore();
                using var rocks = new Reopened(directory.Below("store"));
                foreach ((WriteSet writes, bool durable) in sets)
                {
                    memory.Write(writes, durable);
                    rocks.Store.Write(writes, durable);
                }

                if (reopen)
                {
                    rocks.Reopen();
                }

                return memory.DumpAll() == rocks.Store.DumpAll()
                    && Same(memory, rocks.Store, from, until);
            },
            iter: 60,
            threads: 1);
    }

    private static bool Same(MemoryStore one, RocksDbStore other, byte[] from, byte[] until)
        => Enum.GetValues<StoreFamily>().All(family =>
            one.Scan(family, from, until).Select(r => Convert.ToHexString(r.Key))
                .SequenceEqual(other.Scan(family, from, until).Select(r => Convert.ToHexString(r.Key)))
            && one.Find(family, from).AsSpan().SequenceEqual(other.Find(family, from)));

    private static WriteSet SetOf(List<(StoreFamily Family, byte[] Key, int Kind, byte[] Value, byte[] Until)> records)
    {
        var writes = new WriteSet();
        foreach ((StoreFamily family, byte[] key, int kind, byte[] value, byte[] until) in records)
        {
            if (kind == 0)
            {
                writes.DeleteRange(family, key, until);
            }
            else if (kind <= 2)
            {
                writes.Delete(family, key);
            }
            else
            {
                writes.Put(family, key, value);
            }
        }

        return writes;
    }

    private sealed class Reopened(string path) : IDisposable
    {
        public RocksDbStore Store { get; private set; } = RocksDbStore.Open(path, create: true, writeBufferBytes: 0);

        public void Reopen()
        {
            Store.Dispose();
            Store = RocksDbStore.Open(path, create: false);
        }

        public void Dispose() => Store.Dispose();
    }
}
