using RocksDbSharp;

namespace PaxosWcf.Replication.Storage;

/// <summary>One native iterator over a family. Its finalizer frees the iterator of an abandoned enumeration; left
/// alone, it would pin table files and memory for as long as the store is open.</summary>
internal sealed class RocksDbCursor : IDisposable
{
    private readonly NativeStore _native;
    private readonly StoreFamily _family;
    private readonly Iterator? _iterator;
    private bool _started;

    public RocksDbCursor(NativeStore native, StoreFamily family, byte[] from, byte[]? until, Snapshot? snapshot)
    {
        _native = native;
        _family = family;
        using NativeGate.Visit visit = native.Gate.Enter();
        var options = new ReadOptions();
        if (until is not null)
        {
            options.SetIterateUpperBound(until);
        }

        if (snapshot is not null)
        {
            options.SetSnapshot(snapshot);
        }

        _iterator = native.Database.NewIterator(native.Family(family), options);
        native.Gate.Adopt(_iterator);
        _iterator.Seek(from);
    }

    ~RocksDbCursor() => Free();

    /// <summary>The next record; false at the end.</summary>
    public bool TryRead(out KeyValuePair<byte[], byte[]> record)
    {
        using NativeGate.Visit visit = _native.Gate.Enter();
        try
        {
            if (_started)
            {
                _iterator!.Next();
            }

            _started = true;
            if (_iterator!.Valid())
            {
                record = new(_iterator.Key(), _iterator.Value());
                return true;
            }

            // "Not valid" is the end or an error: without this question a damaged block would look like the end.
            Native.Instance.rocksdb_iter_get_error(_iterator.Handle);
            record = default;
            return false;
        }
        catch (RocksDbSharpException error)
        {
            throw _native.Failed($"scanning {_family}", error);
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_iterator is not null)
        {
            _native.Gate.Release(_iterator);
        }
    }
}
