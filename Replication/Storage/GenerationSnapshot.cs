namespace PaxosWcf.Replication.Storage;

/// <summary>A snapshot of a whole store in which Keys, Sessions and Changes are those of the generation that was live at its moment.</summary>
public sealed class GenerationSnapshot : IStoreSnapshot
{
    private readonly IStoreSnapshot _inner;
    private readonly bool _isExchanged;

    private GenerationSnapshot(IStoreSnapshot inner)
    {
        _inner = inner;
        _isExchanged = GenerationStore.ReadIsExchanged(inner.Find(StoreFamily.Meta, GenerationStore.GenerationKey));
    }

    /// <summary>Sees a snapshot so; one that is of this kind stays what it is. It goes with the result.</summary>
    public static GenerationSnapshot Of(IStoreSnapshot snapshot) => snapshot as GenerationSnapshot ?? new GenerationSnapshot(snapshot);

    /// <inheritdoc/>
    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => _inner.Find(GenerationStore.Place(family, _isExchanged), key);

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        _inner.Scan(GenerationStore.Place(family, _isExchanged), from, until);

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();
}
