using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>A channel whose concurrent calls share messages, as one of these calls sees it.</summary>
/// <param name="lanes">What it shares with the others.</param>
internal sealed class PipeliningStore(CallLanes lanes) : IKeyValueStore
{
    private CallLane? _lane;
    private PipelinedWait? _wait;

    /// <summary>Asked just before a call leaves that had to wait; where it says no the call ends with <see cref="NotLeftException"/>. Set it before the call.</summary>
    public Func<bool>? MayLeave { get; set; }

    /// <summary>When it left, if it had to wait and has left.</summary>
    public long? LeftAt => _wait?.LeftAt;

    /// <summary>Whether it was taken back before it left: it never leaves.</summary>
    public bool IsWithdrawn { get; private set; }

    /// <summary>Takes the call back if it still waits.</summary>
    public void Withdraw() => IsWithdrawn |= _wait is { } wait && _lane!.TryWithdraw(wait);

    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        // A copy: a call may leave at the moment at which its caller gives up, and uses its array for something else.
        byte[] own = [.. value];
        return CallAsync(
            lanes.Mutations,
            new PipelinedCall { Kind = PipelinedCallKind.Put, Key = key, Value = own, Identity = identity },
            store => store.PutAsync(key, own, identity),
            reply => reply.Put);
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        return CallAsync(
            lanes.Mutations,
            new PipelinedCall { Kind = PipelinedCallKind.Delete, Key = key, Identity = identity },
            store => store.DeleteAsync(key, identity),
            reply => reply.Delete);
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        return CallAsync(
            ReadsOf(consistency),
            new PipelinedCall { Kind = PipelinedCallKind.Get, Key = key, Consistency = consistency },
            store => store.GetAsync(key, consistency),
            reply => reply.Get);
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency)
    {
        return CallAsync(
            ReadsOf(consistency),
            new PipelinedCall { Kind = PipelinedCallKind.ContainsKey, Key = key, Consistency = consistency },
            store => store.ContainsKeyAsync(key, consistency),
            reply => reply.ContainsKey);
    }

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity) => lanes.Channel.BatchAsync(operations, identity);

    public Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity) =>
        lanes.Channel.TransactAsync(comparisons, then, otherwise, identity);

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency) =>
        lanes.Channel.RangeAsync(prefix, from, until, keysMax, keysOnly, consistency);

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls) => lanes.Channel.PipelineAsync(calls);

    public Task<MemberReport> MembersAsync() => lanes.Channel.MembersAsync();

    public Task<OpenSessionReply> OpenSessionAsync() => lanes.Channel.OpenSessionAsync();

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds) =>
        lanes.Channel.WatchAsync(key, isPrefix, fromRevision, changesMax, waitMilliseconds);

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) => lanes.Channel.GrantLeaseAsync(timeToLiveSeconds, identity);

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) => lanes.Channel.KeepLeaseAliveAsync(leaseId);

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity) => lanes.Channel.RevokeLeaseAsync(leaseId, identity);

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) => lanes.Channel.GetLeaseAsync(leaseId, consistency);

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) => lanes.Channel.LeasesAsync(from, consistency);

    public Task<ResolveReply> ResolveAsync(string session, long sequence) => lanes.Channel.ResolveAsync(session, sequence);

    private Task<TReply> CallAsync<TReply>(
        CallLane lane, PipelinedCall call, Func<IKeyValueStore, Task<TReply>> alone, Func<PipelinedReply, TReply?> replyOf)
        where TReply : class
    {
        _lane = lane;
        return lane.CallAsync(call, alone, replyOf, MayLeave, out _wait);
    }

    private CallLane ReadsOf(ReadConsistency? consistency) =>
        consistency is ReadConsistency.Serializable ? lanes.Serializable : lanes.Linearizable;
}
