using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Tests.Replication;

namespace PaxosWcf.Tests.Client;

/// <summary>A write that waits for the message before it, until its caller has given up. It goes out all the same: nobody may have been told
/// that it had no effect, and it must be the very write that its caller may ask about.</summary>
[TestClass]
public sealed class LateCallTests(TestContext test)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly HeldChannel _channel = new();

    [TestMethod]
    public async Task Put_SentAfterItsCallerGaveUp_IsInDoubtAndGoesUnderItsIdentity()
    {
        PaxosKeyValueClient client = Client();
        Task<StoreAnswer<PutReply>> first = PutAsync(client, "1");
        Assert.AreEqual("put 1", await _channel.NextAsync());
        Task<StoreAnswer<PutReply>> late = PutAsync(client, "2");
        _time.Advance(Limit);
        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => first);
        var doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => late);
        Assert.HasCount(1, _channel.Sent, "it still waits");

        _channel.Answer();
        Assert.AreEqual("put 2", await _channel.NextAsync());
        RequestIdentity sent = _channel.Puts.Single(put => put.Key == "2").Identity!;
        Assert.AreEqual((doubt.Session, doubt.Sequence), (sent.Session, sent.Sequence));
    }

    /// <summary>Its caller may have put something else into its array by then.</summary>
    [TestMethod]
    public async Task Put_SentAfterItsCallerGaveUp_CarriesWhatWasGiven()
    {
        PaxosKeyValueClient client = Client();
        byte[] value = [1];
        Task<StoreAnswer<PutReply>> first = PutAsync(client, "1");
        await _channel.NextAsync();
        Task<StoreAnswer<PutReply>> late = client.PutAsync("2", value, test.CancellationToken);
        _time.Advance(Limit);
        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => first);
        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => late);
        value[0] = 9;
        _channel.Answer();
        Assert.AreEqual("put 2", await _channel.NextAsync());
        Assert.AreSequenceEqual(new byte[] { 1 }, _channel.Values[^1]);
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

    private PaxosKeyValueClient Client() => new(
        FakeCluster.Options(pinned: 1) with { AttemptTimeout = Limit, OperationTimeout = Limit },
        new OneChannel(new PipeliningStore(_channel, messagesMax: 1)), _time, new Random(1));

    private Task<StoreAnswer<PutReply>> PutAsync(PaxosKeyValueClient client, string key) => client.PutAsync(key, [], test.CancellationToken);

    private sealed class OneChannel(IKeyValueStore store) : IChannelSource<IKeyValueStore>
    {
        public Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel) => Task.FromResult(store);

        public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
