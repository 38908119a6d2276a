using System.Net;
using System.Net.Sockets;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Console;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Cluster;

/// <summary>The first command of README, and a script with mistakes in it, against five real processes.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class DemoProcessTests(TestContext test)
{
    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task Demo_TellsItsStory_EndsWithItsInput_AndLeavesNoProcessBehind()
    {
        using var directory = new TemporaryDirectory();
        var servers = WriteServers(directory);

        var (exitCode, output, errors) = await ConsoleProcess.RunAsync("", test.CancellationToken, "demo", "--servers", servers);

        Assert.AreEqual(0, exitCode, errors + output);
        Assert.Contains(DemoGolden.Story, TranscriptNormalizer.Normalize(output));
        Assert.Contains("[FAULT] The acceptor of R5 fails", output);
        Assert.Contains("[RECOVERED] The acceptor of R5 is up again", output);
        foreach (var replica in ServersFile.Load(servers).Replicas)
        {
            // Whoever can take the ports knows that nobody holds them.
            AssertFree(replica.Client);
            AssertFree(replica.Peer);
        }
    }

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task Script_WithBadLines_NamesEach_AndDoesTheRest()
    {
        using var directory = new TemporaryDirectory();
        using ClusterDirectory data = ClusterDirectory.Open(directory.Path);
        var servers = LoopbackServers.Write(data.Root);
        await using var cluster = new LocalCluster(servers, HostLocator.Find(null, AppContext.BaseDirectory), data, (_, _) => { });
        await cluster.StartAsync(test.CancellationToken);
        var script = directory.Below("batch.txt");
        await File.WriteAllTextAsync(
            script, "# a comment\nput a 1\nputt b 2\nput c \"open\nput d\nget a\nget missing\ndelete a\n", test.CancellationToken);

        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(
            "", test.CancellationToken, "run", script, "--servers", servers);

        var all = output + errors;
        Assert.AreEqual(1, exitCode, all);
        Assert.Contains("line 3: There is no verb \"putt\".", all);
        Assert.Contains("line 4: The quote", all);
        Assert.Contains("line 5: put wants VALUE", all);
        Assert.Contains("line 2: put a 1: created at revision 1", output);
        Assert.Contains("line 6: get a: 1", output);
        Assert.Contains("line 7: get missing: not found", output);
        Assert.Contains("line 8: delete a: deleted at revision 2", output);

        var (promptExit, prompted, complaints) = await ConsoleProcess.RunAsync(
            "put k \"two words\"\nfrobnicate\nget k\nget nothing\nexit\n", test.CancellationToken, "--servers", servers);
        Assert.Contains("two words", prompted);
        Assert.Contains("frobnicate", complaints + prompted);
        Assert.DoesNotContain("   at ", complaints + prompted, "no stack trace reaches a user");
        Assert.AreEqual(1, promptExit);
    }

    private static string WriteServers(TemporaryDirectory directory)
    {
        var path = directory.Below("servers.xml");
        using ClusterDirectory other = ClusterDirectory.Open(directory.Below("ports"));
        var free = ServersFile.Load(LoopbackServers.Write(other.Root));
        ServersFile.Save(path, new ServersConfiguration(
            free.Cluster, free.Replicas, new FaultSettings { Enabled = true, MeanSecondsToFailure = 100_000 }));
        return path;
    }

    private static void AssertFree(Uri address)
    {
        using var listener = new TcpListener(IPAddress.Loopback, address.Port);
        listener.Start();
    }
}
