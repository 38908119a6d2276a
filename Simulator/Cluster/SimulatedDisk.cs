using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>A replica's memory store, seen by the checker, with power that can go between any two writes.</summary>
internal sealed class SimulatedDisk(MemoryStore store, Action powerUsed, Action<WriteSet, bool> written) : IReplicaStore
{
    /// <summary>A disk over a store that is the replica's own.</summary>
    public static SimulatedDisk Over(MemoryStore store, Action powerUsed, Action<WriteSet, bool> written, bool flushesSlowly = false) =>
        new(store, powerUsed, written) { FlushesSlowly = flushesSlowly };

    private int _writesLeft;
    private int _readsLeft;
    private StoreFailedException? _readFailed;

    /// <summary>Flushes since the count was last set to zero.</summary>
    public int Flushes { get; set; }

    /// <summary>What the records of keys take, with all that was overwritten and deleted since the last reclaim. The log and the history, which
    /// are bounded, are not counted: no run is long enough for their bounds.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the next flush fails.</summary>
    public bool FailsNext { get; set; }

    /// <summary>Whether the replica's process reads now. Whoever looks on from outside meets no errors, and causes none.</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether a read has failed: nothing may be written after that.</summary>
    public bool HasFailed => _readFailed is not null;

    /// <summary>How often a read or a write failed by <see cref="FailSoon"/>.</summary>
    public int Failures { get; private set; }

    /// <summary>A write fails, with a flush or without, or a read.</summary>
    /// <param name="operations">Which write from now on; below zero: which read.</param>
    public void FailSoon(int operations) => (_writesLeft, _readsLeft) = (Math.Max(0, operations), Math.Max(0, -operations));

    /// <summary>Nothing is about to fail any more, and the store is opened anew.</summary>
    public void Reopen()
    {
        FailSoon(0);
        _readFailed = null;
    }

    /// <summary>Whether it lies: it says that it has flushed, and has not. Nothing that is right survives it; it is for
    /// the tests of the simulator itself.</summary>
    public bool ForgetsFlushes { get; set; }

    /// <inheritdoc/>
    public bool FlushesSlowly { get; init; }

    public void Write(WriteSet writes, bool durable)
    {
        powerUsed();
        if (_readFailed is { } failed)
        {
            throw failed;
        }

        if (_writesLeft > 0 && --_writesLeft == 0)
        {
            Failures++;
            store.FailNextWrite();
        }

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

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        Read();
        return store.Find(family, key);
    }

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until)
    {
        Read();
        return store.Scan(family, from, until);
    }

    public IStoreSnapshot Snapshot()
    {
        Read();
        return store.Snapshot();
    }

    public void Dispose() => store.Dispose();

    // As the host's store does it: the one read fails, and nothing is written after it; other reads may go well.
    private void Read()
    {
        if (IsRead && _readsLeft > 0 && --_readsLeft == 0)
        {
            Failures++;
            _readFailed = new StoreFailedException("The store in memory failed while reading: injected disk error");
            throw _readFailed;
        }
    }

    private static bool IsOfKeys(StoreFamily family) => family is StoreFamily.Keys or StoreFamily.OtherKeys;
}
