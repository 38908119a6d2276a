using System.Diagnostics;

namespace PaxosWcf.Tests.Console;

/// <summary>Real processes, with a shell script in place of the replica host.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LocalClusterTests
{
    private const string Ready = "echo \"READY replica $2 client http://x peer http://y\"; exec cat > /dev/null";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow(null, "0x2000000")]
    [DataRow("0x400000", "0x400000")]
    public void YoungHeap_OfAReplica_IsSetUnlessTheEnvironmentSetsIt(string? before, string expected)
    {
        var start = new ProcessStartInfo("sh");
        start.Environment.Remove(YoungHeap.Variable);
        if (before is not null)
        {
            start.Environment[YoungHeap.Variable] = before;
        }

        YoungHeap.Set(start);

        Assert.AreEqual(expected, start.Environment[YoungHeap.Variable]);
    }

    [TestMethod]
    public async Task Cluster_AllReady_StopsWithItsInputAndLeavesNoProcess()
    {
        using ClusterDirectory directory = ClusterDirectory.Open(null);
        List<string> heard = [];
        var cluster = Cluster(Ready, directory, (_, line) => Add(heard, line));

        await using (cluster)
        {
            await cluster.StartAsync(TestContext.CancellationToken);
            Assert.HasCount(5, heard);
        }

        Assert.IsEmpty(Running(directory));
    }

    [TestMethod]
    public async Task Cluster_OneEndsAtOnce_ItIsNamedWithItsLastWordsAndTheOthersStop()
    {
        using ClusterDirectory directory = ClusterDirectory.Open(null);
        string script = $"if [ $2 = 4 ]; then echo 'Port 8104 is in use.' >&2; exit 3; fi; {Ready}";
        var cluster = Cluster(script, directory, (_, _) => { });

        await using (cluster)
        {
            var thrown = await Assert.ThrowsExactlyAsync<ClusterException>(() => cluster.StartAsync(TestContext.CancellationToken));
            Assert.AreEqual("Replica 4 ended with exit code 3: Port 8104 is in use.", thrown.Message);
        }

        Assert.IsEmpty(Running(directory));
    }

    [TestMethod]
    public async Task Cluster_Killed_StartsAgainOnItsDataWithoutBootstrap()
    {
        using ClusterDirectory directory = ClusterDirectory.Open(null);
        List<string> heard = [];
        string script = $"mkdir -p $6; echo x > $6/x; echo \"$@\"; {Ready}";
        await using LocalCluster cluster = Cluster(script, directory, (_, line) => Add(heard, line));
        await cluster.StartAsync(TestContext.CancellationToken);

        await cluster.KillAndRestartAsync(2);
        await cluster.WaitUntilReadyAsync(TestContext.CancellationToken);

        string[] starts = [.. heard.Where(l => l.StartsWith("--id 2 ", StringComparison.Ordinal))];
        Assert.HasCount(2, starts);
        Assert.EndsWith("--stop-with-stdin --bootstrap", starts[0]);
        Assert.EndsWith("--stop-with-stdin", starts[1]);
    }

    /// <summary>Whoever is to be killed and has ended already was not killed: that is told with its exit code and last words, and it starts again.</summary>
    [TestMethod]
    [DataRow("kill")]
    [DataRow("kill all")]
    [DataRow("look")]
    public async Task Cluster_OneEndedByItself_IsToldWithItsLastWords(string how)
    {
        using ClusterDirectory directory = ClusterDirectory.Open(null);
        string ends = "echo \"READY replica 4 \"; echo 'The disk failed.' >&2; exit 4";
        await using LocalCluster cluster = Cluster($"if [ $2 = 4 ] && mkdir $6 2> /dev/null; then {ends}; fi; {Ready}", directory, (_, _) => { });
        await cluster.StartAsync(TestContext.CancellationToken);
        await cluster.ProcessOf(4).Exited.WaitAsync(TestContext.CancellationToken);

        switch (how)
        {
            case "kill":
                Assert.IsTrue(await cluster.KillAndRestartAsync(2));
                Assert.IsFalse(await cluster.KillAndRestartAsync(4));
                break;
            case "kill all":
                await cluster.KillAndRestartTogetherAsync(cluster.Ids);
                break;
            default:
                await cluster.RestartEndedAsync();
                break;
        }

        Assert.AreEqual("Replica 4 ended by itself with exit code 4: The disk failed.", cluster.TakeEnded().Single());
        Assert.IsEmpty(cluster.TakeEnded(), "told once");
        await cluster.WaitUntilReadyAsync(TestContext.CancellationToken);
        Assert.IsFalse(cluster.ProcessOf(4).HasExited, "started again");
    }

    [TestMethod]
    public async Task Cluster_OneEndedByItselfBeforeItWasToStop_IsNamed()
    {
        using ClusterDirectory directory = ClusterDirectory.Open(null);
        await using LocalCluster cluster = Cluster($"if [ $2 = 4 ]; then echo 'READY replica 4 '; echo 'Enough.'; exit 0; fi; {Ready}", directory, (_, _) => { });
        await cluster.StartAsync(TestContext.CancellationToken);
        await cluster.ProcessOf(4).Exited.WaitAsync(TestContext.CancellationToken);

        var thrown = await Assert.ThrowsExactlyAsync<ClusterException>(() => cluster.StopAndRestartAsync(4));

        Assert.AreEqual("Replica 4 was to be stopped, and had ended by itself with exit code 0: Enough.", thrown.Message);
    }

    [TestMethod]
    public async Task Demo_HostCannotStart_ExitCode3AndOneSentence()
    {
        using var console = new ConsoleUnderTest();
        string host = Script(Directory.CreateTempSubdirectory("paxoswcf-test-").FullName, "echo 'The disk is full.'; exit 1");

        Assert.AreEqual(3, await console.RunAsync("demo", "--replica-host", host));

        Assert.MatchesRegex(@"^Replica \d ended with exit code 1: The disk is full\.\n$", console.Error);
    }

    private static LocalCluster Cluster(string script, ClusterDirectory directory, Action<int, string> heard)
    {
        return new LocalCluster(ServersXml.Path, (Script(directory.Root, script), []), directory, heard);
    }

    private static string Script(string directory, string text)
    {
        string path = Path.Combine(directory, "host.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }

    private static void Add(List<string> heard, string line)
    {
        lock (heard)
        {
            heard.Add(line);
        }
    }

    private static IEnumerable<string> Running(ClusterDirectory directory)
    {
        using Process ps = Process.Start(new ProcessStartInfo("ps", "-eo args") { RedirectStandardOutput = true })!;
        return [.. ps.StandardOutput.ReadToEnd().Split('\n').Where(l => l.Contains(directory.Root, StringComparison.Ordinal))];
    }
}
