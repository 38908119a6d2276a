using System.Diagnostics;
using RocksDbSharp;

namespace PaxosWcf.Replication.Storage;

/// <summary>A replica's store on RocksDB: one database, a column family for each <see cref="StoreFamily"/>, one
/// write-ahead log for all of them, so that a write set is atomic across families.</summary>
/// <remarks>
/// After a failure, of a write or of a read, every later <see cref="Write"/> throws too. <see cref="Dispose"/> may race
/// with anything: it waits for calls under way, frees iterators and snapshots still open, and whoever comes later gets
/// an <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class RocksDbStore : IReplicaStore
{
    /// <summary>A write batch that has grown beyond this many bytes is not kept for the next write set.</summary>
    private const int BatchBytesKept = 4 << 20;

    private readonly NativeStore _native;
    private readonly WriteOptions _durable = new WriteOptions().SetSync(true);
    private readonly WriteOptions _volatile = new WriteOptions().SetSync(false);
    private readonly FlushTimes _flushTimes = new();
    private WriteBatch _batch = new();

    private RocksDbStore(NativeStore native) => _native = native;

    /// <summary>Opens the store in a directory of its own.</summary>
    /// <param name="directory">Where the database is or, with <paramref name="create"/>, shall be.</param>
    /// <param name="create">Whether a missing store is created. False refuses: an established replica must not find an
    /// empty store in place of its own.</param>
    /// <exception cref="StoreFailedException">There is no store, it is damaged, in use, or the disk failed.</exception>
    public static RocksDbStore Open(string directory, bool create)
        => Open(directory, create, RocksDbSettings.WriteBufferBytesMax);

    /// <summary>The same with a smaller write buffer, in bytes, so that tests reach table files and several logs soon.</summary>
    internal static RocksDbStore Open(string directory, bool create, ulong writeBufferBytes)
        => new(NativeStore.Open(directory, create, writeBufferBytes));

    /// <summary>Whether a call has failed: what is on disk is not known then.</summary>
    internal bool HasFailed => _native.HasFailed;

    /// <summary>Iterators and snapshots not yet freed.</summary>
    internal int OpenNativeObjects => _native.Gate.Children;

    /// <inheritdoc/>
    public bool FlushesSlowly => _flushTimes.AreLong;

    /// <inheritdoc/>
    public void Write(WriteSet writes, bool durable)
    {
        ArgumentNullException.ThrowIfNull(writes);
        using NativeGate.Visit visit = _native.Gate.Enter();
        _native.ThrowIfFailed();
        int bytes = Fill(writes);
        try
        {
            NativeStore.CountNothing();
            long begun = Stopwatch.GetTimestamp();
            _native.Database.Write(_batch, durable ? _durable : _volatile);
            if (durable)
            {
                _flushTimes.Add(Stopwatch.GetElapsedTime(begun));
            }
        }
        catch (RocksDbSharpException error)
        {
            throw _native.Failed($"writing {writes.Count} records ({(durable ? "durable" : "not durable")})", error);
        }

        if (bytes > BatchBytesKept)
        {
            _batch.Dispose();
            _batch = new WriteBatch();
        }
    }

    /// <inheritdoc/>
    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        using NativeGate.Visit visit = _native.Gate.Enter();
        return _native.Find(family, key, options: null);
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until)
    {
        ArgumentNullException.ThrowIfNull(from);
        return Records(family, from, until);
    }

    /// <summary>Gives back what deleted and overwritten records take on disk: compacts every family. Takes as long as writing all of
    /// the store anew, while reads and writes go on; ends early when the store is closed.</summary>
    /// <exception cref="StoreFailedException">The disk or the store failed; the replica must stop.</exception>
    public void Reclaim() => _native.Reclaim();

    /// <inheritdoc/>
    public void ThrowIfFailed() => _native.ThrowIfFailed();

    /// <inheritdoc/>
    public IStoreSnapshot Snapshot() => new RocksDbSnapshot(_native);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_native.Close())
        {
            _batch.Dispose();
        }
    }

    // An iterator method of its own: the moment of the scan is the first MoveNext, not the call of Scan.
    private IEnumerable<KeyValuePair<byte[], byte[]>> Records(StoreFamily family, byte[] from, byte[]? until)
    {
        using var cursor = new RocksDbCursor(_native, family, from, until, snapshot: null);
        while (cursor.TryRead(out KeyValuePair<byte[], byte[]> record))
        {
            yield return record;
        }
    }

    // One batch for all write sets: no allocation here, neither managed nor native, once it has grown.
    private int Fill(WriteSet writes)
    {
        _batch.Clear();
        int bytes = 0;
        IReadOnlyList<StoreWrite> records = writes.Writes;
        for (int i = 0; i < records.Count; i++)
        {
            StoreWrite record = records[i];
            ColumnFamilyHandle family = _native.Family(record.Family);
            if (record.Value is { } value)
            {
                _batch.Put((ReadOnlySpan<byte>)record.Key, value, family);
                bytes += value.Length;
            }
            else if (record.Until is { } until)
            {
                DeleteRange(record, until, family);
            }
            else
            {
                _batch.Delete((ReadOnlySpan<byte>)record.Key, family);
            }
        }

        return bytes;
    }

    // RocksDB takes a range whose end lies before its beginning for a mistake; here it is an empty one, as in a scan.
    private void DeleteRange(StoreWrite record, byte[] until, ColumnFamilyHandle family)
    {
        if (ByteOrder.Instance.Compare(record.Key, until) < 0)
        {
            _batch.DeleteRange(record.Key, (ulong)record.Key.Length, until, (ulong)until.Length, family);
        }
    }
}
