using PaxosWcf.Client;
using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes, clients that write, and SIGKILL: nothing acknowledged is lost, and all replicas end equal.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class KilledReplicasTests(TestContext test)
{
    private const int Clients = 4;

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    [DataRow(1, DisplayName = "one replica")]
    [DataRow(2, DisplayName = "two replicas")]
    [DataRow(5, DisplayName = "all five replicas")]
    public async Task ReplicasKilledTogetherWhileClientsWrite_LoseNothing(int kills)
    {
        await using RunningCluster running = await RunningCluster.StartAsync(test.CancellationToken);
        (LocalCluster cluster, StoreConnection connection) = (running.Processes, running.Connection);
        var ledger = new WriteLedger();
        var clients = Enumerable.Range(1, Clients).Select(_ => new PaxosKeyValueClient(connection.Options)).ToList();
        var writers = clients.Select((client, n) => new ChaosWriter(n + 1, client, ledger)).ToArray();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        var writing = Task.WhenAll(writers.Select(writer => writer.WriteUntilAsync(over.Token)));
        await WrittenAsync(writers, atLeast: 40);

        // These keys are written no more, but for a write of each client that is under way: whatever the kill does to them stays, and is seen at the end.
        Array.ForEach(writers, writer => writer.LeaveKeys());
        var before = new Dictionary<string, Expectation>(ledger.Keys);

        var victims = cluster.Ids.OrderBy(id => (id * 7919) % 13).Take(kills).ToList();
        await cluster.KillAndRestartTogetherAsync(victims);
        Assert.IsEmpty(cluster.TakeEnded(), "ended by themselves");
        await cluster.WaitUntilReadyAsync(test.CancellationToken);
        await cluster.WaitForLeaderAsync(connection.Control, test.CancellationToken);
        await WrittenAsync(writers, atLeast: Acknowledged(writers) + 40);
        await over.CancelAsync();
        await writing;

        var findings = await new ChaosVerifier(connection, TimeProvider.System).VerifyAsync(ledger, test.CancellationToken);
        Assert.AreEqual(DigestVerdict.Same, findings.Digests.Verdict);
        Assert.IsEmpty(findings.Lost, string.Join('\n', findings.Lost));
        Assert.IsGreaterThanOrEqualTo(80, Acknowledged(writers));
        Assert.IsGreaterThanOrEqualTo(before.Count - Clients, ledger.Keys.Count(key => before.GetValueOrDefault(key.Key) == key.Value));
        Assert.IsGreaterThan(Clients, before.Count);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    private static int Acknowledged(ChaosWriter[] writers) => writers.Sum(writer => writer.Counts.Acknowledged);

    // An event, not a time: however slow the machine is, this many writes were acknowledged.
    private async Task WrittenAsync(ChaosWriter[] writers, int atLeast)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Acknowledged(writers) < atLeast)
        {
            await look.WaitForNextTickAsync(test.CancellationToken);
        }
    }
}
