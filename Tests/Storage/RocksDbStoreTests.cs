using System.Globalization;
using System.Runtime.CompilerServices;
using PaxosWcf.Replication.Storage;
using RocksDbSharp;

namespace PaxosWcf.Tests.Storage;

[TestClass]
public sealed class RocksDbStoreTests(TestContext context) : StoreContractTests
{
    [TestMethod]
    public void Open_NoStoreAndNoCreate_RefusesNamingTheDirectory()
    {
        string path = Directory.Below("nothing");
        StoreFailedException refusal = Assert.ThrowsExactly<StoreFailedException>(() => RocksDbStore.Open(path, create: false));
        Assert.Contains(path, refusal.Message);
    }

    [TestMethod]
    public void Open_StoreInUse_Refuses()
    {
        Store.Put("a", "1");
        Assert.ThrowsExactly<StoreFailedException>(() => RocksDbStore.Open(Directory.Below("store"), create: false));
    }

    [TestMethod]
    public void Reopen_CleanlyClosed_HoldsEverything()
    {
        Store.Put("a", "1", durable: false);
        Store.Put(StoreFamily.Log, "b", "2");
        Store.Dispose();
        using RocksDbStore again = RocksDbStore.Open(Directory.Below("store"), create: false);
        Assert.AreEqual("a=1", again.Dump());
        Assert.AreEqual("b=2", again.Dump(StoreFamily.Log));
    }

    [TestMethod]
    public void Dispose_EnumerationAndSnapshotOpen_BothThrowAfterwardsAndTheStoreIsFree()
    {
        Store.Put("a", "1");
        Store.Put("b", "2");
        IStoreSnapshot snapshot = Store.Snapshot();
        using IEnumerator<KeyValuePair<byte[], byte[]>> records = Store.Scan(StoreFamily.Keys, [], null).GetEnumerator();
        Assert.IsTrue(records.MoveNext());
        Store.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => records.MoveNext());
        Assert.ThrowsExactly<ObjectDisposedException>(() => snapshot.Find(StoreFamily.Keys, "a"u8));
        snapshot.Dispose();
        using RocksDbStore again = RocksDbStore.Open(Directory.Below("store"), create: false);
        Assert.AreEqual("a=1 b=2", again.Dump());
    }

    [TestMethod]
    public void Scan_Abandoned_FreesItsIteratorWhenCollected()
    {
        Store.Put("a", "1");
        for (int i = 0; i < 100; i++)
        {
            Abandon(Store);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.AreEqual("a=1", Store.Dump());
        Assert.IsLessThan(10, ((RocksDbStore)Store).OpenNativeObjects);
    }

    // As one block a table each, they grow with it until no shard of the cache holds them, and each look-up reads them whole: with two
    // million keys that cost nine tenths of the throughput and more.
    [TestMethod]
    public void Tables_OfManyRecords_HaveTheirIndexInParts()
    {
        string path = Directory.Below("many");
        using (RocksDbStore store = RocksDbStore.Open(path, create: true, writeBufferBytes: 0))
        {
            var writes = new WriteSet();
            for (int n = 0; n < 20_000; n++)
            {
                writes.Put(StoreFamily.Keys, BitConverter.GetBytes(n), new byte[100]);
            }

            store.Write(writes, durable: false);
        }

        RocksDbStore.Open(path, create: false).Dispose();

        string properties = PropertiesOfTables(path, StoreFamily.Keys);
        Assert.MatchesRegex("# index partitions=[1-9]", properties);
    }

    // The log and the history are deleted soon, and bounded in bytes as they are; the state lasts.
    [TestMethod]
    [DataRow(StoreFamily.Log, false)]
    [DataRow(StoreFamily.Changes, false)]
    [DataRow(StoreFamily.OtherChanges, false)]
    [DataRow(StoreFamily.Keys, true)]
    [DataRow(StoreFamily.OtherKeys, true)]
    [DataRow(StoreFamily.Sessions, true)]
    public void Tables_Merged_AreCompressedWhereTheirRecordsLast(StoreFamily family, bool lasts)
    {
        const int Records = 2_000;
        string path = Directory.Below("compressible");
        using (RocksDbStore store = RocksDbStore.Open(path, create: true))
        {
            var writes = new WriteSet();
            for (int n = 0; n < Records; n++)
            {
                writes.Put(family, BitConverter.GetBytes(n), new byte[1_000]);
            }

            store.Write(writes, durable: false);
            store.Reclaim();
        }

        long bytes = long.Parse(PropertyOf(path, family, "rocksdb.total-sst-files-size"), CultureInfo.InvariantCulture);
        Assert.AreEqual(lasts, bytes < Records * 500, $"{bytes} bytes of tables for {Records * 1_000} bytes of zeros");
    }

    private static string PropertiesOfTables(string path, StoreFamily family) => PropertyOf(path, family, "rocksdb.aggregated-table-properties");

    private static string PropertyOf(string path, StoreFamily family, string name)
    {
        ColumnFamilies families = RocksDbSettings.Families(RocksDbSettings.WriteBufferBytesMax);
        using RocksDb database = RocksDb.OpenReadOnly(RocksDbSettings.Database(create: false, RocksDbSettings.WriteBuffersBytesMax), path, families, false);
        return database.GetProperty(name, database.GetColumnFamily(family.ToString()));
    }

    [TestMethod]
    public void Dispose_ManyReaders_EachEndsWithObjectDisposed()
    {
        for (int round = 0; round < 5; round++)
        {
            using RocksDbStore store = RocksDbStore.Open(Directory.Below($"race{round}"), create: true);
            for (int key = 0; key < 100; key++)
            {
                store.Put($"key{key}", "value", durable: false);
            }

            using var reading = new CountdownEvent(4);
            Thread[] readers = [.. Enumerable.Range(0, 4).Select(i => new Thread(() => ReadUntilDisposed(store, i, reading)))];
            Array.ForEach(readers, reader => reader.Start());
            Assert.IsTrue(reading.Wait(TimeSpan.FromSeconds(30), context.CancellationToken));
            store.Dispose();
            Assert.IsTrue(Array.TrueForAll(readers, reader => reader.Join(TimeSpan.FromSeconds(30))));
        }
    }

    [TestMethod]
    public void Read_DamagedTableFile_FailsAndNothingIsWrittenAfterwards()
    {
        string path = Directory.Below("damaged");
        using (RocksDbStore store = RocksDbStore.Open(path, create: true))
        {
            store.Put("a", string.Concat(Enumerable.Range(0, 900).Select(n => n * 7919 % 1000)));
        }

        // A start after a crash writes the log's records to a table file.
        RocksDbStore.Open(path, create: false).Dispose();
        string table = System.IO.Directory.GetFiles(path, "*.sst").Single();
        byte[] bytes = File.ReadAllBytes(table);
        bytes.AsSpan(10, 30).Clear();
        File.WriteAllBytes(table, bytes);

        using RocksDbStore damaged = RocksDbStore.Open(path, create: false);
        StoreFailedException read = Assert.ThrowsExactly<StoreFailedException>(() => damaged.Text("a"));
        Assert.Contains(path, read.Message);
        Assert.ThrowsExactly<StoreFailedException>(() => damaged.Dump());
        StoreFailedException write = Assert.ThrowsExactly<StoreFailedException>(() => damaged.Put("b", "2"));
        Assert.Contains("has failed before", write.Message);
    }

    private protected override IReplicaStore Create() => RocksDbStore.Open(Directory.Below("store"), create: true);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(IReplicaStore store)
        => Assert.IsTrue(store.Scan(StoreFamily.Keys, [], null).GetEnumerator().MoveNext());

    private static void ReadUntilDisposed(RocksDbStore store, int kind, CountdownEvent reading)
    {
        bool first = true;
        try
        {
            while (true)
            {
                Read(store, kind);
                if (first)
                {
                    first = false;
                    reading.Signal();
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // As it must be: and not a crash of the process.
        }
    }

    private static void Read(RocksDbStore store, int kind)
    {
        switch (kind % 3)
        {
            case 0:
                store.Text("key7");
                break;
            case 1:
                store.Dump();
                break;
            default:
                using (IStoreSnapshot snapshot = store.Snapshot())
                {
                    snapshot.Dump();
                }

                break;
        }
    }
}
