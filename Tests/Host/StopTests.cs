using System.Net.Sockets;
using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>A replica that stops in order waits for nothing but its calls: connections that its peers and clients keep open are
/// closed, and calls under way end with an answer, because loop and links go on until the doors are closed.</summary>
[TestClass]
public sealed class StopTests(TestContext test)
{
    private const string CutOff = "cut off those that were left";
    private const int Calls = 32;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task IdleMember_WithConnectionsOfPeersAndAClientOpen_CutsNothingOff()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, loggers: log, options: HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        using var factory = FactoryOf(cluster, 1 + (leader % 3));
        await factory.CreateChannel().GetAsync("k", null);

        // One that follows, and then the leader, which does not hand over here and whose peers ask it on.
        await cluster.StopReplicaAsync(1 + (leader % 3));
        await cluster.StopReplicaAsync(leader);

        Assert.IsEmpty(log.Lines.Where(line => line.Contains(CutOff, StringComparison.Ordinal)));
    }

    /// <summary>All calls are in the replica's hands, and none can be answered, until its door is closed: then none may fail, in whatever way. Alone, for it
    /// reads the meters.</summary>
    [TestMethod]
    [DoNotParallelize]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task MemberThatFollows_WithCallsUnderWay_CutsNoneOff()
    {
        using var log = new ListLoggerFactory();
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true, log, HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var stopped = 1 + (leader % 3);
        int[] others = [leader, 1 + (stopped % 3)];
        await Task.WhenAll(others.Select(id => cluster.ControlAsync(id, control => control.FailAcceptorAsync(null))));
        using var factory = FactoryOf(cluster, stopped);
        var store = factory.CreateChannel();
        var calls = Enumerable.Range(0, Calls).Select(n => store.PutAsync($"k{n}", [2], null)).ToList();
        await UntilAsync(() => Task.FromResult(readings.Read(stopped, "pending_commands") == Calls));

        var stopping = cluster.StopReplicaAsync(stopped);
        await UntilAsync(async () => !await TakesConnectionsAsync(cluster.ClientAddress(stopped)));
        Assert.IsFalse(calls.Exists(call => call.IsCompleted), "all wait for a majority");
        await Task.WhenAll(others.Select(id => cluster.ControlAsync(id, control => control.ReviveAcceptorAsync())));

        await Task.WhenAll(calls);
        await stopping;
        Assert.IsEmpty(log.Lines.Where(line => line.Contains(CutOff, StringComparison.Ordinal)));
    }

    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(10, test.CancellationToken);
        }
    }

    private static async Task<bool> TakesConnectionsAsync(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ChannelFactory<IKeyValueStore> FactoryOf(HostedCluster cluster, int replica) => new(
        WcfBindings.Client(TimeSpan.FromSeconds(30)),
        new EndpointAddress(new Uri(cluster.ClientAddress(replica), ServicePaths.KeyValueStore)));
}
