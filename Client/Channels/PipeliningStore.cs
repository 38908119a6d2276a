using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>A channel whose concurrent calls share messages. Reads that wait for a quorum, reads that do not, and mutations
/// each have a lane of their own, so that none waits for a slower kind.</summary>
/// <param name="channel">The replica.</param>
/// <param name="messagesMax">How many messages of a kind may be under way at once.</param>
internal sealed class PipeliningStore(IKeyValueStore channel, int messagesMax) : IKeyValueStore
{
    private readonly CallLane _mutations = new(channel, messagesMax);
    private readonly CallLane _linearizable = new(channel, messagesMax);
    private readonly CallLane _serializable = new(channel, messagesMax);

    /// <summary>What the calls go through.</summary>
    public IKeyValueStore Channel => channel;

    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        // A copy: a call that waits for its message leaves even if its caller has given up, and may use its array for something else by then.
        byte[] own = [.. value];
        return _mutations.CallAsync(
            new PipelinedCall { Kind = PipelinedCallKind.Put, Key = key, Value = own, Identity = identity },
            store => store.PutAsync(key, own, identity),
            reply => reply.Put);
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        return _mutations.CallAsync(
            new PipelinedCall { Kind = PipelinedCallKind.Delete, Key = key, Identity = identity },
            store => store.DeleteAsync(key, identity),
            reply => reply.Delete);
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        return ReadsOf(consistency).CallAsync(
            new PipelinedCall { Kind = PipelinedCallKind.Get, Key = key, Consistency = consistency },
            store => store.GetAsync(key, consistency),
            reply => reply.Get);
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency)
    {
        return ReadsOf(consistency).CallAsync(
            new PipelinedCall { Kind = PipelinedCallKind.ContainsKey, Key = key, Consistency = consistency },
            store => store.ContainsKeyAsync(key, consistency),
            reply => reply.ContainsKey);
    }

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity) => channel.BatchAsync(operations, identity);

    public Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity) =>
        channel.TransactAsync(comparisons, then, otherwise, identity);

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency) =>
        channel.RangeAsync(prefix, from, until, keysMax, keysOnly, consistency);

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls) => channel.PipelineAsync(calls);

    public Task<MemberReport> MembersAsync() => channel.MembersAsync();

    public Task<OpenSessionReply> OpenSessionAsync() => channel.OpenSessionAsync();

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds) =>
        channel.WatchAsync(key, isPrefix, fromRevision, changesMax, waitMilliseconds);

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) => channel.GrantLeaseAsync(timeToLiveSeconds, identity);

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) => channel.KeepLeaseAliveAsync(leaseId);

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity) => channel.RevokeLeaseAsync(leaseId, identity);

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) => channel.GetLeaseAsync(leaseId, consistency);

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) => channel.LeasesAsync(from, consistency);

    public Task<ResolveReply> ResolveAsync(string session, long sequence) => channel.ResolveAsync(session, sequence);

    private CallLane ReadsOf(ReadConsistency? consistency) =>
        consistency is ReadConsistency.Serializable ? _serializable : _linearizable;
}
