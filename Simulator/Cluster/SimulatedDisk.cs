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

    /// <summary>What the records of keys take, with all that was overwritten and deleted since the last reclaim. The log and the history, which
    /// are bounded, are not counted: no run is long enough for their bounds.</summary>
    public long Bytes { get; private set; }

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
        Bytes += writes.Writes.Where(write => IsOfKeys(write.Family)).Sum(write => (long)write.Key.Length + (write.Value?.Length ?? 0));
        written(writes, durable);
        powerUsed();
    }

    /// <summary>Gives back what deleted and overwritten keys take.</summary>
    public void Reclaim() => Bytes = Enum.GetValues<StoreFamily>().Where(IsOfKeys)
        .Sum(family => store.Scan(family, [], until: null).Sum(record => (long)record.Key.Length + record.Value.Length));

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => store.Find(family, key);

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        store.Scan(family, from, until);

    public IStoreSnapshot Snapshot() => store.Snapshot();

    public void Dispose() => store.Dispose();

    private static bool IsOfKeys(StoreFamily family) => family is StoreFamily.Keys or StoreFamily.OtherKeys;
}
