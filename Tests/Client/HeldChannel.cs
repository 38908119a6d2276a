using System.Globalization;
using System.Threading.Channels;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A channel that answers each message when a test says so, in the order in which they came. Keys are numbers, and
/// each call is answered with its key's.</summary>
internal sealed class HeldChannel : IKeyValueStore
{
    private readonly Channel<Held> _arrived = Channel.CreateUnbounded<Held>();
    private readonly Queue<Held> _held = [];
    private readonly List<string> _sent = [];

    /// <summary>Called where a message is sent.</summary>
    public Action Heard { get; set; } = () => { };

    /// <summary>What was sent, a word for each message and the keys in it.</summary>
    public IReadOnlyList<string> Sent
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    /// <summary>How many calls such a message holds.</summary>
    public static int Calls(string sent) => sent.Count(c => c == ' ');

    public static PutReply Reply(string key) => new() { Revision = Number(key), Replaced = false, Slot = Number(key) };

    /// <summary>Waits for the next message.</summary>
    public async Task<string> NextAsync()
    {
        Held held = await _arrived.Reader.ReadAsync();
        _held.Enqueue(held);
        return held.Sent;
    }

    /// <summary>Waits for the next message, or for the end; false when the end came.</summary>
    public async Task<bool> NextOrEndAsync(Task end)
    {
        Task<bool> next = _arrived.Reader.WaitToReadAsync().AsTask();
        await Task.WhenAny(next, end);
        if (!next.IsCompleted)
        {
            return false;
        }

        await NextAsync();
        return true;
    }

    /// <summary>Answers the oldest message, calls of a pipeline with what is given for their keys or with a put's reply.</summary>
    public void Answer(Func<string, PipelinedReply?>? given = null) => _held.Dequeue().Answer(given ?? (_ => null));

    /// <summary>Answers the oldest message, which is a pipeline, with these replies.</summary>
    public void AnswerPipeline(PipelinedReply[] replies) => _held.Dequeue().Pipeline!.SetResult(replies);

    /// <summary>The oldest message comes to nothing.</summary>
    public void Fail(Exception why) => _held.Dequeue().Fail(why);

    /// <summary>Waits for so many messages, and answers each as it comes.</summary>
    public async Task AnswerAllAsync(int messages)
    {
        for (int n = 0; n < messages; n++)
        {
            await NextAsync();
            Answer();
        }
    }

    /// <summary>The identities that puts carried, in the order in which they were sent.</summary>
    public List<(string Key, RequestIdentity? Identity)> Puts { get; } = [];

    /// <summary>The values that puts carried, in that order.</summary>
    public List<byte[]> Values { get; } = [];

    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        Puts.Add((key, identity));
        Values.Add(value);
        return HoldAsync("put", key, Reply(key));
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity) => HoldAsync("delete", key, DeleteOf(key));

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency) => HoldAsync("get", key, GetOf(key));

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency) => HoldAsync("contains", key, ContainsOf(key));

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity) => throw new NotSupportedException();

    public Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity) =>
        throw new NotSupportedException();

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency) =>
        throw new NotSupportedException();

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity) => throw new NotSupportedException();

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) => throw new NotSupportedException();

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity) => throw new NotSupportedException();

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) => throw new NotSupportedException();

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) => throw new NotSupportedException();

    public Task<ResolveReply> ResolveAsync(string session, long sequence) => throw new NotSupportedException();

    public Task<OpenSessionReply> OpenSessionAsync() => Task.FromResult(new OpenSessionReply { Session = "held" });

    public Task<MemberReport> MembersAsync() => throw new NotSupportedException();

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds) =>
        throw new NotSupportedException();

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls)
    {
        var answer = new TaskCompletionSource<PipelinedReply[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        Values.AddRange(calls.Select(call => call.Value).OfType<byte[]>());
        Puts.AddRange(calls.Where(call => call.Kind == PipelinedCallKind.Put).Select(call => (call.Key, call.Identity)));
        Arrive(new Held(
            $"pipeline {string.Join(' ', calls.Select(call => call.Key))}",
            given => answer.SetResult([.. calls.Select(call => given(call.Key) ?? ReplyOf(call))]),
            answer.SetException)
        { Pipeline = answer });
        return answer.Task;
    }

    private static PipelinedReply ReplyOf(PipelinedCall call) => call.Kind switch
    {
        PipelinedCallKind.Put => new() { Put = Reply(call.Key) },
        PipelinedCallKind.Delete => new() { Delete = DeleteOf(call.Key) },
        PipelinedCallKind.Get => new() { Get = GetOf(call.Key) },
        _ => new() { ContainsKey = ContainsOf(call.Key) },
    };

    private static DeleteReply DeleteOf(string key) => new() { Revision = Number(key), Found = true, Slot = Number(key) };

    private static GetReply GetOf(string key) => new() { Found = false, AppliedThrough = Number(key) };

    private static ContainsKeyReply ContainsOf(string key) => new() { Found = false, AppliedThrough = Number(key) };

    private static long Number(string key) => long.Parse(key, CultureInfo.InvariantCulture);

    private Task<TReply> HoldAsync<TReply>(string verb, string key, TReply reply)
    {
        var answer = new TaskCompletionSource<TReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        Arrive(new Held($"{verb} {key}", _ => answer.SetResult(reply), answer.SetException));
        return answer.Task;
    }

    private void Arrive(Held held)
    {
        Heard();
        lock (_sent)
        {
            _sent.Add(held.Sent);
        }

        Assert.IsTrue(_arrived.Writer.TryWrite(held));
    }

    private sealed record Held(string Sent, Action<Func<string, PipelinedReply?>> Answer, Action<Exception> Fail)
    {
        public TaskCompletionSource<PipelinedReply[]>? Pipeline { get; init; }
    }
}
