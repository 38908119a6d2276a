using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>What no replica should answer and no channel should throw hides no doubt, and does no other harm.</summary>
[TestClass]
public sealed class RawFailureTests(TestContext test)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task Put_ClientIsDisposedWhileItIsInDoubt_OutcomeIsUnknown()
    {
        var (client, channels) = Client();
        channels.Cluster.Heard = (_, operation) => channels.Failure = operation == "put" ? new ObjectDisposedException("the channel") : null;
        channels.Cluster.AlwaysFor = "put";
        channels.Cluster.Always = Mishap.AnswerLost;

        var doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => client.PutAsync("k", [1], test.CancellationToken));

        Assert.IsInstanceOfType<ObjectDisposedException>(doubt.InnerException);
        Assert.AreEqual(("session-1", 1L), (doubt.Session, doubt.Sequence));
    }

    [TestMethod]
    public async Task Put_ClientIsDisposedBefore_SaysSo()
    {
        var (client, channels) = Client();
        channels.Failure = new ObjectDisposedException("the channel");

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => client.PutAsync("k", [1], test.CancellationToken));
    }

    [TestMethod]
    public async Task Put_ChannelFailsAsNoneShould_OutcomeIsUnknown()
    {
        var (client, channels) = Client();
        channels.Cluster.Heard = (_, operation) =>
        {
            if (operation == "put")
            {
                throw new InvalidOperationException("that should not be");
            }
        };

        var doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => client.PutAsync("k", [1], test.CancellationToken));

        Assert.AreEqual("that should not be", doubt.InnerException!.Message);
    }

    [TestMethod]
    public async Task Answer_Nil_IsNone()
    {
        var under = new ClientUnderTest();
        await under.PutAsync("a");
        under.Cluster.AnswersNil = true;

        var doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => under.PutAsync("k"));
        var unavailable = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => under.GetAsync("k"));

        Assert.Contains("something that is not an answer of this store", doubt.Message);
        Assert.Contains("something that is not an answer of this store", unavailable.Message);
        Assert.AreEqual(2, under.Cluster.Revision, "it was applied, once");
    }

    /// <summary>An answer without a result for each operation leaves the fate of some untold: it is none, and its calls do not stay open in a history.</summary>
    [TestMethod]
    [DataRow("batch", 1)]
    [DataRow("batch", 2)]
    [DataRow("transact", 1)]
    public async Task Answer_WithFewerResultsThanOperations_IsNone(string operation, int lacking)
    {
        var under = new ClientUnderTest();
        await under.PutAsync("a");
        under.Cluster.ResultsLacking = lacking;
        BatchOperation[] puts = [BatchOperation.Put("k", [1]), BatchOperation.Put("l", [1])];

        var doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => operation == "batch"
            ? under.BatchAsync(puts)
            : under.TransactAsync([Comparison.Missing("a")], [], puts));

        Assert.Contains("something that is not an answer of this store", doubt.Message);
        Assert.AreEqual(3, under.Cluster.Revision, "it was applied, once");
    }

    [TestMethod]
    [DataRow(true, DisplayName = "no report")]
    [DataRow(false, DisplayName = "no members in it")]
    public async Task Members_Nil_TeachNothingAndHinderNothing(bool report)
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        foreach (Uri address in FakeCluster.Addresses.Values)
        {
            under.Cluster.Told[address] = new MemberReport { Configuration = 5, Members = report ? [] : null! };
        }

        await under.PutAsync("a");
        under.Cluster.AnswersNil = report;
        under.Advance(Interval);
        await under.Client.MembersLook.WaitAsync(test.CancellationToken);
        under.Cluster.AnswersNil = false;

        Assert.AreEqual(2, (await under.PutAsync("b")).Reply.Revision);
        await under.Client.DisposeAsync();
        Assert.IsTrue(under.Cluster.IsClosed);
    }

    /// <summary>A call that hangs, and that was given up, holds nobody up who closes the client.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Dispose_WhileSomebodyWaitsOrNobody_WaitsForCallsOrNot(bool somebodyWaits)
    {
        var cluster = new FakeCluster { Always = Mishap.Silent };
        var client = new PaxosKeyValueClient(FakeCluster.Options(), cluster, TimeProvider.System, new Random(1));
        using var giveUp = new CancellationTokenSource();
        var hangs = client.GetAsync("k", cancel: giveUp.Token);
        if (!somebodyWaits)
        {
            await giveUp.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => hangs);
        }

        await client.DisposeAsync();

        Assert.AreEqual(!somebodyWaits, cluster.IsAbandoned);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task DisposeOfControl_WhileSomebodyWaitsOrNobody_WaitsForCallsOrNot(bool somebodyWaits)
    {
        var cluster = new FakeCluster { Always = Mishap.Silent };
        var control = new ReplicaControlClient(FakeCluster.Options(), cluster, TimeProvider.System);
        using var giveUp = new CancellationTokenSource();
        var hangs = control.StatusAsync(1, giveUp.Token);
        if (!somebodyWaits)
        {
            await giveUp.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => hangs);
        }

        await control.DisposeAsync();

        Assert.AreEqual(!somebodyWaits, cluster.IsAbandoned);
    }

    private static (PaxosKeyValueClient Client, FailingChannels Channels) Client()
    {
        var channels = new FailingChannels();
        return (new PaxosKeyValueClient(FakeCluster.Options(), channels, TimeProvider.System, new Random(1)), channels);
    }

    private sealed class FailingChannels : IChannelSource<IKeyValueStore>
    {
        public FakeCluster Cluster { get; } = new();

        /// <summary>Thrown instead of a channel.</summary>
        public Exception? Failure { get; set; }

        public Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel) =>
            Failure is null ? ((IChannelSource<IKeyValueStore>)Cluster).OpenAsync(place, cancel) : Task.FromException<IKeyValueStore>(Failure);

        public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
