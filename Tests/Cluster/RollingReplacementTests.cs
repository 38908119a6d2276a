using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.History;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes under load, each killed in turn and replaced by another with an empty disk at other addresses. The clients
/// know only the first addresses, and find the others by themselves; nothing acknowledged is lost, and what all saw is
/// linearizable.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class RollingReplacementTests(TestContext test)
{
    private const int Clients = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    public async Task EveryReplicaReplacedInTurnWhileClientsCall_LosesNothingAndLeavesTheFirstAddresses()
    {
        using var directory = new TemporaryDirectory();
        using ClusterDirectory data = ClusterDirectory.Open(directory.Path);
        var servers = LoopbackServers.Write(data.Root);
        var moved = LoopbackServers.FreeAddresses(2 * LoopbackServers.Replicas);
        await using var cluster = new LocalCluster(
            servers, HostLocator.Find(null, AppContext.BaseDirectory), data, (_, _) => { });
        PaxosClientOptions first = PaxosClientOptions.FromServersFile(servers) with
        {
            // More often than replicas are replaced: who hears of none of five changes is lost for good.
            MembersInterval = TimeSpan.FromSeconds(1),
            AttemptTimeout = TimeSpan.FromSeconds(2),
            OperationTimeout = TimeSpan.FromSeconds(30),
        };
        await cluster.StartAsync(test.CancellationToken);
        var members = new ClusterMembers(first);
        var historyPath = directory.Below("history.jsonl");
        var ledger = new WriteLedger();
        var keys = new HotKeys("hot");
        var clients = new List<PaxosKeyValueClient>();
        ChaosWriter[] writers;
        using (HistoryRecorder recorder = HistoryRecorder.Create(historyPath))
        {
            writers = [.. Enumerable.Range(1, Clients).Select(n => new ChaosWriter(n, Client(clients, first), ledger))];
            var callers = Enumerable.Range(1, Clients).Select(
                n => new HotKeyClient(n, Client(clients, first with { History = recorder }), keys, new Random(n))).ToArray();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
            Task[] calling =
                [.. writers.Select(writer => writer.WriteUntilAsync(over.Token)), .. callers.Select(c => c.CallUntilAsync(over.Token))];
            try
            {
                foreach (int replica in cluster.Ids)
                {
                    await ReplaceAsync(cluster, members, replica, client: moved[replica - 1], peer: moved[replica + 4]);
                }

                // All that is new is called by all.
                await WrittenAsync(writers, calling, atLeast: Acknowledged(writers) + 100);
                test.WriteLine($"{DateTime.UtcNow:O} all replaced and called");
            }
            finally
            {
                await over.CancelAsync();
            }

            await Task.WhenAll(calling);
            test.WriteLine($"{DateTime.UtcNow:O} calls over");
        }

        ReplicaStatus leader = await members.LeaderAsync(test.CancellationToken);
        Assert.AreEqual(5, leader.Configuration);
        Assert.AreSequenceEqual(
            moved.Select(address => address.GetLeftPart(UriPartial.Authority)),
            leader.Members!.Select(member => member.Client).Concat(leader.Members!.Select(member => member.Peer)));
        Assert.IsTrue(leader.Members!.All(member => member.IsVoter));
        Assert.IsTrue(clients.TrueForAll(client => moved.Contains(client.CurrentAddress)));
        await using var connection = new StoreConnection(first with
        {
            Replicas = cluster.Ids.ToDictionary(id => id, id => moved[id - 1]),
            AttemptTimeout = TimeSpan.FromSeconds(5),
        });
        var findings = await new ChaosVerifier(connection, TimeProvider.System).VerifyAsync(ledger, test.CancellationToken);
        test.WriteLine($"{DateTime.UtcNow:O} looked at all");
        Assert.AreEqual(DigestVerdict.Same, findings.Digests.Verdict, findings.Digests.Sentence);
        Assert.IsEmpty(findings.Lost, string.Join('\n', findings.Lost));
        var verification = new HistoryVerifier(new VerifierOptions { Slots = true })
            .Verify(RecordedHistory.Load([historyPath]), cancel: test.CancellationToken);
        Assert.AreEqual(Verdict.Ok, verification.Verdict);
        test.WriteLine($"{Acknowledged(writers)} writes acknowledged, {writers.Sum(w => w.Counts.Unknown)} in doubt, "
            + $"{writers.Sum(w => w.Counts.Refused)} refused; {verification.Keys.Count} keys verified");
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    private static PaxosKeyValueClient Client(List<PaxosKeyValueClient> all, PaxosClientOptions options)
    {
        all.Add(new PaxosKeyValueClient(options));
        return all[^1];
    }

    private static int Acknowledged(ChaosWriter[] writers) => writers.Sum(writer => writer.Counts.Acknowledged);

    // As docs/operating.md says it is done; and the next one's turn comes once this one votes and has all that was chosen then.
    private async Task ReplaceAsync(LocalCluster cluster, ClusterMembers members, int replica, Uri client, Uri peer)
    {
        await cluster.ProcessOf(replica).KillAsync();
        await cluster.ReplaceProcessAsync(replica, client, peer);
        await cluster.WaitUntilReadyAsync(test.CancellationToken);
        MemberReport report = await members.ReplaceAsync(replica, peer, client, test.CancellationToken);
        test.WriteLine($"configuration {report.Configuration}: replica {replica} is at {client}");
        long through = (await members.LeaderAsync(test.CancellationToken)).AppliedThrough;
        await using var control = new ReplicaControlClient(
            new PaxosClientOptions { Replicas = new Dictionary<int, Uri> { [replica] = client }, MembersInterval = TimeSpan.Zero });
        while (await LeaderWatch.TryStatusAsync(control, replica, test.CancellationToken) is not { Standing: "Voter" } status
            || status.AppliedThrough < through || status.Configuration < report.Configuration)
        {
            await Task.Delay(Pause, test.CancellationToken);
        }

        test.WriteLine($"{DateTime.UtcNow:O} replica {replica} votes");
    }

    private async Task WrittenAsync(ChaosWriter[] writers, Task[] calling, int atLeast)
    {
        while (Acknowledged(writers) < atLeast)
        {
            // None ends by itself but by a failure.
            await (Array.Find(calling, task => task.IsCompleted) ?? Task.CompletedTask);
            await Task.Delay(Pause, test.CancellationToken);
        }
    }
}
