using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes and clients that write. Two replicas are started with each other's data directory: neither votes with the
/// other's disk, and both do again, each in a directory of its own, once the console has readmitted them.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class MixedUpDirectoriesTests(TestContext test)
{
    private const int One = 4;
    private const int Other = 5;
    private const int Clients = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    public async Task DirectoriesOfTwoReplicasMixedUp_BothAreFenced_AndVoteOnceReadmittedFromTheConsole()
    {
        await using RunningCluster running = await RunningCluster.StartAsync(test.CancellationToken);
        (LocalCluster cluster, StoreConnection connection, string servers) = (running.Processes, running.Connection, running.Servers);
        var ledger = new WriteLedger();
        PaxosKeyValueClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new PaxosKeyValueClient(connection.Options))];
        ChaosWriter[] writers = [.. clients.Select((client, n) => new ChaosWriter(n + 1, client, ledger))];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        Task writing = Task.WhenAll(writers.Select(writer => writer.WriteUntilAsync(over.Token)));
        try
        {
            await UntilAsync(() => Task.FromResult(Acknowledged(writers) >= 40));
            await Task.WhenAll(cluster.ProcessOf(One).KillAsync(), cluster.ProcessOf(Other).KillAsync());
            cluster.MixUp(One, Other);
            await cluster.RestartAsync(One);
            await cluster.RestartAsync(Other);
            await cluster.WaitUntilReadyAsync(test.CancellationToken);
            int before = Acknowledged(writers);
            await UntilAsync(() => Task.FromResult(Acknowledged(writers) >= before + 40));

            string seen = await ConsoleAsync(servers, "status");
            foreach (int id in (int[])[One, Other])
            {
                ReplicaStatus status = await connection.Control.StatusAsync(id, test.CancellationToken);
                Assert.AreEqual("Fenced", status.Standing, seen);
                Assert.Contains($"belongs to replica {One + Other - id} ", seen);
            }

            foreach (int id in (int[])[One, Other])
            {
                string said = await ConsoleAsync(servers, "member", "readmit", $"{id}");
                Assert.Contains($"replica {id} is a member with the disk that it has now", said);
                await UntilAsync(async () => (await connection.Control.StatusAsync(id, test.CancellationToken)).Standing == "Voter");
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await writing;
        ChaosFindings findings = await new ChaosVerifier(connection, TimeProvider.System).VerifyAsync(ledger, test.CancellationToken);
        Assert.AreEqual(DigestVerdict.Same, findings.Digests.Verdict, findings.Digests.Sentence);
        Assert.IsEmpty(findings.Lost, string.Join('\n', findings.Lost));
        Assert.HasCount(2, Directory.GetDirectories(running.Data.Root, "guest-*", SearchOption.AllDirectories));
        test.WriteLine($"{Acknowledged(writers)} writes acknowledged");

        // Two more are gone: without the votes of both there is no majority.
        await Task.WhenAll(cluster.ProcessOf(1).KillAsync(), cluster.ProcessOf(2).KillAsync());
        await clients[0].PutAsync("last", "1"u8.ToArray(), test.CancellationToken);
        Assert.IsTrue((await connection.At(One).GetAsync("last", cancel: test.CancellationToken)).Reply.Found);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    private static int Acknowledged(ChaosWriter[] writers) => writers.Sum(writer => writer.Counts.Acknowledged);

    private async Task<string> ConsoleAsync(string servers, params string[] verb)
    {
        (int exitCode, string output, string errors) = await ConsoleProcess.RunAsync(
            "", test.CancellationToken, [.. verb, "--servers", servers, "--timeout", "60s"]);
        Assert.AreEqual(0, exitCode, output + errors);
        return output;
    }

    private async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(Pause, test.CancellationToken);
        }
    }
}
