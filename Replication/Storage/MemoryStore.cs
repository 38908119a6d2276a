namespace PaxosWcf.Replication.Storage;

/// <summary>The simulator's store: the contract of <see cref="IReplicaStore"/> and nothing more, with crashes and disk
/// errors on demand. Deterministic.</summary>
/// <remarks>
/// It is the disk and the open store in one: after <see cref="Dispose"/>, or at any moment, a crash gives what the next
/// process would find there, opened anew. Arrays are kept, not copied: whoever writes or reads one must not change it.
/// </remarks>
public sealed class MemoryStore : IReplicaStore
{
    private readonly Lock _lock = new();
    private MemoryFamilies _families = new();

    // For each write set not yet flushed, oldest first, what it replaced: enough to take a suffix of them back.
    private readonly List<List<StoreWrite>> _undo = [];
    private string? _failNextFlush;
    private string? _failNextWrite;
    private string? _failed;
    private bool _closed;

    /// <summary>Write sets that a crash may lose.</summary>
    public int UnflushedSets => _undo.Count;

    /// <summary>The next durable write throws <see cref="StoreFailedException"/>, and every write after it until a
    /// crash. Whether that write set is on disk is open, as with a real failed fsync: it counts as un-flushed, and the
    /// crash decides.</summary>
    public void FailNextDurableWrite(string reason = "injected disk error") => _failNextFlush = reason;

    /// <summary>The same of the next write, whether it is durable or not.</summary>
    public void FailNextWrite(string reason = "injected disk error") => _failNextWrite = reason;

    /// <summary>Crashes: loses the newest un-flushed write sets, keeps the oldest, and opens the store anew.</summary>
    /// <param name="keep">Given the number of un-flushed write sets, says how many of them survive.</param>
    /// <returns>How many survived.</returns>
    public int Crash(Func<int, int> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        int kept = keep(_undo.Count);
        CrashKeeping(kept);
        return kept;
    }

    /// <summary>What the disk holds now, for <see cref="SetBack"/>.</summary>
    public MemoryStore Image()
    {
        lock (_lock)
        {
            return new MemoryStore { _families = _families.Copy() };
        }
    }

    /// <summary>The disk is another from now on: an earlier image of this one, or an empty one. Only while no process has it
    /// open.</summary>
    public void SetBack(MemoryStore image)
    {
        ArgumentNullException.ThrowIfNull(image);
        CrashKeeping(0);
        _families = image._families.Copy();
    }

    /// <summary>Crashes and keeps so many of the un-flushed write sets, oldest first; all of them is a clean stop.</summary>
    public void CrashKeeping(int unflushedSets)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(unflushedSets);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(unflushedSets, _undo.Count);
            for (int set = _undo.Count - 1; set >= unflushedSets; set--)
            {
                TakeBack(_undo[set]);
            }

            // What was found after a crash is on disk: it cannot get lost by the next one.
            _undo.Clear();
            _failNextFlush = null;
            _failNextWrite = null;
            _failed = null;
            _closed = false;
        }
    }

    /// <inheritdoc/>
    public void Write(WriteSet writes, bool durable)
    {
        ArgumentNullException.ThrowIfNull(writes);
        lock (_lock)
        {
            ThrowIfClosed();
            if (_failed is not null)
            {
                throw new StoreFailedException($"The store in memory takes no writes any more, because it has failed before: {_failed}");
            }

            var failure = _failNextWrite ?? (durable ? _failNextFlush : null);
            if (durable && failure is null)
            {
                Apply(writes, undo: null);
                _undo.Clear();
                return;
            }

            var undo = new List<StoreWrite>(writes.Count);
            Apply(writes, undo);
            _undo.Add(undo);
            if (failure is not null)
            {
                _failed = failure;
                throw new StoreFailedException($"The store in memory failed while writing {writes.Count} records: {_failed}");
            }
        }
    }

    /// <inheritdoc/>
    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            return _families.Find(family, key);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until)
    {
        ArgumentNullException.ThrowIfNull(from);
        return Records(family, from, until);
    }

    /// <inheritdoc/>
    public IStoreSnapshot Snapshot()
    {
        lock (_lock)
        {
            ThrowIfClosed();
            return new MemorySnapshot(_families.Copy());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _closed = true;

    // An iterator method of its own: the moment of the scan is the first MoveNext, not the call of Scan.
    private IEnumerable<KeyValuePair<byte[], byte[]>> Records(StoreFamily family, byte[] from, byte[]? until)
    {
        List<KeyValuePair<byte[], byte[]>> found;
        lock (_lock)
        {
            ThrowIfClosed();
            found = _families.Range(family, from, until);
        }

        foreach (KeyValuePair<byte[], byte[]> record in found)
        {
            yield return record;
        }
    }

    private void Apply(WriteSet writes, List<StoreWrite>? undo)
    {
        foreach (StoreWrite write in writes.Writes)
        {
            if (write.Until is { } until)
            {
                foreach ((byte[] key, byte[] value) in _families.TakeRange(write.Family, write.Key, until))
                {
                    undo?.Add(new StoreWrite(write.Family, key, value));
                }

                continue;
            }

            undo?.Add(write with { Value = _families.Find(write.Family, write.Key) });
            _families.Set(write);
        }
    }

    private void TakeBack(List<StoreWrite> undo)
    {
        for (int i = undo.Count - 1; i >= 0; i--)
        {
            _families.Set(undo[i]);
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed, this);
}
