using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Calls that share messages, over a channel whose answers a test gives by hand.</summary>
[TestClass]
public sealed class PipeliningTests
{
    private readonly HeldChannel _channel = new();
    private readonly PipeliningStore _store;

    public PipeliningTests() => _store = Store(messagesMax: 1);

    [TestMethod]
    public async Task CallsOneAfterTheOther_GoAlone()
    {
        for (int n = 0; n < 3; n++)
        {
            Task<PutReply> put = PutAsync(n);
            Assert.AreEqual($"put {n}", await _channel.NextAsync());
            _channel.Answer();
            Assert.AreEqual(n, (await put).Revision);
        }
    }

    [TestMethod]
    public async Task CallsWhileOneIsUnderWay_GoTogetherAndEachGetsItsOwnAnswer()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 6).Select(PutAsync)];
        Assert.AreEqual("put 0", await _channel.NextAsync());
        _channel.Answer();
        Assert.AreEqual("pipeline 1 2 3 4 5", await _channel.NextAsync());
        _channel.Answer();

        PutReply[] replies = await Task.WhenAll(puts);

        Assert.AreSequenceEqual([0L, 1, 2, 3, 4, 5], replies.Select(reply => reply.Revision));
    }

    [TestMethod]
    public async Task Gets_ThatTheAnswerHasNoRoomFor_GoIntoTheNextMessage()
    {
        Task<GetReply>[] gets = [.. Enumerable.Range(0, 6).Select(n => _store.GetAsync($"{n}", null))];
        Assert.AreEqual("get 0", await _channel.NextAsync());
        _channel.Answer();
        Assert.AreEqual("pipeline 1 2 3 4 5", await _channel.NextAsync());
        var leftOut = new PipelinedReply
        {
            Fault = new() { Reason = "why", Overloaded = new() { Limit = nameof(StoreLimits.PipelineReplyBytesMax), Max = StoreLimits.PipelineReplyBytesMax } },
        };
        _channel.Answer(key => key is "3" or "4" or "5" ? leftOut : null);
        Assert.AreEqual("pipeline 3 4 5", await _channel.NextAsync());
        _channel.Fail(new CommunicationException("more than is read", new QuotaExceededException("more than is read")));
        Assert.AreEqual("get 3", await _channel.NextAsync());
        _channel.Answer();
        Assert.AreEqual("pipeline 4 5", await _channel.NextAsync());
        _channel.Answer();
        GetReply[] replies = await Task.WhenAll(gets);
        Assert.AreSequenceEqual([0L, 1, 2, 3, 4, 5], replies.Select(reply => reply.AppliedThrough));
    }

    // One thing after the other, in the order in which they become due: so nothing hangs on how quick a thread is.
    [TestMethod]
    [DataRow(2)]
    [DataRow(12)]
    public async Task CallersThatComeBackTogether_GoTogether(int callers)
    {
        const int Rounds = 20;
        int messages = 0;
        await Task.Factory.StartNew(
            async () =>
            {
                Task all = Task.WhenAll(Enumerable.Range(0, callers).Select(async n =>
                {
                    for (int round = 0; round < Rounds; round++)
                    {
                        await PutAsync(n);
                    }
                }));
                while (await _channel.NextOrEndAsync(all))
                {
                    messages++;
                    _channel.Answer();
                }

                await all;
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();

        // The first call goes alone, and its caller stays one round ahead or behind: else each round is one message, and two do not
        // take turns.
        Assert.IsLessThanOrEqualTo(Rounds + 2, messages);
    }

    [TestMethod]
    public async Task Reads_WaitForNoMutation_AndSerializableOnesForNoOther()
    {
        _ = PutAsync(0);
        Assert.AreEqual("put 0", await _channel.NextAsync());
        Task<GetReply> linearizable = _store.GetAsync("1", ReadConsistency.Linearizable);
        Assert.AreEqual("get 1", await _channel.NextAsync());
        Task<GetReply> serializable = _store.GetAsync("2", ReadConsistency.Serializable);
        Assert.AreEqual("get 2", await _channel.NextAsync());

        Assert.IsFalse(linearizable.IsCompleted || serializable.IsCompleted);
    }

    [TestMethod]
    public async Task EveryKind_GetsItsOwnAnswer()
    {
        Task<PutReply> first = PutAsync(0);
        Task<DeleteReply> delete = _store.DeleteAsync("1", null);
        Task<PutReply> put = PutAsync(2);
        await _channel.AnswerAllAsync(2);
        Assert.AreEqual((0L, 1L, 2L), ((await first).Revision, (await delete).Revision, (await put).Revision));

        Task<GetReply> begin = _store.GetAsync("3", null);
        Task<GetReply> get = _store.GetAsync("4", ReadConsistency.Linearizable);
        Task<ContainsKeyReply> contains = _store.ContainsKeyAsync("5", null);
        await _channel.AnswerAllAsync(2);
        Assert.AreEqual((3L, 4L, 5L), ((await begin).AppliedThrough, (await get).AppliedThrough, (await contains).AppliedThrough));
    }

    [TestMethod]
    public async Task Fault_CostsNoOtherCallAnything()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 4).Select(PutAsync)];
        await _channel.NextAsync();
        _channel.Answer();
        await _channel.NextAsync();
        _channel.Answer(key => key == "2" ? new PipelinedReply { Fault = new PipelinedFault { Reason = "why", Overloaded = new() { Limit = "L", Max = 7 } } } : null);

        var thrown = await Assert.ThrowsExactlyAsync<FaultException<OverloadedFault>>(() => puts[2]);
        Assert.AreEqual(("L", 7L, "why"), (thrown.Detail.Limit, thrown.Detail.Max, thrown.Message));
        Assert.AreEqual((1L, 3L), ((await puts[1]).Revision, (await puts[3]).Revision));
    }

    [TestMethod]
    public void EveryFault_IsWhatTheChannelWouldHaveThrown()
    {
        PipelinedFault[] faults =
        [
            new() { Reason = "why", InvalidRequest = new() { Field = "key", Reason = "r" } },
            new() { Reason = "why", RequestTooLarge = new() { Field = "value", Bytes = 2, BytesMax = 1 } },
            new() { Reason = "why", StorageFull = new() { UsedBytes = 2, LimitBytes = 1 } },
            new() { Reason = "why", NoQuorum = new() { WaitedMilliseconds = 1 } },
            new() { Reason = "why", OutcomeUnknown = new() { WaitedMilliseconds = 1 } },
            new() { Reason = "why", ReplicaFenced = new() { ReplicaId = 1 } },
            new() { Reason = "why", SessionExpired = new() { Session = "s", Sequence = 1 } },
            new() { Reason = "why", Overloaded = new() { Limit = "L", Max = 1 } },
            new() { Reason = "why", Restoring = new() { Restore = 1 } },
        ];

        foreach (PipelinedFault fault in faults)
        {
            FaultException thrown = PipelinedFaults.Exception(fault);
            Assert.IsTrue(thrown.GetType().IsGenericType, $"{thrown} has a detail");
            Assert.AreEqual("why", thrown.Message);
        }

        Assert.HasCount(typeof(PipelinedFault).GetProperties().Length - 1, faults.Select(f => PipelinedFaults.Exception(f).GetType()).Distinct());
    }

    [TestMethod]
    public async Task MessageThatFails_FailsItsCallsAndNoOther()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 3).Select(PutAsync)];
        await _channel.NextAsync();
        _channel.Answer();
        await _channel.NextAsync();
        Task<PutReply> later = PutAsync(3);
        _channel.Fail(new CommunicationException("gone"));
        await Assert.ThrowsExactlyAsync<CommunicationException>(() => puts[1]);
        await Assert.ThrowsExactlyAsync<CommunicationException>(() => puts[2]);

        await _channel.AnswerAllAsync(1);
        Assert.AreEqual((0L, 3L), ((await puts[0]).Revision, (await later).Revision));
    }

    [TestMethod]
    public async Task TooFewReplies_AreNobodysAnswer()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 3).Select(PutAsync)];
        await _channel.NextAsync();
        _channel.Answer();
        await _channel.NextAsync();
        _channel.AnswerPipeline([new PipelinedReply { Put = HeldChannel.Reply("1") }]);

        await Assert.ThrowsExactlyAsync<ProtocolException>(() => puts[1]);
        await Assert.ThrowsExactlyAsync<ProtocolException>(() => puts[2]);
    }

    [TestMethod]
    public async Task ReplyOfAnotherKind_IsNobodysAnswer()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 3).Select(PutAsync)];
        await _channel.NextAsync();
        _channel.Answer();
        await _channel.NextAsync();
        _channel.Answer(key => key == "1" ? new PipelinedReply() : null);

        await Assert.ThrowsExactlyAsync<ProtocolException>(() => puts[1]);
        Assert.AreEqual(2, (await puts[2]).Revision);
    }

    [TestMethod]
    public async Task ReplicaOfAnOlderVersion_GetsEachCallAlone()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 3).Select(PutAsync)];
        await _channel.NextAsync();
        _channel.Answer();
        Assert.AreEqual("pipeline 1 2", await _channel.NextAsync());
        _channel.Fail(new ActionNotSupportedException("what is that"));
        await _channel.AnswerAllAsync(2);
        Assert.AreSequenceEqual([0L, 1, 2], (await Task.WhenAll(puts)).Select(reply => reply.Revision));

        Task<PutReply>[] more = [.. Enumerable.Range(3, 3).Select(PutAsync)];
        await _channel.AnswerAllAsync(3);
        Assert.AreSequenceEqual([3L, 4, 5], (await Task.WhenAll(more)).Select(reply => reply.Revision));
        Assert.HasCount(1, _channel.Sent.Where(message => message.StartsWith("pipeline", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Message_HoldsAsManyCallsAsOneMay()
    {
        Task<PutReply>[] puts = [.. Enumerable.Range(0, StoreLimits.PipelineCallsMax + 3).Select(PutAsync)];
        await _channel.AnswerAllAsync(3);
        await Task.WhenAll(puts);

        Assert.AreSequenceEqual([1, StoreLimits.PipelineCallsMax, 2], _channel.Sent.Select(HeldChannel.Calls));
    }

    [TestMethod]
    public async Task Message_HoldsAsManyBytesAsOneMay()
    {
        // With its key of one byte each value fills half of a message exactly; one byte more and two do not fit.
        byte[] half = new byte[(StoreLimits.PipelineBytesMax / 2) - 1];
        Task<PutReply>[] puts = [.. new[] { half, half, half, [.. half, 1], half }
            .Select((value, n) => _store.PutAsync($"{n}", value, null))];
        await _channel.AnswerAllAsync(4);
        await Task.WhenAll(puts);

        Assert.AreSequenceEqual([1, 2, 1, 1], _channel.Sent.Select(HeldChannel.Calls));
    }

    [TestMethod]
    public async Task NoMoreCallersThanMessages_EachCallGoesAloneAtOnce()
    {
        PipeliningStore store = Store(messagesMax: 2);
        for (int round = 0; round < 3; round++)
        {
            Task<PutReply>[] puts = [.. Enumerable.Range(0, 2).Select(n => store.PutAsync($"{n}", [], null))];
            Assert.AreEqual("put 0", await _channel.NextAsync());
            Assert.AreEqual("put 1", await _channel.NextAsync());
            _channel.Answer();
            _channel.Answer();
            await Task.WhenAll(puts);
        }
    }

    [TestMethod]
    public async Task MoreCallersThanMessages_ShareOneMessageAtATime()
    {
        PipeliningStore store = Store(messagesMax: 2);
        Task<PutReply>[] puts = [.. Enumerable.Range(0, 6).Select(n => store.PutAsync($"{n}", [], null))];
        Assert.AreEqual("put 0", await _channel.NextAsync());
        Assert.AreEqual("put 1", await _channel.NextAsync());
        _channel.Answer();
        Assert.AreEqual("pipeline 2 3 4 5", await _channel.NextAsync());
        Task<PutReply>[] more = [.. Enumerable.Range(6, 2).Select(n => store.PutAsync($"{n}", [], null))];
        _channel.Answer();
        await puts[1];

        // The other message is still under way: what waits goes with it, not beside it.
        Assert.HasCount(3, _channel.Sent);
        _channel.Answer();
        Assert.AreEqual("pipeline 6 7", await _channel.NextAsync());
        _channel.Answer();
        await Task.WhenAll([.. puts, .. more]);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(PaxosClientOptions.MessagesUnderWayLimit + 1)]
    public void Option_OutOfBounds_IsRefusedWithASentence(int messages)
    {
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => (FakeCluster.Options() with { MessagesUnderWayMax = messages }).Validate());

        Assert.Contains($"{messages}", thrown.Message);
        (FakeCluster.Options() with { MessagesUnderWayMax = PaxosClientOptions.MessagesUnderWayLimit }).Validate();
    }

    // For many calls: what it tells of one of them nobody here asks for.
    private PipeliningStore Store(int messagesMax) => new(new CallLanes(_channel, messagesMax, TimeProvider.System, _ => { }));

    private Task<PutReply> PutAsync(int n) => _store.PutAsync($"{n}", [], null);
}
