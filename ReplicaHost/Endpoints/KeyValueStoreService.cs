using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The store's door: checks, maps, hands over, replies.</summary>
internal sealed class KeyValueStoreService(
    string cluster, StoreCalls calls, MemberCalls members, ReplicaDriver driver, StoreQuota quota, WatchCalls watches, LeaseCalls leases, CallMetrics metrics,
    ICallContext context)
    : IKeyValueStore
{
    public async Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        RequestRules.CheckKey(key);
        RequestRules.CheckValue(value);
        var put = new Put(RequestRules.CheckIdentity(identity), key, value);
        quota.CheckRoom(put);
        var answer = await calls.SubmitAsync(put, context.Disconnected);
        return answer is PutDone done
            ? PutMapper.Reply(done)
            : throw AnswerFaults.NotTheAnswerWithoutLease(answer, identity);
    }

    public async Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        RequestRules.CheckKey(key);
        var answer = await calls.SubmitAsync(new Delete(RequestRules.CheckIdentity(identity), key), context.Disconnected);
        return answer is DeleteDone done
            ? PutMapper.Reply(done)
            : throw AnswerFaults.NotTheAnswerWithoutLease(answer, identity);
    }

    public async Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity)
    {
        RequestRules.CheckBatch(operations);
        var batch = new Batch(RequestRules.CheckIdentity(identity), BatchMapper.Writes(operations));
        quota.CheckRoom(batch);
        var answer = await calls.SubmitAsync(batch, context.Disconnected);
        return answer is BatchDone done && done.Writes.Count == operations.Length
            ? BatchMapper.Reply(done)
            : throw AnswerFaults.NotTheAnswer(answer, identity);
    }

    public async Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity)
    {
        RequestRules.CheckTransact(comparisons, then, otherwise);
        var transact = TransactMapper.Command(RequestRules.CheckIdentity(identity), comparisons, then, otherwise ?? []);
        quota.CheckRoom(transact);
        var answer = await calls.SubmitAsync(transact, context.Disconnected);
        return answer is TransactDone done && TransactMapper.Fits(done, transact)
            ? TransactMapper.Reply(done)
            : throw AnswerFaults.NotTheAnswer(answer, identity);
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency) => GetAsync(key, consistency, ReadIndexOnce());

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency) =>
        ContainsKeyAsync(key, consistency, ReadIndexOnce());

    public async Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency)
    {
        var most = keysMax ?? StoreLimits.RangeKeysMax;
        RequestRules.CheckRange(prefix, from, until, most);
        calls.CheckState(driver);
        if (consistency is not ReadConsistency.Serializable)
        {
            await calls.ReadIndexAsync(context.Disconnected);
        }

        // On a thread of its own: the one that brought the read index may have others to tell, and a page may take some milliseconds.
        StoreCalls.CheckRestore(driver);
        var read = await Task.Run(() => driver.Machine.ReadRange(new KeyRange(prefix ?? "", from ?? "", until), most, StoreLimits.RangeBytesMax));
        StoreCalls.CheckRestore(driver);
        calls.CheckState(driver);
        context.TakeForAnswer(AnswerBytes.Of(read) - ByteBudget.FreeBytes);
        return RangeMapper.Reply(read, keysOnly ?? false);
    }

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) => leases.GrantAsync(timeToLiveSeconds, identity);

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) => leases.KeepAliveAsync(leaseId);

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity) => leases.RevokeAsync(leaseId, identity);

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) => leases.GetAsync(leaseId, consistency);

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) => leases.ListAsync(from, consistency);

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls)
    {
        RequestRules.CheckPipeline(calls);
        return Task.WhenAll(BeginAll(calls));
    }

    public async Task<OpenSessionReply> OpenSessionAsync()
    {
        var nonce = Random.Shared.NextInt64();
        var answer = await calls.SubmitAsync(new OpenSession(nonce), context.Disconnected);
        return answer is SessionOpened opened
            ? new OpenSessionReply { Session = opened.Session, Cluster = cluster }
            : throw AnswerFaults.NotTheAnswer(answer, identity: null);
    }

    public async Task<ResolveReply> ResolveAsync(string session, long sequence)
    {
        RequestRules.CheckResolve(session, sequence);
        return ResolveMapper.Reply(await calls.SubmitAsync(new Resolve(session, sequence), context.Disconnected));
    }

    public Task<MemberReport> MembersAsync() => members.ReportAsync();

    public async Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds)
    {
        var filter = new ChangeFilter(key, isPrefix ?? false);
        var (from, changes) = (fromRevision ?? 0, changesMax ?? StoreLimits.WatchChangesMax);
        var wait = waitMilliseconds ?? StoreLimits.WatchMillisecondsDefault;
        RequestRules.CheckWatch(key, filter.IsPrefix, from, changes, wait);
        var reply = await watches.WatchAsync(filter, from, changes, TimeSpan.FromMilliseconds(wait), context.Disconnected);
        context.TakeForAnswer(AnswerBytes.Of(reply) - ByteBudget.FreeBytes);
        return reply;
    }

    private Task<PipelinedReply>[] BeginAll(PipelinedCall[] pipelined)
    {
        var readIndex = ReadIndexOnce();
        var budget = new ReplyBudget(context);
        var begun = new Task<PipelinedReply>[pipelined.Length];
        using (calls.Gather())
        {
            BeginThose(IsForTheLoop);
        }

        // These read the store at once, on this thread, and the loop would wait for them.
        BeginThose(call => !IsForTheLoop(call));
        return begun;

        void BeginThose(Func<PipelinedCall, bool> are)
        {
            for (var i = 0; i < pipelined.Length; i++)
            {
                var call = pipelined[i];
                if (are(call))
                {
                    begun[i] = PipelineReplies.OfAsync(
                        () => metrics.CountAsync(NameOf(call.Kind), metrics.Begin(), AnswerAsync(call, readIndex, budget)));
                }
            }
        }
    }

    private static bool IsForTheLoop(PipelinedCall call) =>
        call.Consistency is not ReadConsistency.Serializable || call.Kind is not (PipelinedCallKind.Get or PipelinedCallKind.ContainsKey);

    private static string NameOf(PipelinedCallKind kind) => kind switch
    {
        PipelinedCallKind.Put => "Put",
        PipelinedCallKind.Get => "Get",
        PipelinedCallKind.Delete => "Delete",
        PipelinedCallKind.ContainsKey => "ContainsKey",
        _ => throw NoSuch(kind),
    };

    private static UnreachableException NoSuch(PipelinedCallKind kind) => new($"a call of kind {kind}, which no reader of messages lets through");

    private async Task<PipelinedReply> AnswerAsync(PipelinedCall call, SharedReadIndex readIndex, ReplyBudget budget)
    {
        RequestRules.CheckMembers(call);
        return call.Kind switch
        {
            PipelinedCallKind.Put => new() { Put = await PutAsync(call.Key, call.Value!, call.Identity) },
            PipelinedCallKind.Get => new() { Get = await GetAsync(call.Key, call.Consistency, readIndex, budget) },
            PipelinedCallKind.Delete => new() { Delete = await DeleteAsync(call.Key, call.Identity) },
            PipelinedCallKind.ContainsKey => new() { ContainsKey = await ContainsKeyAsync(call.Key, call.Consistency, readIndex) },
            _ => throw NoSuch(call.Kind),
        };
    }

    private async Task<GetReply> GetAsync(string key, ReadConsistency? consistency, SharedReadIndex readIndex, ReplyBudget? budget = null)
    {
        var (appliedThrough, record) = await ReadAsync(key, consistency, readIndex, budget);
        var bytes = record?.Value.Length ?? 0;
        if (budget is null)
        {
            context.TakeForAnswer(bytes - ByteBudget.FreeBytes);
        }
        else
        {
            budget.Take(bytes);
        }

        return record is null
            ? new GetReply { Found = false, AppliedThrough = appliedThrough }
            : new GetReply
            {
                Found = true,
                Value = record.Value.ToArray(),
                CreateRevision = record.CreateRevision,
                ModificationRevision = record.ModificationRevision,
                Version = record.Version,
                AppliedThrough = appliedThrough,
            };
    }

    private async Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency, SharedReadIndex readIndex)
    {
        var (appliedThrough, record) = await ReadAsync(key, consistency, readIndex);
        return new ContainsKeyReply { Found = record is not null, AppliedThrough = appliedThrough };
    }

    private SharedReadIndex ReadIndexOnce() => new(() => calls.ReadIndexAsync(context.Disconnected));

    private async Task<(long AppliedThrough, KeyRecord? Record)> ReadAsync(
        string key, ReadConsistency? consistency, SharedReadIndex readIndex, ReplyBudget? budget = null)
    {
        RequestRules.CheckKey(key);
        calls.CheckState(driver);
        if (consistency is not ReadConsistency.Serializable)
        {
            await readIndex.WaitAsync();
        }

        budget?.Check();

        // Applied-through first: what is read after it holds at least that much. And a restore may begin between two of these lines.
        StoreCalls.CheckRestore(driver);
        var appliedThrough = driver.Machine.Numbers.AppliedThrough.Number;
        var record = driver.Machine.Find(key);
        StoreCalls.CheckRestore(driver);
        calls.CheckState(driver);
        return (appliedThrough, record);
    }
}
