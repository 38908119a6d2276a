namespace PaxosWcf.Replication.Storage;

/// <summary>A copy of a memory store as of one moment; it outlives the store's crashes.</summary>
internal sealed class MemorySnapshot(MemoryFamilies families) : IStoreSnapshot
{
    private bool _closed;

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return families.Find(family, key);
    }

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until)
    {
        ArgumentNullException.ThrowIfNull(from);
        ObjectDisposedException.ThrowIf(_closed, this);
        return families.Range(family, from, until);
    }

    public void Dispose() => _closed = true;
}
