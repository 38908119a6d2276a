using PaxosWcf.Client;
using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Host;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>What faults make of a replica that does not do what it must: shell scripts in place of replicas.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class FaultVerdictTests(TestContext test) : IDisposable
{
    private const string GoesOn = "exec cat > /dev/null";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly Findings _findings = new(_ => { });

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    [DataRow("123 fsync(7) = -1 EIO (INJECTED)", "exit 4", true, null)]
    [DataRow("123 fsync(7) = -1 EIO (INJECTED)", "exit 134", true, "Replica 1 ended with exit code 134 after an fsync had failed")]
    [DataRow("123 fsync(7) = -1 EIO (INJECTED)", GoesOn, true, "Replica 1 went on for 15 s after an fsync had failed")]
    [DataRow("", GoesOn, false, null)]
    [DataRow("", "echo 'An invariant broke.'; exit 4", false, "Replica 1 ended by itself with exit code 4 before any fsync of it had failed: An invariant broke.")]
    public async Task Fsync_CountsWhereOneFailed_AndNobodyEndsUnasked(string log, string script, bool injected, string? finding)
    {
        await using ReplicaProcess process = Start(script);
        await EndedAsync(process, script);
        await File.WriteAllTextAsync(_directory.Below("strace.log"), log, test.CancellationToken);

        Assert.AreEqual(injected, new FsyncFault(Replicas(), _directory.Path, test.WriteLine).Judge(process, _directory.Below("strace.log")));

        RequireFinding(finding);
    }

    [TestMethod]
    [DataRow("exit 4", true, null)]
    [DataRow("echo 'Killed.'; exit 137", true, "Replica 1 ran out of room, and ended with exit code 137: Killed.")]
    [DataRow(GoesOn, false, null)]
    public async Task FullDisk_CountsWhereItStopped(string script, bool stopped, string? finding)
    {
        await using ReplicaProcess process = Start(script);
        await EndedAsync(process, script);

        Assert.AreEqual(stopped, await FullDisk(LoopbackServers.FreeAddresses(1)[0]).StopsAsync(process, Soon, "ran out of room"));

        RequireFinding(finding);
    }

    /// <summary>The script does not stop, and the replica whose word is taken for its own applies one write after the other.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task FullDisk_ReplicaGoesOnWriting_IsFound()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1, options: HostedCluster.UnhurriedTicks);
        await using ReplicaProcess process = Start(GoesOn);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        Task writing = WriteAsync(cluster, over.Token);

        Task<bool> stops = FullDisk(cluster.Servers.Find(1)!.Client).StopsAsync(process, TimeSpan.FromSeconds(20), "ran out of room");

        Assert.IsFalse(await stops);
        RequireFinding("Replica 1 ran out of room, and went on: it applied ");
        await over.CancelAsync();
        await writing;
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Replica_ThatIsSilentWhereItMustBeFenced_IsFound()
    {
        await Desk(LoopbackServers.FreeAddresses(1)[0]).RequireFencedAsync(1);

        RequireFinding("Replica 1 was to say how it stands, and was silent within 1 s.");
    }

    [TestMethod]
    public async Task Replica_ThatVotesWhereItMustBeFenced_IsFound()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));

        await Desk(cluster.Servers.Find(1)!.Client).RequireFencedAsync(1);

        RequireFinding("Replica 1 was started with an empty disk, and is Voter.");
    }

    private static async Task WriteAsync(HostedCluster cluster, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        }
    }

    // The script ends at once, or not at all.
    private static Task EndedAsync(ReplicaProcess process, string script) => script == GoesOn ? Task.CompletedTask : process.Exited;

    private void RequireFinding(string? finding)
    {
        Assert.HasCount(finding is null ? 0 : 1, _findings.All, string.Join('\n', _findings.All));
        Assert.StartsWith(finding ?? "", string.Join('\n', _findings.All));
    }

    private FullDiskFault FullDisk(Uri client) => new(Replicas(), Desk(client));

    private MemberDesk Desk(Uri client) => new(
        new PaxosClientOptions
        {
            Replicas = new Dictionary<int, Uri> { [1] = client },
            MembersInterval = TimeSpan.Zero,
        },
        _findings, test.WriteLine, Soon);

    private ReplicaSet Replicas()
    {
        var cluster = new LocalCluster(LoopbackServers.Write(_directory.Path), ("/bin/sh", []), ClusterDirectory.Open(_directory.Path), (_, _) => { });
        return new ReplicaSet(cluster, new Dictionary<int, LoopDisk>(), _findings);
    }

    private ReplicaProcess Start(string script) => ReplicaProcess.Start(
        new ReplicaLaunch
        {
            Id = 1,
            Host = ("/bin/sh", ["-c", script]),
            ServersPath = "servers.xml",
            DataDirectory = _directory.Below("data"),
            LogPath = _directory.Below("replica.log"),
        },
        (_, _) => { });
}
