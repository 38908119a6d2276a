using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost.Tracing;

/// <summary>A store whose writes are activities.</summary>
internal sealed class TracedStore(IReplicaStore inner) : IReplicaStore
{
    public void Write(WriteSet writes, bool durable)
    {
        using var activity = ReplicaActivities.Source.StartActivity(durable ? "flush" : "apply");
        inner.Write(writes, durable);
    }

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => inner.Find(family, key);

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        inner.Scan(family, from, until);

    public void ThrowIfFailed() => inner.ThrowIfFailed();

    public IStoreSnapshot Snapshot() => inner.Snapshot();

    public void Dispose() => inner.Dispose();
}
