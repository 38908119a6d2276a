using System.Globalization;
using System.Text;
using System.Text.Json;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes, one that writes and one that reads. A sixth is added, promoted, and the first removed and stopped, all from the
/// console as docs/operating.md says it is done. No call fails, and the five that are left are a cluster like any other, also to clients
/// that know the first five only.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class SixthReplicaTests(TestContext test)
{
    private const int Sixth = 6;
    private const string Key = "counted";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Of the last write that was acknowledged.
    private int _written;

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    public async Task SixthAddedAndPromoted_FirstRemovedAndStopped_NoCallFails_AndTheFiveGoOn()
    {
        await using RunningCluster running = await RunningCluster.StartAsync(test.CancellationToken);
        LocalCluster cluster = running.Processes;
        await using var writer = new PaxosKeyValueClient(running.Connection.Options);
        await using var reader = new PaxosKeyValueClient(running.Connection.Options);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        Task calling = Task.WhenAll(WriteAsync(writer, over.Token), ReadAsync(reader, over.Token));
        Uri[] place = LoopbackServers.FreeAddresses(2);
        (string peer, string client) = (Text(place[0]), Text(place[1]));
        try
        {
            await WritesGoOnAsync(calling);
            await cluster.Join(Sixth, client: place[1], peer: place[0]).Ready.WaitAsync(test.CancellationToken);
            string added = await ConsoleAsync(running.Servers, "member", "add", $"{Sixth}", peer, client);
            Assert.Contains("configuration 1: replica 6 learns", added);
            Assert.Contains("replica 6  learns", await ConsoleAsync(running.Servers, "member", "list"));
            await CaughtUpAsync(running, place[1]);
            Assert.Contains("Replica 6 is a learner", await ConsoleAsync(running.Servers, "status"));

            RequireMembers(await ConsoleAsync(running.Servers, "member", "promote", $"{Sixth}", "--json"), 2, [1, 2, 3, 4, 5, 6]);
            await WritesGoOnAsync(calling);
            string removed = await ConsoleAsync(running.Servers, "member", "remove", "1");
            Assert.Contains("configuration 3: replica 1 is out", removed);
            await cluster.ProcessOf(1).StopAsync();
            Assert.AreEqual(0, cluster.ProcessOf(1).ExitCode, cluster.ProcessOf(1).LastWords);
            await WritesGoOnAsync(calling);
        }
        finally
        {
            await over.CancelAsync();
        }

        await calling;
        test.WriteLine($"{_written} writes, none failed");
        RequireMembers(await ConsoleAsync(running.Servers, "member", "list", "--json"), 3, [2, 3, 4, 5, 6]);
        Assert.Contains("All 5 replicas hold the same contents.", await ConsoleAsync(running.Servers, "check"));

        // Two more are gone: without the vote of the sixth there is no majority.
        await Task.WhenAll(cluster.ProcessOf(2).KillAsync(), cluster.ProcessOf(3).KillAsync());
        await using var late = new PaxosKeyValueClient(running.Connection.Options);
        await late.PutAsync("last", "1"u8.ToArray(), test.CancellationToken);
        Assert.IsTrue((await late.GetAsync("last", cancel: test.CancellationToken)).Reply.Found);
        Assert.AreEqual(_written, Number((await reader.GetAsync(Key, cancel: test.CancellationToken)).Reply));
    }

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static int Number(GetReply reply) => reply.Found ? int.Parse(Encoding.UTF8.GetString(reply.Value!), CultureInfo.InvariantCulture) : 0;

    private static void RequireMembers(string json, int configuration, int[] voters)
    {
        JsonElement root = JsonDocument.Parse(json).RootElement;
        Assert.AreEqual(configuration, root.GetProperty("configuration").GetInt32(), json);
        Assert.AreSequenceEqual(voters, root.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("replica").GetInt32()).Order());
        Assert.IsTrue(root.GetProperty("members").EnumerateArray().All(member => member.GetProperty("votes").GetBoolean()), json);
    }

    // Being over cancels no call: any that fails fails the test.
    private async Task WriteAsync(PaxosKeyValueClient client, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            int next = Volatile.Read(ref _written) + 1;
            await client.PutAsync(Key, Encoding.UTF8.GetBytes($"{next}"), CancellationToken.None);
            Volatile.Write(ref _written, next);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    // What was acknowledged before a read began, the read must see.
    private async Task ReadAsync(PaxosKeyValueClient client, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            int before = Volatile.Read(ref _written);
            Assert.IsGreaterThanOrEqualTo(before, Number((await client.GetAsync(Key, cancel: CancellationToken.None)).Reply));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task WritesGoOnAsync(Task calling)
    {
        for (int enough = Volatile.Read(ref _written) + 20; Volatile.Read(ref _written) < enough;)
        {
            // Neither ends by itself but by a failure.
            await (calling.IsCompleted ? calling : Task.Delay(Pause, test.CancellationToken));
        }
    }

    private async Task CaughtUpAsync(RunningCluster running, Uri client)
    {
        long through = (await new ClusterMembers(running.Connection.Options).LeaderAsync(test.CancellationToken)).AppliedThrough;
        await using var control = new ReplicaControlClient(
            new PaxosClientOptions { Replicas = new Dictionary<int, Uri> { [Sixth] = client }, MembersInterval = TimeSpan.Zero });
        while ((await control.StatusAsync(Sixth, test.CancellationToken)).AppliedThrough < through)
        {
            await Task.Delay(Pause, test.CancellationToken);
        }
    }

    private async Task<string> ConsoleAsync(string servers, params string[] verb)
    {
        (int exitCode, string output, string errors) = await ConsoleProcess.RunAsync(
            "", test.CancellationToken, [.. verb, "--servers", servers, "--timeout", "60s"]);
        test.WriteLine($"{string.Join(' ', verb)}: {output}{errors}");
        Assert.AreEqual(0, exitCode, output + errors);
        return output;
    }
}
