using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary>The store's contract answered at once: no consensus, no disk. A get returns what was put last.</summary>
internal sealed class EchoStore : IKeyValueStore
{
    private byte[] _last = [];
    private long _calls;

    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        Volatile.Write(ref _last, value);
        long call = Interlocked.Increment(ref _calls);
        return Task.FromResult(new PutReply { Revision = call, Replaced = true, Slot = call });
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        return Task.FromResult(new GetReply
        {
            Found = true,
            Value = Volatile.Read(ref _last),
            CreateRevision = 1,
            ModificationRevision = 1,
            Version = 1,
            AppliedThrough = Volatile.Read(ref _calls),
        });
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        long call = Interlocked.Increment(ref _calls);
        return Task.FromResult(new DeleteReply { Revision = call, Found = true, Slot = call });
    }

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity)
    {
        long call = Interlocked.Increment(ref _calls);
        return Task.FromResult(new BatchReply
        {
            Revision = call,
            Slot = call,
            Operations = [.. operations.Select(_ => new BatchOperationReply { Found = true, Revision = call })],
        });
    }

    public async Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity)
    {
        BatchReply batch = await BatchAsync(then, identity);
        return new TransactReply
        {
            Held = true,
            Revision = batch.Revision,
            Slot = batch.Slot,
            Operations = batch.Operations,
            Compared = [],
        };
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency)
    {
        return Task.FromResult(new ContainsKeyReply { Found = true, AppliedThrough = Volatile.Read(ref _calls) });
    }

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency)
    {
        long calls = Volatile.Read(ref _calls);
        return Task.FromResult(new RangeReply
        {
            Keys = [],
            More = false,
            Revision = calls,
            AppliedThrough = calls,
        });
    }

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) => LeaseAsync("echo", timeToLiveSeconds);

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) => LeaseAsync(leaseId, 60);

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity)
    {
        long call = Interlocked.Increment(ref _calls);
        return Task.FromResult(new RevokeLeaseReply
        {
            Found = true,
            KeysRemoved = 0,
            Revision = call,
            Slot = call,
        });
    }

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) =>
        Task.FromResult(new GetLeaseReply { Found = false, AppliedThrough = Volatile.Read(ref _calls) });

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) =>
        Task.FromResult(new LeasesReply { Leases = [], AppliedThrough = Volatile.Read(ref _calls) });

    public Task<ResolveReply> ResolveAsync(string session, long sequence) => Task.FromResult(new ResolveReply { Outcome = ResolveOutcome.Forgotten });

    private Task<LeaseReply> LeaseAsync(string lease, int seconds) =>
        Task.FromResult(new LeaseReply { LeaseId = lease, TimeToLiveSeconds = seconds, Slot = Interlocked.Increment(ref _calls) });

    public Task<OpenSessionReply> OpenSessionAsync()
    {
        return Task.FromResult(new OpenSessionReply { Session = "echo" });
    }

    public Task<MemberReport> MembersAsync() => Task.FromResult(new MemberReport { Configuration = 0, Members = [] });

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
        return Task.FromResult(new WatchReply { Changes = [], CompleteThrough = Volatile.Read(ref _calls) });
    }
}
