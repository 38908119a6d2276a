using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Tests.Replication;

namespace PaxosWcf.Tests.Client;

/// <summary>Calls that wait for the message before them. One whose time is over, or whose caller has given up, does not leave any more, and so had no effect; one that
/// has left, and is given up then, has none once its caller went on.</summary>
[TestClass]
public sealed class LateCallTests(TestContext test)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly HeldChannel _channel = new();

    [TestMethod]
    public async Task Put_NotSentWithinItsTime_HadNoEffectAndIsNotSentLater()
    {
        PaxosKeyValueClient client = Client();
        Task<StoreAnswer<PutReply>> first = PutAsync(client, "1");
        Assert.AreEqual("put 1", await _channel.NextAsync());
        Task<StoreAnswer<PutReply>> late = PutAsync(client, "2");
        _time.Advance(Limit);
        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => first);
        Assert.Contains("It had no effect", (await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => late)).Message);

        await GoOnAsync(client);
    }

    [TestMethod]
    public async Task Put_CallerGivesUpBeforeItIsSent_IsNotSentLater()
    {
        PaxosKeyValueClient client = Client();
        Task<StoreAnswer<PutReply>> first = PutAsync(client, "1");
        Assert.AreEqual("put 1", await _channel.NextAsync());
        using var givenUp = new CancellationTokenSource();
        Task<StoreAnswer<PutReply>>[] late = [.. Enumerable.Range(0, 100).Select(_ => client.PutAsync("2", [], givenUp.Token))];
        await givenUp.CancelAsync();
        foreach (Task<StoreAnswer<PutReply>> one in late)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => one);
        }

        await GoOnAsync(client);
        await first;
    }

    /// <summary>It was not under way before.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Patience_OfACallThatWaited_CountsFromWhenItWasSent()
    {
        PaxosKeyValueClient client = Client(operationTimeout: 3 * Limit);
        Task<StoreAnswer<PutReply>> first = PutAsync(client, "1");
        Assert.AreEqual("put 1", await _channel.NextAsync());
        Task<StoreAnswer<PutReply>> second = PutAsync(client, "2");
        _time.Advance(Limit * 0.8);
        _channel.Answer();
        await first;
        Assert.AreEqual("put 2", await _channel.NextAsync());
        _time.Advance(Limit * 0.8);
        _channel.Answer();

        Assert.AreEqual(1, (await second.WaitAsync(test.CancellationToken)).Attempts);
    }

    /// <summary>Also where what waits is more than a message holds, and its callers hear of no majority one after the other.</summary>
    [TestMethod]
    [DataRow(2)]
    [DataRow(10)]
    [DataRow(100)]
    public async Task Puts_ThatWaitForEachOther_WithoutAMajority_NoEffectIsCertain(int callers)
    {
        var under = new ClientUnderTest(time: _time);
        under.Cluster.KeepsChannels = true;
        await under.PutAsync("a");
        under.Cluster.Always = Mishap.NoQuorum;
        var wait = TimeSpan.FromSeconds(4);
        under.Cluster.NoQuorumAfter = (wait, () => under.DelayAsync(wait));

        Exception?[] failures = await under.EndAsync(
            () => Task.WhenAll(Enumerable.Range(0, callers).Select(async n =>
            {
                try
                {
                    await under.Client.PutAsync($"k{n}", [], test.CancellationToken);
                    return null;
                }
                catch (PaxosClientException failure)
                {
                    return (Exception)failure;
                }
            })),
            step: TimeSpan.FromMilliseconds(10));

        Assert.AreSequenceEqual(
            Enumerable.Repeat(nameof(StoreUnavailableException), callers), failures.Select(failure => failure?.GetType().Name ?? "answered"));
    }

    /// <summary>The caller goes on, which acknowledges all that it gave up; what arrives after that is refused, and not applied.</summary>
    [TestMethod]
    public async Task Put_ArrivesAfterItsCallerWentOn_HasNoEffect()
    {
        PaxosKeyValueClient client = Client();
        Task<StoreAnswer<PutReply>> given = PutAsync(client, "1");
        await _channel.NextAsync();
        _time.Advance(Limit);
        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => given);
        _channel.Answer();
        Task<StoreAnswer<PutReply>> next = PutAsync(client, "2");
        await _channel.NextAsync();
        _channel.Answer();
        await next;

        var store = new DriverBench();
        store.UntilItLeads();
        string session = ((SessionOpened)store.Submit(new OpenSession(1)).Answer!).Session;
        Assert.IsInstanceOfType<PutDone>(store.Submit(PutOf(session, _channel.Puts[1])).Answer);
        Assert.IsInstanceOfType<SessionForgotten>(store.Submit(PutOf(session, _channel.Puts[0])).Answer);
        Assert.IsNull(store.Driver.Machine.Find("1"));
    }

    private static Put PutOf(string session, (string Key, RequestIdentity? Identity) sent) => new(
        new ClientIdentity(session, sent.Identity!.Sequence, sent.Identity.AcknowledgedThrough), sent.Key, ReadOnlyMemory<byte>.Empty);

    // The message before is answered, and what goes next is what comes next.
    private async Task GoOnAsync(PaxosKeyValueClient client)
    {
        Task<StoreAnswer<PutReply>> next = PutAsync(client, "3");
        _channel.Answer();
        Assert.AreEqual("put 3", await _channel.NextAsync());
        _channel.Answer();
        await next;
        Assert.AreSequenceEqual(["1", "3"], _channel.Puts.Select(put => put.Key));
    }

    private PaxosKeyValueClient Client(TimeSpan? operationTimeout = null) => new(
        FakeCluster.Options(pinned: 1) with { AttemptTimeout = Limit, OperationTimeout = operationTimeout ?? Limit },
        new OneChannel(_channel), _time, new Random(1));

    private Task<StoreAnswer<PutReply>> PutAsync(PaxosKeyValueClient client, string key) => client.PutAsync(key, [], test.CancellationToken);
}
