using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Watching what real replicas say to each other, through their doors.</summary>
[TestClass]
public sealed class TraceOverSoapTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Trace_OfAPut_HasItsMessages_AndNeitherKeyNorValue()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("first", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var follower = leader % 3 + 1;
        var (ofLeader, ofFollower) = (await BeginAsync(cluster, leader), await BeginAsync(cluster, follower));

        await cluster.StoreAsync(follower, store => store.PutAsync("secret-key", "secret-value"u8.ToArray(), null));

        var asked = await cluster.ControlAsync(follower, control => control.TraceAsync(ofFollower));
        var told = await cluster.ControlAsync(leader, control => control.TraceAsync(ofLeader));
        Assert.AreEqual((follower, leader), (asked.ReplicaId, told.ReplicaId));
        Assert.Contains(e => e is { Kind: TraceEventKind.Sends, Message: "Propose" } && e.To == leader, asked.Events);
        Assert.Contains(e => e.Kind == TraceEventKind.Applies && e.Text.StartsWith("slot ", StringComparison.Ordinal), asked.Events);
        Assert.Contains(e => e is { Kind: TraceEventKind.Sends, Message: "Accept" }, told.Events);
        Assert.Contains(e => e is { Kind: TraceEventKind.Sends, Message: "ProposeReply" } && e.To == follower, told.Events);
        Assert.DoesNotContain(e => e.Text.Contains("secret", StringComparison.Ordinal), told.Events.Concat(asked.Events));
        Assert.IsTrue(told.Events.Zip(told.Events.Skip(1)).All(pair => pair.First.Number + 1 == pair.Second.Number && pair.First.At <= pair.Second.At));
        Assert.AreEqual(DateTimeKind.Utc, told.CompleteUntil.Kind);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Trace_AFaultThatIsInjected_IsInIt()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1, faultLab: true);
        var begin = await BeginAsync(cluster, 1);

        await cluster.ControlAsync(1, control => control.FailAcceptorAsync(null));

        var told = await cluster.ControlAsync(1, control => control.TraceAsync(begin));
        Assert.Contains(e => e.Kind == TraceEventKind.Says && e.Text.StartsWith("[FAULT] The acceptor of R1 fails", StringComparison.Ordinal), told.Events);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Trace_FromBelowZero_IsRefusedWithASentence()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.TraceAsync(-1)));

        Assert.AreEqual("from", fault.Detail.Field);
    }

    private static async Task<long> BeginAsync(HostedCluster cluster, int replica) =>
        (await cluster.ControlAsync(replica, control => control.TraceAsync(0))).Next;
}
