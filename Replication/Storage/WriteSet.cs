namespace PaxosWcf.Replication.Storage;

/// <summary>One record of a write set; <see cref="Value"/> null deletes.</summary>
public readonly record struct StoreWrite(StoreFamily Family, byte[] Key, byte[]? Value);

/// <summary>Puts and deletes that happen together or not at all, in order.</summary>
public sealed class WriteSet
{
    private readonly List<StoreWrite> _writes = [];

    /// <summary>The records, in the order in which they were added.</summary>
    public IReadOnlyList<StoreWrite> Writes => _writes;

    /// <summary>How many records there are.</summary>
    public int Count => _writes.Count;

    /// <summary>Adds a put.</summary>
    public void Put(StoreFamily family, byte[] key, byte[] value) => _writes.Add(new StoreWrite(family, key, value));

    /// <summary>Adds a delete.</summary>
    public void Delete(StoreFamily family, byte[] key) => _writes.Add(new StoreWrite(family, key, null));

    /// <summary>Makes the set empty, for reuse.</summary>
    public void Clear() => _writes.Clear();
}
