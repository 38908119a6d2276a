using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Metrics;

/// <summary>The store's door, with its calls counted.</summary>
/// <remarks>Arguments are evaluated from left to right: the clock is read before the call begins.</remarks>
internal sealed class CountedStore(IKeyValueStore store, CallMetrics calls) : IKeyValueStore
{
    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity) =>
        calls.CountAsync("Put", calls.Begin(), store.PutAsync(key, value, identity));

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency) =>
        calls.CountAsync("Get", calls.Begin(), store.GetAsync(key, consistency));

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity) =>
        calls.CountAsync("Delete", calls.Begin(), store.DeleteAsync(key, identity));

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity) =>
        calls.CountAsync("Batch", calls.Begin(), store.BatchAsync(operations, identity));

    public Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity) =>
        calls.CountAsync("Transact", calls.Begin(), store.TransactAsync(comparisons, then, otherwise, identity));

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency) =>
        calls.CountAsync("ContainsKey", calls.Begin(), store.ContainsKeyAsync(key, consistency));

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency) =>
        calls.CountAsync("Range", calls.Begin(), store.RangeAsync(prefix, from, until, keysMax, keysOnly, consistency));

    public Task<OpenSessionReply> OpenSessionAsync() => calls.CountAsync("OpenSession", calls.Begin(), store.OpenSessionAsync());

    public Task<MemberReport> MembersAsync() => calls.CountAsync("Members", calls.Begin(), store.MembersAsync());

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] pipelined) =>
        calls.Begin() is var begun && begun == 0 ? store.PipelineAsync(pipelined) : calls.CountAsync("Pipeline", begun, CheckedPipelineAsync(pipelined));

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds) =>
        calls.CountAsync("Watch", calls.Begin(), store.WatchAsync(key, isPrefix, fromRevision, changesMax, waitMilliseconds));

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) =>
        calls.CountAsync("GrantLease", calls.Begin(), store.GrantLeaseAsync(timeToLiveSeconds, identity));

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) =>
        calls.CountAsync("KeepLeaseAlive", calls.Begin(), store.KeepLeaseAliveAsync(leaseId));

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity) =>
        calls.CountAsync("RevokeLease", calls.Begin(), store.RevokeLeaseAsync(leaseId, identity));

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) =>
        calls.CountAsync("GetLease", calls.Begin(), store.GetLeaseAsync(leaseId, consistency));

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) =>
        calls.CountAsync("Leases", calls.Begin(), store.LeasesAsync(from, consistency));

    public Task<ResolveReply> ResolveAsync(string session, long sequence) =>
        calls.CountAsync("Resolve", calls.Begin(), store.ResolveAsync(session, sequence));

    // One that is refused as a whole is refused before there is a task.
    private async Task<PipelinedReply[]> CheckedPipelineAsync(PipelinedCall[] pipelined) => await store.PipelineAsync(pipelined);
}
