using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost.Tracing;

/// <summary>A store whose writes are activities, and whose durable ones are measured.</summary>
internal sealed class TracedStore(IReplicaStore inner, WorkMetrics? metrics = null) : IReplicaStore
{
    public bool FlushesSlowly => inner.FlushesSlowly;

    public void Write(WriteSet writes, bool durable)
    {
        using var activity = ReplicaActivities.Source.StartActivity(durable ? "flush" : "apply");
        var begun = durable && metrics is not null ? metrics.BeginFlush() : 0;
        inner.Write(writes, durable);
        metrics?.OnFlushed(begun);
    }

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => inner.Find(family, key);

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        inner.Scan(family, from, until);

    public void ThrowIfFailed() => inner.ThrowIfFailed();

    public IStoreSnapshot Snapshot() => inner.Snapshot();

    public void Dispose() => inner.Dispose();
}
