using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>A replica that stops in order waits for nothing but its calls: connections that its peers and clients keep open are
/// closed, and calls under way end with an answer, because loop and links go on until the doors are closed.</summary>
[TestClass]
public sealed class StopTests
{
    private const string CutOff = "cut off those that were left";

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task IdleMember_WithConnectionsOfPeersAndAClientOpen_CutsNothingOff()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, loggers: log);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        using var factory = FactoryOf(cluster, 1 + (leader % 3));
        await factory.CreateChannel().GetAsync("k", null);

        // One that follows, and then the leader, which does not hand over here and whose peers ask it on.
        await cluster.StopReplicaAsync(1 + (leader % 3));
        await cluster.StopReplicaAsync(leader);

        Assert.IsEmpty(log.Lines.Where(line => line.Contains(CutOff, StringComparison.Ordinal)));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task MemberThatFollows_WithCallsUnderWay_CutsNoneOff()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, loggers: log);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var stopped = 1 + (leader % 3);
        using var factory = FactoryOf(cluster, stopped);
        var store = factory.CreateChannel();
        await store.GetAsync("k", null);
        var calls = Enumerable.Range(0, 32).Select(n => EndsAsync(store.PutAsync($"k{n}", [2], null))).ToList();
        await Task.WhenAny(calls);

        await cluster.StopReplicaAsync(stopped);

        var answered = await Task.WhenAll(calls);
        Assert.IsTrue(answered.Contains(true), "at least one call was answered");
        Assert.IsEmpty(log.Lines.Where(line => line.Contains(CutOff, StringComparison.Ordinal)));
    }

    // False for a call that came to a closed door: it was not under way.
    private static async Task<bool> EndsAsync(Task call)
    {
        try
        {
            await call;
            return true;
        }
        catch (CommunicationException)
        {
            return false;
        }
    }

    private static ChannelFactory<IKeyValueStore> FactoryOf(HostedCluster cluster, int replica) => new(
        WcfBindings.Client(TimeSpan.FromSeconds(30)),
        new EndpointAddress(new Uri(cluster.ClientAddress(replica), ServicePaths.KeyValueStore)));
}
