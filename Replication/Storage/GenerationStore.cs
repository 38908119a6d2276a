using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.Storage;

/// <summary>A store whose state comes in two generations: Keys, Sessions and Changes are those of the live one, OtherKeys, OtherSessions
/// and OtherChanges those of the other, where another replica's state is staged until one write set exchanges the two.</summary>
/// <remarks>Which is live is a record of Meta: format version (1 byte), 1 when the two are exchanged (1). The store beneath, and
/// whoever looks at it directly, knows places only.</remarks>
internal sealed class GenerationStore : IReplicaStore
{
    private const byte FormatVersion = 1;

    private readonly IReplicaStore _inner;
    private readonly WriteSet _placed = new();
    private volatile bool _isExchanged;

    private GenerationStore(IReplicaStore inner)
    {
        _inner = inner;
        _isExchanged = ReadIsExchanged(inner.Find(StoreFamily.Meta, GenerationKey));
    }

    /// <summary>The key of the record that tells which generation is live.</summary>
    internal static byte[] GenerationKey { get; } = "generation"u8.ToArray();

    /// <summary>Sees a store so; it stays its owner's.</summary>
    public static GenerationStore Over(IReplicaStore store) => new(store);

    /// <inheritdoc/>
    public bool FlushesSlowly => _inner.FlushesSlowly;

    /// <inheritdoc/>
    public void Write(WriteSet writes, bool durable)
    {
        ArgumentNullException.ThrowIfNull(writes);
        if (!_isExchanged)
        {
            _inner.Write(writes, durable);
            return;
        }

        _placed.Clear();
        foreach (var write in writes.Writes)
        {
            _placed.Add(write with { Family = Place(write.Family, isExchanged: true) });
        }

        _inner.Write(_placed, durable);
    }

    /// <summary>Writes a set, durably, after which the other generation is the live one. The set itself touches neither.</summary>
    /// <exception cref="StoreFailedException">The disk or the store failed; the replica must stop.</exception>
    public void Exchange(WriteSet writes)
    {
        Invariant.Holds(
            writes.Writes.All(write => write.Family is StoreFamily.Meta or StoreFamily.Log), "what exchanges generations touches neither");
        writes.Put(StoreFamily.Meta, GenerationKey, [FormatVersion, (byte)(_isExchanged ? 0 : 1)]);
        _inner.Write(writes, durable: true);
        _isExchanged = !_isExchanged;
    }

    /// <inheritdoc/>
    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        while (true)
        {
            // A reader of another thread may come between exchange and the removal of what was live before: what it
            // found there counts only if that was live until it had found it.
            var isExchanged = _isExchanged;
            var found = _inner.Find(Place(family, isExchanged), key);
            if (isExchanged == _isExchanged)
            {
                return found;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        _inner.Scan(Place(family, _isExchanged), from, until);

    /// <inheritdoc/>
    public void ThrowIfFailed() => _inner.ThrowIfFailed();

    /// <inheritdoc/>
    public IStoreSnapshot Snapshot() => GenerationSnapshot.Of(_inner.Snapshot());

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    /// <summary>Reads the record that tells which generation is live.</summary>
    internal static bool ReadIsExchanged(byte[]? record)
    {
        Invariant.Holds(
            record is null || (record.Length == 2 && record[0] == FormatVersion), "the record of the live generation is readable");
        return record is not null && record[1] != 0;
    }

    /// <summary>Where a family of the live or the other generation is kept.</summary>
    internal static StoreFamily Place(StoreFamily family, bool isExchanged) => !isExchanged ? family : family switch
    {
        StoreFamily.Keys => StoreFamily.OtherKeys,
        StoreFamily.Sessions => StoreFamily.OtherSessions,
        StoreFamily.OtherKeys => StoreFamily.Keys,
        StoreFamily.OtherSessions => StoreFamily.Sessions,
        StoreFamily.Changes => StoreFamily.OtherChanges,
        StoreFamily.OtherChanges => StoreFamily.Changes,
        _ => family,
    };
}
