using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes, clients that write, and a restart of each replica in turn: whoever leads hands over first, and
/// no call of the client library fails.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class RollingRestartTests(TestContext test)
{
    private const int Clients = 8;

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    public async Task EveryReplicaRestartedInTurnWhileClientsWrite_FailsNoCall()
    {
        using var directory = new TemporaryDirectory();
        using ClusterDirectory data = ClusterDirectory.Open(directory.Path);
        var servers = LoopbackServers.Write(data.Root);
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var cluster = new LocalCluster(
            servers, HostLocator.Find(null, AppContext.BaseDirectory), data, (_, line) => lines.Enqueue(line));
        await using var connection = new StoreConnection(PaxosClientOptions.FromServersFile(servers));
        await cluster.StartAsync(test.CancellationToken);
        var leader = await cluster.WaitForLeaderAsync(connection.Control, test.CancellationToken);

        var ledger = new WriteLedger();
        var pauses = new PauseWatch(TimeProvider.System);
        var clients = Enumerable.Range(1, Clients).Select(_ => new PaxosKeyValueClient(connection.Options)).ToList();
        var writers = clients.Select((client, n) => new ChaosWriter(n + 1, client, ledger, pauses)).ToArray();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        var writing = Task.WhenAll(writers.Select(writer => writer.WriteUntilAsync(over.Token)));
        int restarts;
        try
        {
            await Task.WhenAll(writers.Select(writer => writer.Writing)).WaitAsync(test.CancellationToken);
            pauses.Begin();
            restarts = await new ChaosRoller(cluster, connection.Control).RollAsync(test.CancellationToken);
        }
        finally
        {
            await over.CancelAsync();
        }

        await writing;
        test.WriteLine($"longest pause {pauses.End().TotalMilliseconds:0} ms, {writers.Sum(w => w.Counts.Acknowledged)} writes");
        Assert.AreEqual(5, restarts);
        Assert.IsGreaterThanOrEqualTo(Clients, writers.Sum(writer => writer.Counts.Acknowledged));
        Assert.AreEqual(0, writers.Sum(writer => writer.Counts.Refused), "refused");
        Assert.AreEqual(0, writers.Sum(writer => writer.Counts.Unknown), "in doubt");
        Assert.Contains("Hands leadership", string.Join('\n', lines), $"replica {leader} led, and was restarted");
        var findings = await new ChaosVerifier(connection, TimeProvider.System).VerifyAsync(ledger, test.CancellationToken);
        Assert.AreEqual(DigestVerdict.Same, findings.Digests.Verdict);
        Assert.IsEmpty(findings.Lost, string.Join('\n', findings.Lost));
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }
}
