using System.Globalization;
using PaxosWcf.Benchmarks.Servers;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.ZooKeeper;

/// <summary>Five ZooKeeper servers on loopback, as they come: every write is on disk at a majority before it is answered
/// (forceSync is on by default). Without a logger on the class path they log nothing.</summary>
internal sealed class ZooKeeperCluster : IAsyncDisposable
{
    /// <summary>ZooKeeper's library, as Debian installs it; its manifest names what it needs.</summary>
    public const string Jar = "/usr/share/java/zookeeper.jar";

    private const string ServerClass = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

    private readonly List<ServerProcess> _servers = [];

    private ZooKeeperCluster(IReadOnlyList<Uri> clientAddresses) => ClientAddresses = clientAddresses;

    /// <summary>Where each server takes calls.</summary>
    public IReadOnlyList<Uri> ClientAddresses { get; }

    /// <summary>Why it cannot be run here; null: it can.</summary>
    public static string? Missing()
    {
        return !File.Exists(Jar) ? "ZooKeeper is not installed (Debian: apt-get install zookeeper)"
            : ProgramFinder.Find("java") is null || ProgramFinder.Find("javac") is null
                ? "ZooKeeper's client needs java and javac (Debian: apt-get install default-jdk-headless)"
                : null;
    }

    /// <summary>Starts all and waits until they listen.</summary>
    public static async Task<ZooKeeperCluster> StartAsync(string directory, CancellationToken cancel)
    {
        Uri[] free = LoopbackServers.FreeAddresses(3 * LoopbackServers.Replicas);
        Uri[] internals = free[LoopbackServers.Replicas..];
        var cluster = new ZooKeeperCluster(free[..LoopbackServers.Replicas]);
        try
        {
            for (int n = 0; n < LoopbackServers.Replicas; n++)
            {
                string settings = WriteSettings(directory, n, cluster.ClientAddresses[n], internals);
                cluster._servers.Add(ServerProcess.Start(
                    ProgramFinder.Find("java")!,
                    ["-cp", Jar, ServerClass, settings],
                    Path.Combine(directory, $"zookeeper-{n + 1}.log")));
            }

            await Task.WhenAll(cluster._servers.Select((s, n) => s.WaitUntilListeningAsync(cluster.ClientAddresses[n], cancel)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Select(s => s.DisposeAsync().AsTask()));

    private static string WriteSettings(string directory, int number, Uri client, Uri[] internals)
    {
        string data = Directory.CreateDirectory(Path.Combine(directory, $"zookeeper-{number + 1}")).FullName;
        File.WriteAllText(Path.Combine(data, "myid"), (number + 1).ToString(CultureInfo.InvariantCulture));
        IEnumerable<string> servers = Enumerable.Range(0, LoopbackServers.Replicas).Select(n =>
            $"server.{n + 1}=127.0.0.1:{internals[2 * n].Port}:{internals[(2 * n) + 1].Port}");
        string path = Path.Combine(directory, $"zookeeper-{number + 1}.cfg");
        File.WriteAllLines(path,
        [
            "tickTime=2000",
            "initLimit=10",
            "syncLimit=5",
            $"dataDir={data}",
            "clientPortAddress=127.0.0.1",
            $"clientPort={client.Port}",
            "maxClientCnxns=0",
            "admin.enableServer=false",
            .. servers,
        ]);
        return path;
    }
}
