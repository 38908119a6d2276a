using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>The channel to one replica of a <see cref="FakeCluster"/>.</summary>
internal sealed class FakeReplica(FakeCluster cluster, ReplicaPlace place) : IKeyValueStore
{
    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        return cluster.CallAsync(place, "put", identity, () => (PutReply)cluster.Once(identity, () => cluster.Put(key, value)));
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        return cluster.CallAsync(place, $"get {consistency}", null, () => cluster.Get(key));
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            place, "delete", identity, () => (DeleteReply)cluster.Once(identity, () => cluster.Delete(key)));
    }

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            place, "batch", identity, () => (BatchReply)cluster.Once(identity, () => cluster.Batch(operations)));
    }

    public Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            place, "transact", identity,
            () => (TransactReply)cluster.Once(identity, () => cluster.Transact(comparisons, then, otherwise ?? [])));
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency)
    {
        return cluster.CallAsync(place, $"contains {consistency}", null, () =>
        {
            GetReply reply = cluster.Get(key);
            return new ContainsKeyReply { Found = reply.Found, AppliedThrough = reply.AppliedThrough };
        });
    }

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency)
    {
        return cluster.CallAsync(
            place, $"range {consistency}", null,
            () => cluster.Range(prefix ?? "", from ?? "", until, keysMax ?? StoreLimits.RangeKeysMax, keysOnly ?? false));
    }

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            place, "grant lease", identity, () => (LeaseReply)cluster.Once(identity, () => cluster.Leases.Grant(timeToLiveSeconds)));
    }

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId)
    {
        return cluster.CallAsync(place, $"keep lease {leaseId}", null, () => cluster.Leases.Renew(leaseId));
    }

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity)
    {
        return cluster.CallAsync(
            place, "revoke lease", identity, () => (RevokeLeaseReply)cluster.Once(identity, () => cluster.Leases.End(leaseId)));
    }

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency)
    {
        return cluster.CallAsync(place, $"get lease {consistency}", null, () => cluster.Leases.Get(leaseId));
    }

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency)
    {
        return cluster.CallAsync(place, $"leases from {from}", null, () => cluster.Leases.List(from));
    }

    public Task<ResolveReply> ResolveAsync(string session, long sequence)
    {
        return cluster.CallAsync(place, "resolve", null, () => cluster.Resolve(session, sequence));
    }

    public Task<OpenSessionReply> OpenSessionAsync()
    {
        return cluster.CallAsync(place, "open session", null, () => cluster.OpenSession(place.Replica));
    }

    public Task<MemberReport> MembersAsync() => cluster.MembersAsync(place);

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls) => Task.WhenAll(calls.Select(AnswerAsync));

    private async Task<PipelinedReply> AnswerAsync(PipelinedCall call) => call.Kind switch
    {
        PipelinedCallKind.Put => new() { Put = await PutAsync(call.Key, call.Value!, call.Identity) },
        PipelinedCallKind.Get => new() { Get = await GetAsync(call.Key, call.Consistency) },
        PipelinedCallKind.Delete => new() { Delete = await DeleteAsync(call.Key, call.Identity) },
        _ => new() { ContainsKey = await ContainsKeyAsync(call.Key, call.Consistency) },
    };

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds)
    {
        return cluster.WatchAsync(place, key, isPrefix ?? false, fromRevision ?? 0, waitMilliseconds);
    }
}
