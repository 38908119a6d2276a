using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>The channel to one replica of a <see cref="FakeCluster"/>.</summary>
internal sealed class FakeReplica(FakeCluster cluster, int replica) : IKeyValueStore
{
    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        return cluster.CallAsync(replica, "put", identity, () => (PutReply)cluster.Once(identity, () => cluster.Put(key, value)));
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        return cluster.CallAsync(replica, $"get {consistency}", null, () => cluster.Get(key));
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            replica, "delete", identity, () => (DeleteReply)cluster.Once(identity, () => cluster.Delete(key)));
    }

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            replica, "batch", identity, () => (BatchReply)cluster.Once(identity, () => cluster.Batch(operations)));
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency)
    {
        return cluster.CallAsync(replica, $"contains {consistency}", null, () =>
        {
            GetReply reply = cluster.Get(key);
            return new ContainsKeyReply { Found = reply.Found, AppliedThrough = reply.AppliedThrough };
        });
    }

    public Task<OpenSessionReply> OpenSessionAsync()
    {
        return cluster.CallAsync(replica, "open session", null, cluster.OpenSession);
    }
}
