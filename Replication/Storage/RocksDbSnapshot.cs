using RocksDbSharp;

namespace PaxosWcf.Replication.Storage;

/// <summary>The whole store as of one moment: a RocksDB snapshot, which pins what it sees until it is disposed.</summary>
internal sealed class RocksDbSnapshot : IStoreSnapshot
{
    private readonly NativeStore _native;
    private readonly Snapshot? _snapshot;
    private readonly ReadOptions _options = new();
    private readonly NativeGate _use = new(nameof(IStoreSnapshot));

    public RocksDbSnapshot(NativeStore native)
    {
        _native = native;
        using NativeGate.Visit visit = native.Gate.Enter();
        _snapshot = native.Database.CreateSnapshot();
        native.Gate.Adopt(_snapshot);
        _options.SetSnapshot(_snapshot);
    }

    ~RocksDbSnapshot() => Free();

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        using NativeGate.Visit use = _use.Enter();
        using NativeGate.Visit visit = _native.Gate.Enter();
        return _native.Find(family, key, _options);
    }

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until)
    {
        ArgumentNullException.ThrowIfNull(from);
        return Records(family, from, until);
    }

    public void Dispose()
    {
        if (_use.Close())
        {
            Free();
            GC.SuppressFinalize(this);
        }
    }

    private IEnumerable<KeyValuePair<byte[], byte[]>> Records(StoreFamily family, byte[] from, byte[]? until)
    {
        using RocksDbCursor cursor = Cursor(family, from, until);
        while (cursor.TryRead(out KeyValuePair<byte[], byte[]> record))
        {
            yield return record;
        }
    }

    // The snapshot must live until the iterator is made; the iterator then holds what it sees by itself.
    private RocksDbCursor Cursor(StoreFamily family, byte[] from, byte[]? until)
    {
        using NativeGate.Visit use = _use.Enter();
        return new RocksDbCursor(_native, family, from, until, _snapshot);
    }

    private void Free()
    {
        if (_snapshot is not null)
        {
            _native.Gate.Release(_snapshot);
        }
    }
}
