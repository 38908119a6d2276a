using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.Tests.Storage;
using ReplicaProcess = PaxosWcf.ReplicaHost.ReplicaProcess;

namespace PaxosWcf.Tests.Host;

/// <summary>An address that is another replica's, or another cluster's, has nobody vote for two.</summary>
[TestClass]
public sealed class MisdirectedCallTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("?cluster=test&replica=1")]
    [DataRow("", DisplayName = "a replica of an earlier build, which does not say whom it calls")]
    public async Task CallForThisReplica_IsAnswered(string query)
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);

        Assert.AreEqual(1, (await CatchUpAsync(cluster, query)).FromSlot);
    }

    [TestMethod]
    [DataRow("?cluster=test&replica=2")]
    [DataRow("?cluster=other&replica=1")]
    [DataRow("?cluster=TEST&replica=1")]
    [DataRow("?replica=1")]
    public async Task CallForAnother_IsRefused(string query)
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);

        var fault = await Assert.ThrowsAsync<FaultException>(() => CatchUpAsync(cluster, query));

        Assert.AreEqual(Addressee.WrongReplicaCode, fault.Code.SubCode?.Name);
        Assert.StartsWith("R1 of cluster \"test\" is there.", fault.Message);
    }

    /// <summary>The peer address of R2 in one servers.xml is R3's: R3's word must not count as R2's.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task AddressOfAnotherReplica_NobodyVotesForTwo_AndTheLogSaysSo()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(2, store => store.PutAsync("k", [1], null));
        await cluster.StopReplicaAsync(1);
        await cluster.StopReplicaAsync(2);
        var mistaken = new ServersConfiguration(
            "test",
            [
                cluster.Servers.Find(1)!,
                cluster.Servers.Find(2)! with { Peer = cluster.PeerAddress(3) },
                cluster.Servers.Find(3)! with { Peer = cluster.PeerAddress(2) },
            ],
            cluster.Servers.Faults);
        using var directory = new TemporaryDirectory();
        using var loggers = new ListLoggerFactory();
        var arguments = new HostArguments
        {
            Id = 1,
            Servers = "servers.xml",
            Data = Path.Combine(directory.Path, "data"),
            Bootstrap = true,
        };
        await using var replica = new ReplicaProcess(
            arguments, new ReplicaOptions { TickMilliseconds = 10 }, mistaken, mistaken.Find(1)!, loggers);
        await replica.StartAsync(TestContext.CancellationToken);

        while (!loggers.Lines.Any(line => line.StartsWith("R2 is not at ", StringComparison.Ordinal) && line.Contains(": R3 of cluster \"test\" is there.", StringComparison.Ordinal)))
        {
            await Task.Delay(50, TestContext.CancellationToken);
        }

        Assert.DoesNotContain(line => line.StartsWith("R2 answers", StringComparison.Ordinal), loggers.Lines);
    }

    private static async Task<CatchUpReply> CatchUpAsync(HostedCluster cluster, string query)
    {
        using var factory = WcfFactories.Of<ILearner>(
            WcfBindings.Peer(TimeSpan.FromSeconds(30)), new Uri(cluster.PeerAddress(1), ServicePaths.Learner + query));
        return await factory.CreateChannel().CatchUpAsync(new CatchUpRequest { From = 2, FromSlot = 1 });
    }
}
