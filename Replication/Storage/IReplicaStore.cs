namespace PaxosWcf.Replication.Storage;

/// <summary>The column families of one replica's store. All of them move together, one write set at a time.</summary>
public enum StoreFamily
{
    /// <summary>Single records: the promise, the boot count, applied-through, the revision.</summary>
    Meta,

    /// <summary>Slot (8 bytes, big-endian) to the ballot and value accepted or learned there.</summary>
    Log,

    /// <summary>The key-value state.</summary>
    Keys,

    /// <summary>What exactly-once needs: sessions and their answers, and the commands seen from each replica.</summary>
    Sessions,

    /// <summary>The other generation of <see cref="Keys"/>: where the snapshot of another replica is staged.</summary>
    OtherKeys,

    /// <summary>The other generation of <see cref="Sessions"/>.</summary>
    OtherSessions,

    /// <summary>The history of changes, for those who watch; it goes with the live generation.</summary>
    Changes,

    /// <summary>The other generation of <see cref="Changes"/>.</summary>
    OtherChanges,
}

/// <summary>An ordered key-value store that survives a crash: the one port between a replica and its disk.</summary>
/// <remarks>
/// The contract that Paxos rests on: write sets are atomic and ordered. After a crash, the store holds a <b>prefix</b> of
/// the write sets, and at least every one up to the last durable one that returned. A write set that throws stops the
/// replica; it is never retried. <see cref="Write"/> is called by one thread at a time; reads may come from any thread
/// at any time and see every write set that has returned.
/// </remarks>
public interface IReplicaStore : IDisposable
{
    /// <summary>Applies a write set. If durable, it and all before it are on disk when this returns.</summary>
    /// <exception cref="StoreFailedException">The disk or the store failed; the replica must stop.</exception>
    void Write(WriteSet writes, bool durable);

    /// <summary>Whether a durable write takes so long, lately, that whatever does not count on it had better be done before.</summary>
    bool FlushesSlowly => false;

    /// <summary>The value at a key, or null.</summary>
    byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key);

    /// <summary>The records with <c>from ≤ key &lt; until</c> in byte order, as of the moment of the first
    /// <c>MoveNext</c>; <paramref name="until"/> null: to the end.</summary>
    IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until);

    /// <summary>Throws where the store has failed in whatever was done with it, on any thread: a replica that writes nothing would not find out.</summary>
    /// <exception cref="StoreFailedException">It has; the replica must stop.</exception>
    void ThrowIfFailed()
    {
    }

    /// <summary>All families as of one moment; for digests and, later, snapshots. Dispose it.</summary>
    IStoreSnapshot Snapshot();
}

/// <summary>All families of a store as of one moment. Safe to use from another thread than the writer's.</summary>
public interface IStoreSnapshot : IDisposable
{
    /// <inheritdoc cref="IReplicaStore.Find"/>
    byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key);

    /// <summary>The records with <c>from ≤ key &lt; until</c> in byte order; <paramref name="until"/> null: to the end.</summary>
    IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until);
}

/// <summary>The disk or the store failed. Nothing may be retried: after a failed fsync nobody knows what is on disk.</summary>
public sealed class StoreFailedException : Exception
{
    /// <summary>Says what was attempted, where, and what the store said.</summary>
    public StoreFailedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the disk, or the machine, is known to have refused, and nothing says that the store's files are damaged.</summary>
    public bool IsOfTheDisk { get; init; }
}
