using System.Net;
using PaxosWcf.ReplicaHost.Health;

namespace PaxosWcf.Tests.Host;

/// <summary>The client address says how its replica is to whoever asks by HTTP; the peer address does not.</summary>
[TestClass]
public sealed class HealthTests(TestContext test)
{
    private static readonly int[] Three = [1, 2, 3];

    [TestMethod]
    public async Task Replicas_ThatServe_AreAliveAndReady_AndSayWhoLeads()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, options: HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await Task.WhenAll(Three.Select(id => cluster.StoreAsync(id, store => store.GetAsync("k", null))));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;

        foreach (var id in Three)
        {
            Assert.AreEqual((HttpStatusCode.OK, $"R{id} runs.\n"), await GetAsync(cluster.ClientAddress(id), HealthChecks.LivePath));
            Assert.AreEqual(
                (HttpStatusCode.OK, id == leader ? $"R{id} leads.\n" : $"R{id} follows R{leader}.\n"), await GetAsync(cluster.ClientAddress(id), HealthChecks.ReadyPath));
            Assert.AreEqual(HttpStatusCode.NotFound, (await GetAsync(cluster.PeerAddress(id), HealthChecks.LivePath)).Status);
            Assert.AreEqual(HttpStatusCode.NotFound, (await GetAsync(cluster.PeerAddress(id), HealthChecks.ReadyPath)).Status);
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Replica_WithoutAMajority_IsAliveAndNotReady()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));

        await cluster.StopReplicaAsync(2);
        await cluster.StopReplicaAsync(3);

        while (await GetAsync(cluster.ClientAddress(1), HealthChecks.ReadyPath) != (HttpStatusCode.ServiceUnavailable, "R1 knows no leader.\n"))
        {
            await Task.Delay(10, test.CancellationToken);
        }

        Assert.AreEqual((HttpStatusCode.OK, "R1 runs.\n"), await GetAsync(cluster.ClientAddress(1), HealthChecks.LivePath));
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(Uri address, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(address, path), test.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(test.CancellationToken));
    }
}
