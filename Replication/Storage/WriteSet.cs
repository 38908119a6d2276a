namespace PaxosWcf.Replication.Storage;

/// <summary>One record of a write set; <see cref="Value"/> null deletes.</summary>
public readonly record struct StoreWrite(StoreFamily Family, byte[] Key, byte[]? Value)
{
    /// <summary>Set: every record with <c>Key ≤ key &lt; Until</c> is deleted, however many there are.</summary>
    public byte[]? Until { get; init; }
}

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

    /// <summary>Adds a delete of every record with <c>from ≤ key &lt; until</c>, those that this set has put before it among them.</summary>
    public void DeleteRange(StoreFamily family, byte[] from, byte[] until) =>
        _writes.Add(new StoreWrite(family, from, null) { Until = until });

    /// <summary>Adds a record as it is.</summary>
    public void Add(StoreWrite write) => _writes.Add(write);

    /// <summary>Makes the set empty, for reuse.</summary>
    public void Clear() => _writes.Clear();
}
