using System.Collections.Concurrent;
using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>The store's contract without a store: a dictionary, and keys that make trouble.</summary>
internal sealed class InMemoryStore : IKeyValueStore
{
    /// <summary>A key that is answered with a typed fault.</summary>
    public const string NoQuorumKey = "no-quorum";

    /// <summary>A key on which the service fails with an exception of its own.</summary>
    public const string BugKey = "bug";

    /// <summary>What that exception says.</summary>
    public const string Secret = "a secret of the inside";

    /// <summary>A key whose Get waits for <see cref="Release"/> or until the caller is gone.</summary>
    public const string WaitKey = "wait";

    private readonly HttpCallContext _call = new();
    private readonly ConcurrentDictionary<string, byte[]> _values = new();
    private long _revision;

    /// <summary>Released by each Get of <see cref="WaitKey"/> that waits.</summary>
    public SemaphoreSlim Waiting { get; } = new(0);

    /// <summary>Lets one waiting Get go on.</summary>
    public SemaphoreSlim Release { get; } = new(0);

    /// <summary>Released when the caller of a waiting Get is gone.</summary>
    public SemaphoreSlim CallerGone { get; } = new(0);

    public RequestIdentity? LastIdentity { get; private set; }

    public BatchOperation[] LastBatch { get; private set; } = [];

    public (bool? IsPrefix, long? From, int? ChangesMax, int? WaitMilliseconds) LastWatch { get; private set; }

    public string? LastCaller { get; private set; }

    public int Calls { get; private set; }

    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        Note(key);
        LastIdentity = identity;
        var replaced = _values.ContainsKey(key);
        _values[key] = value;
        var revision = Interlocked.Increment(ref _revision);
        return Task.FromResult(new PutReply { Revision = revision, Replaced = replaced, Slot = revision });
    }

    public async Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        Note(key);
        if (key == WaitKey)
        {
            await WaitAsync();
        }
        var found = _values.TryGetValue(key, out var value);
        return new GetReply { Found = found, Value = value, AppliedThrough = Interlocked.Read(ref _revision) };
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        Note(key);
        var found = _values.TryRemove(key, out _);
        var revision = found ? Interlocked.Increment(ref _revision) : Interlocked.Read(ref _revision);
        return Task.FromResult(new DeleteReply { Revision = revision, Found = found, Slot = revision });
    }

    public async Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity)
    {
        LastBatch = operations;
        var replies = new List<BatchOperationReply>();
        foreach (var operation in operations)
        {
            replies.Add(operation.Kind == BatchOperationKind.Put
                ? Of(await PutAsync(operation.Key, operation.Value!, identity))
                : Of(await DeleteAsync(operation.Key, identity)));
        }
        return new BatchReply { Operations = [.. replies], Revision = Interlocked.Read(ref _revision), Slot = Interlocked.Read(ref _revision) };
    }

    public (Comparison[] Comparisons, BatchOperation[] Then, BatchOperation[]? Otherwise) LastTransact { get; private set; }

    /// <summary>Holds where no comparison is <see cref="ComparisonKind.Missing"/>.</summary>
    public async Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity)
    {
        LastTransact = (comparisons, then, otherwise);
        bool held = comparisons.All(comparison => comparison.Kind != ComparisonKind.Missing);
        var batch = await BatchAsync(held ? then : otherwise ?? [], identity);
        return new TransactReply
        {
            Held = held,
            Revision = batch.Revision,
            Slot = batch.Slot,
            Operations = batch.Operations,
            Compared = held ? [] : [.. comparisons.Select(_ => new ComparedKey { ModificationRevision = 3, Version = 2 })],
        };
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency)
    {
        Note(key);
        return Task.FromResult(new ContainsKeyReply { Found = _values.ContainsKey(key), AppliedThrough = 0 });
    }

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency)
    {
        LastRange = (prefix, from, until, keysMax, keysOnly);
        return Task.FromResult(new RangeReply
        {
            Keys = [.. _values.Select(at => new RangeKey
            {
                Key = at.Key, Value = at.Value, CreateRevision = 1, ModificationRevision = 2, Version = 3,
            })],
            More = true,
            Next = "next",
            Revision = 4,
            AppliedThrough = 5,
        });
    }

    public (string? Prefix, string? From, string? Until, int? KeysMax, bool? KeysOnly) LastRange { get; private set; }

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) =>
        Task.FromResult(new LeaseReply { LeaseId = "1-0-0000000000000001", TimeToLiveSeconds = timeToLiveSeconds, Slot = 1 });

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) =>
        Task.FromResult(new LeaseReply { LeaseId = leaseId, TimeToLiveSeconds = 9, Slot = 2 });

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity) =>
        Task.FromResult(new RevokeLeaseReply { Found = true, KeysRemoved = 2, Revision = 3, Slot = 4 });

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) =>
        Task.FromResult(new GetLeaseReply { Found = true, TimeToLiveSeconds = 9, Renewals = 1, Keys = ["a", "b"], AppliedThrough = 5 });

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) => Task.FromResult(new LeasesReply
    {
        Leases = [new LeaseSummary { LeaseId = "1-0-0000000000000001", TimeToLiveSeconds = 9, Renewals = 1, Keys = 2 }],
        Next = from,
        AppliedThrough = 5,
    });

    public Task<ResolveReply> ResolveAsync(string session, long sequence) =>
        Task.FromResult(new ResolveReply { Outcome = ResolveOutcome.Applied, Put = new PutReply { Revision = sequence, Replaced = true, Slot = 1 } });

    public Task<OpenSessionReply> OpenSessionAsync() => Task.FromResult(new OpenSessionReply { Session = "s-1" });

    public Task<MemberReport> MembersAsync() => Task.FromResult(new MemberReport { Configuration = 0, Members = [] });

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls) => throw new NotSupportedException("No test of the dispatcher pipelines.");

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds)
    {
        Note(key);
        LastWatch = (isPrefix, fromRevision, changesMax, waitMilliseconds);
        return Task.FromResult(new WatchReply
        {
            Changes = [.. _values.Where(at => at.Key == key).Select(at => new KeyChange
            {
                Revision = 1, Kind = KeyChangeKind.Put, Key = at.Key, Value = at.Value, Slot = 1,
            })],
            CompleteThrough = Interlocked.Read(ref _revision),
        });
    }

    private static BatchOperationReply Of(PutReply reply) => new() { Revision = reply.Revision, Found = reply.Replaced };

    private static BatchOperationReply Of(DeleteReply reply) => new() { Revision = reply.Revision, Found = reply.Found };

    private async Task WaitAsync()
    {
        using var gone = _call.Disconnected.Register(() => CallerGone.Release());
        Waiting.Release();
        await Release.WaitAsync(_call.Disconnected);
    }

    private void Note(string key)
    {
        Calls++;
        LastCaller = _call.Caller;
        switch (key)
        {
            case "":
                throw new FaultException<InvalidRequestFault>(
                    new InvalidRequestFault { Field = "key", Reason = "is empty." },
                    new FaultReason("key is empty."),
                    new FaultCode("InvalidRequest", ServiceNamespaces.Services),
                    null);
            case NoQuorumKey:
                throw new FaultException<NoQuorumFault>(
                    new NoQuorumFault { WaitedMilliseconds = 1500 },
                    new FaultReason("No majority of replicas answered."),
                    new FaultCode("NoQuorum", ServiceNamespaces.Services),
                    null);
            case BugKey:
                throw new InvalidOperationException(Secret);
        }
    }
}
