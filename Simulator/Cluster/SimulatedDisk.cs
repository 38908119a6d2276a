using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>A replica's memory store, seen by the checker, with power that can go between any two writes.</summary>
internal sealed class SimulatedDisk(MemoryStore store, Action powerUsed, Action<WriteSet, bool> written) : IReplicaStore
{
    /// <summary>A disk over a store that is the replica's own.</summary>
    public static SimulatedDisk Over(MemoryStore store, Action powerUsed, Action<WriteSet, bool> written) =>
        new(store, powerUsed, written);

    /// <summary>Flushes since the count was last set to zero.</summary>
    public int Flushes { get; set; }

    /// <summary>Whether the next flush fails.</summary>
    public bool FailsNext { get; set; }

    /// <summary>Whether it lies: it says that it has flushed, and has not. Nothing that is right survives it; it is for
    /// the tests of the simulator itself.</summary>
    public bool ForgetsFlushes { get; set; }

    public void Write(WriteSet writes, bool durable)
    {
        powerUsed();
        if (durable && FailsNext)
        {
            FailsNext = false;
            store.FailNextDurableWrite();
        }

        store.Write(writes, durable && !ForgetsFlushes);
        Flushes += durable ? 1 : 0;
        written(writes, durable);
        powerUsed();
    }

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => store.Find(family, key);

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        store.Scan(family, from, until);

    public IStoreSnapshot Snapshot() => store.Snapshot();

    public void Dispose() => store.Dispose();
}
