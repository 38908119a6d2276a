using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>The contract of <see cref="IReplicaStore"/>, sentence by sentence, for every implementation.</summary>
public abstract class StoreContractTests : IDisposable
{
    private IReplicaStore? _store;

    private protected TemporaryDirectory Directory { get; } = new();

    private protected IReplicaStore Store => _store ??= Create();

    public void Dispose()
    {
        _store?.Dispose();
        Directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [TestMethod]
    public void Find_AbsentKey_IsNull() => Assert.IsNull(Store.Find(StoreFamily.Meta, "x"u8));

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Write_Returned_IsSeen(bool durable)
    {
        Store.Put("a", "1", durable);
        Assert.AreEqual("1", Store.Text("a"));
    }

    [TestMethod]
    public void Write_SameKeyTwice_LastOfTheSetHolds()
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, "a".Bytes(), "1".Bytes());
        writes.Delete(StoreFamily.Keys, "a".Bytes());
        writes.Delete(StoreFamily.Keys, "b".Bytes());
        writes.Put(StoreFamily.Keys, "b".Bytes(), "2".Bytes());
        Store.Write(writes, durable: true);
        Assert.AreEqual("b=2", Store.Dump());
    }

    [TestMethod]
    [DataRow("b", "c", "a=1 c=4")]
    [DataRow("", "ba", "ba=3 c=4")]
    [DataRow("b", "b", "a=1 b=2 ba=3 c=4")]
    [DataRow("c", "a", "a=1 b=2 ba=3 c=4")]
    [DataRow("d", "e", "a=1 b=2 ba=3 c=4")]
    [DataRow("a", "z", "")]
    public void Write_DeleteRange_IsFromInclusiveUntilExclusive(string from, string until, string expected)
    {
        Store.Put("c", "4");
        Store.Put("ba", "3");
        Store.Put("b", "2");
        Store.Put("a", "1");
        Store.Put(StoreFamily.Log, "b", "other family");
        var writes = new WriteSet();
        writes.DeleteRange(StoreFamily.Keys, from.Bytes(), until.Bytes());
        Store.Write(writes, durable: false);
        Assert.AreEqual(expected, Store.Dump());
        Assert.AreEqual("b=other family", Store.Dump(StoreFamily.Log));
    }

    [TestMethod]
    public void Write_DeleteRangeAmongPuts_HappensInTheirOrder()
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, "a".Bytes(), "1".Bytes());
        writes.DeleteRange(StoreFamily.Keys, "a".Bytes(), "c".Bytes());
        writes.Put(StoreFamily.Keys, "b".Bytes(), "2".Bytes());
        Store.Write(writes, durable: true);
        Assert.AreEqual("b=2", Store.Dump());
    }

    [TestMethod]
    public void Write_EmptyValue_IsFoundAndIsNotNull()
    {
        Store.Put("a", "");
        Assert.IsEmpty(Store.Find(StoreFamily.Keys, "a"u8)!);
        Assert.AreEqual("a=", Store.Dump());
    }

    [TestMethod]
    public void Write_EmptySet_ChangesNothing()
    {
        Store.Put("a", "1", durable: false);
        Store.Write(new WriteSet(), durable: true);
        Assert.AreEqual("a=1", Store.Dump());
    }

    [TestMethod]
    public void Write_LargeValue_ReadsBack()
    {
        byte[] value = new byte[6 << 20];
        new Random(7).NextBytes(value);
        var writes = new WriteSet();
        writes.Put(StoreFamily.Log, "big".Bytes(), value);
        Store.Write(writes, durable: true);
        Store.Put("after", "1");
        Assert.IsTrue(value.AsSpan().SequenceEqual(Store.Find(StoreFamily.Log, "big"u8)));
    }

    [TestMethod]
    public void Families_SameKey_AreApart()
    {
        foreach (StoreFamily family in Enum.GetValues<StoreFamily>())
        {
            Store.Put(family, "k", family.ToString());
        }

        foreach (StoreFamily family in Enum.GetValues<StoreFamily>())
        {
            Assert.AreEqual($"k={family}", Store.Dump(family));
        }
    }

    [TestMethod]
    [DataRow("", null, "a=1 b=2 ba=3 c=4")]
    [DataRow("b", "c", "b=2 ba=3")]
    [DataRow("aa", "bz", "b=2 ba=3")]
    [DataRow("b", "b", "")]
    [DataRow("c", "a", "")]
    [DataRow("", "", "")]
    [DataRow("d", null, "")]
    public void Scan_Bounds_AreFromInclusiveUntilExclusive(string from, string? until, string expected)
    {
        Store.Put("c", "4");
        Store.Put("ba", "3");
        Store.Put("b", "2");
        Store.Put("a", "1");
        Assert.AreEqual(expected, Store.Dump(StoreFamily.Keys, from, until));
    }

    [TestMethod]
    public void Scan_BytesAbove127_ComeAfterThoseBelow()
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Log, [0xFF], [3]);
        writes.Put(StoreFamily.Log, [0x7F, 0xFF], [1]);
        writes.Put(StoreFamily.Log, [0x80], [2]);
        Store.Write(writes, durable: false);
        byte[] order = [.. Store.Scan(StoreFamily.Log, [], null).Select(record => record.Value[0])];
        Assert.AreSequenceEqual(new byte[] { 1, 2, 3 }, order);
    }

    [TestMethod]
    public void Scan_WritesBetween_SeesTheMomentOfItsFirstMoveNext()
    {
        IEnumerable<KeyValuePair<byte[], byte[]>> scan = Store.Scan(StoreFamily.Keys, [], null);
        Store.Put("a", "1");
        Store.Put("b", "2");
        using IEnumerator<KeyValuePair<byte[], byte[]>> records = scan.GetEnumerator();
        Assert.IsTrue(records.MoveNext());
        Store.Put("b", "changed");
        Store.Put("c", "3");
        Assert.IsTrue(records.MoveNext());
        Assert.AreEqual((byte)'2', records.Current.Value[0]);
        Assert.IsFalse(records.MoveNext());
        Assert.AreEqual("a=1 b=changed c=3", Store.Dump());
    }

    [TestMethod]
    public void Snapshot_LaterWrites_AreNotSeenInAnyFamily()
    {
        Store.Put(StoreFamily.Keys, "a", "1");
        Store.Put(StoreFamily.Meta, "revision", "1");
        using IStoreSnapshot snapshot = Store.Snapshot();
        Store.Put(StoreFamily.Keys, "a", "2");
        Store.Put(StoreFamily.Meta, "revision", "2");
        Assert.AreEqual("a=1", snapshot.Dump());
        Assert.AreEqual("revision=1", snapshot.Dump(StoreFamily.Meta));
        Assert.AreSequenceEqual("1".Bytes(), snapshot.Find(StoreFamily.Keys, "a"u8));
        Assert.IsNull(snapshot.Find(StoreFamily.Keys, "b"u8));
    }

    [TestMethod]
    public void Snapshot_Disposed_Throws()
    {
        IStoreSnapshot snapshot = Store.Snapshot();
        snapshot.Dispose();
        snapshot.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => snapshot.Find(StoreFamily.Keys, "a"u8));
        Assert.ThrowsExactly<ObjectDisposedException>(() => snapshot.Dump());
    }

    [TestMethod]
    public void Dispose_Twice_AndAnyUseAfterwardsThrows()
    {
        Store.Put("a", "1");
        Store.Dispose();
        Store.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Store.Put("a", "2"));
        Assert.ThrowsExactly<ObjectDisposedException>(() => Store.Text("a"));
        Assert.ThrowsExactly<ObjectDisposedException>(() => Store.Dump());
        Assert.ThrowsExactly<ObjectDisposedException>(() => Store.Snapshot());
    }

    private protected abstract IReplicaStore Create();
}
