using PaxosWcf.Replication.Storage;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>A simulated disk that fails does so as the host's store does.</summary>
[TestClass]
public sealed class SimulatedDiskTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private readonly SimulatedDisk _disk;

    public SimulatedDiskTests() => _disk = SimulatedDisk.Over(_store, () => { }, (_, _) => { });

    public void Dispose()
    {
        _disk.Dispose();
        _store.Dispose();
    }

    [TestMethod]
    public void Read_ThatFails_IsTheLastBeforeNothingIsWritten()
    {
        _disk.FailSoon(-2);
        _disk.IsRead = true;
        Assert.IsNull(_disk.Find(StoreFamily.Keys, [1]));
        Assert.ThrowsExactly<StoreFailedException>(() => _disk.Find(StoreFamily.Keys, [1]));
        Assert.IsNull(_disk.Find(StoreFamily.Keys, [1]), "the next read goes well");

        Assert.ThrowsExactly<StoreFailedException>(() => Write(durable: false));

        Assert.IsTrue(_disk.HasFailed);
        _disk.Reopen();
        Write(durable: false);
        Assert.AreEqual(1, _disk.Failures);
    }

    [TestMethod]
    public void Read_OfWhoeverLooksOn_NeverFails()
    {
        _disk.FailSoon(-1);

        Assert.IsNull(_disk.Find(StoreFamily.Keys, [1]));

        _disk.IsRead = true;
        Assert.ThrowsExactly<StoreFailedException>(_disk.Snapshot);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Write_ThatFails_IsTheOneThatWasNamed(bool durable)
    {
        _disk.FailSoon(2);
        Write(durable);

        Assert.ThrowsExactly<StoreFailedException>(() => Write(durable));

        Assert.ThrowsExactly<StoreFailedException>(() => Write(durable), "until the store is opened anew");
        Assert.AreEqual(1, _disk.Failures);
    }

    private void Write(bool durable)
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, [1], [2]);
        _disk.Write(writes, durable);
    }
}
