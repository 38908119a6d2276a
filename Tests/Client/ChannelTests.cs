using System.Net;
using System.Net.Sockets;
using System.ServiceModel;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Real WCF channels, to addresses where nobody listens.</summary>
[TestClass]
public sealed class ChannelTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Channel_AskedTwice_IsTheSameAndOpen()
    {
        await using var pool = Pool();

        IKeyValueStore first = await pool.OpenAsync(Somewhere, TestContext.CancellationToken);
        IKeyValueStore second = await pool.OpenAsync(Somewhere, TestContext.CancellationToken);

        Assert.AreSame(first, second);
        Assert.AreEqual(CommunicationState.Opened, ((ICommunicationObject)first).State);
    }

    [TestMethod]
    public async Task Clients_DisposedTwice_AreDisposed()
    {
        var store = new PaxosKeyValueClient(FakeCluster.Options());
        var control = new ReplicaControlClient(FakeCluster.Options());
        foreach (IAsyncDisposable client in new IAsyncDisposable[] { store, control })
        {
            await client.DisposeAsync();
            await client.DisposeAsync();
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => control.StatusAsync(1, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Channel_NoLongerUsable_AnotherOneIsHandedOut()
    {
        await using var pool = Pool();
        IKeyValueStore broken = await pool.OpenAsync(Somewhere, TestContext.CancellationToken);
        ((ICommunicationObject)broken).Abort();

        IKeyValueStore fresh = await pool.OpenAsync(Somewhere, TestContext.CancellationToken);

        Assert.AreNotSame(broken, fresh);
        Assert.AreEqual(CommunicationState.Opened, ((ICommunicationObject)fresh).State);
    }

    [TestMethod]
    public async Task Put_NobodyListens_NoEffectIsCertain()
    {
        await using var client = new PaxosKeyValueClient(Nowhere() with { OperationTimeout = TimeSpan.FromMilliseconds(300) });

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => client.PutAsync("k", [1], TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Status_NobodyListens_SaysWhichReplica()
    {
        await using var control = new ReplicaControlClient(Nowhere());

        var thrown = await Assert.ThrowsExactlyAsync<ReplicaUnavailableException>(() => control.StatusAsync(1, TestContext.CancellationToken));

        Assert.StartsWith("Replica 1 cannot be reached", thrown.Message);
    }

    [TestMethod]
    public async Task Status_ReplicaUnknown_NamesThoseThereAre()
    {
        await using var control = new ReplicaControlClient(Nowhere());

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(() => control.StatusAsync(9, TestContext.CancellationToken));

        Assert.AreEqual("There is no replica 9; the replicas are 1.", thrown.Message);
    }

    /// <summary>A call may be under way on a channel whose address went away: it has its time before the channel is closed.</summary>
    [TestMethod]
    public async Task Channel_AddressWentAway_IsClosedAfterTheTimeOutAndTheOthersStay()
    {
        var time = new FakeTimeProvider();
        await using var pool = Pool(time);
        ReplicaPlace other = Somewhere with { Replica = 2 };
        var gone = (ICommunicationObject)await pool.OpenAsync(Somewhere, TestContext.CancellationToken);
        var kept = (ICommunicationObject)await pool.OpenAsync(other, TestContext.CancellationToken);
        var closed = new TaskCompletionSource();
        gone.Closed += (_, _) => closed.TrySetResult();

        pool.KeepOnly([other]);
        Assert.AreSequenceEqual([other], pool.Places);
        Assert.AreEqual(CommunicationState.Opened, gone.State);
        time.Advance(TimeSpan.FromSeconds(1));
        await closed.Task.WaitAsync(TestContext.CancellationToken);

        Assert.AreEqual(CommunicationState.Opened, kept.State);
        Assert.AreNotSame<object>(gone, await pool.OpenAsync(Somewhere, TestContext.CancellationToken), "it can be had again");
    }

    [TestMethod]
    public async Task Pool_DisposedWhileAChannelIsToBeClosed_ClosesItAtOnce()
    {
        var pool = Pool(new FakeTimeProvider());
        var gone = (ICommunicationObject)await pool.OpenAsync(Somewhere, TestContext.CancellationToken);

        pool.KeepOnly([]);
        await pool.DisposeAsync();

        Assert.AreEqual(CommunicationState.Closed, gone.State);
    }

    private static readonly ReplicaPlace Somewhere = ReplicaPlace.Of(Nowhere().Replicas).Single();

    private static ChannelPool<IKeyValueStore> Pool(TimeProvider? time = null)
    {
        return new ChannelPool<IKeyValueStore>(
            Nowhere(), ServicePaths.KeyValueStore, TimeSpan.FromSeconds(1), time ?? TimeProvider.System);
    }

    private static PaxosClientOptions Nowhere()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}");
        return new PaxosClientOptions { Replicas = new Dictionary<int, Uri> { [1] = address } };
    }
}
