using PaxosWcf.Client;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Endpoints;

namespace PaxosWcf.Tests.Host;

/// <summary>Two replicas of three are gone: what the client library can tell of a write then.</summary>
[TestClass]
public sealed class MajorityGoneTests(TestContext test)
{
    [TestMethod]
    public async Task Put_OfAClientThatHasASession_CertainlyHasNoEffect()
    {
        await using var cluster = await HostedCluster.StartAsync(3);
        await cluster.StopReplicaAsync(3);
        await cluster.StartReplicaAsync(3, options: new ReplicaOptions { TickMilliseconds = 10, NoQuorumSeconds = 0.5 });
        var options = new PaxosClientOptions
        {
            Replicas = cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            OperationTimeout = TimeSpan.FromSeconds(5),
        };
        await using var client = new PaxosKeyValueClient(options);
        await client.PutAsync("k", "before"u8.ToArray(), test.CancellationToken);
        await cluster.StopReplicaAsync(1);
        await cluster.StopReplicaAsync(2);
        while ((await cluster.ControlAsync(3, control => control.StatusAsync())).Leader is not null)
        {
            await Task.Delay(20, test.CancellationToken);
        }

        var failed = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(
            () => client.PutAsync("k", "after"u8.ToArray(), test.CancellationToken));

        Assert.Contains("It had no effect", failed.Message);
        Assert.MatchesRegex("replica 3 reached no majority|No majority of the replicas was reached at replica 3", failed.Message);
    }

    [TestMethod]
    public void Patience_WithoutALeader_IsShorterThanAnAttemptOfTheLibrary()
    {
        var patience = RequestPatience.Of(new ReplicaOptions());
        var attempt = new PaxosClientOptions { Replicas = new Dictionary<int, Uri>() }.AttemptTimeout;
        Assert.IsLessThan(attempt, patience.NoQuorum);
        Assert.IsGreaterThan(patience.NoQuorum, patience.Whole);
        Assert.AreEqual(RequestPatience.Of(new ReplicaOptions { RequestTimeoutSeconds = 1 }).NoQuorum, TimeSpan.FromSeconds(1));
    }
}
