using PaxosWcf.Benchmarks.Servers;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Etcd;

/// <summary>Five etcd servers on loopback, as they come: every write is on disk at a majority before it is answered.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    private const string Package = "etcd-server";

    // The default, 2 GiB, is for all revisions together; a run with large values comes near it.
    private const string QuotaBytes = "8589934592";

    private readonly List<ServerProcess> _servers = [];

    private EtcdCluster(IReadOnlyList<Uri> clientAddresses) => ClientAddresses = clientAddresses;

    /// <summary>Where each server takes calls.</summary>
    public IReadOnlyList<Uri> ClientAddresses { get; }

    /// <summary>Why it cannot be run here; null: it can.</summary>
    public static string? Missing()
    {
        return ProgramFinder.Find("etcd") is null ? $"etcd is not installed (Debian: apt-get install {Package})" : null;
    }

    /// <summary>Starts all and waits until they listen.</summary>
    public static async Task<EtcdCluster> StartAsync(string directory, CancellationToken cancel)
    {
        Uri[] free = LoopbackServers.FreeAddresses(2 * LoopbackServers.Replicas);
        Uri[] peers = free[LoopbackServers.Replicas..];
        var cluster = new EtcdCluster(free[..LoopbackServers.Replicas]);
        try
        {
            for (int n = 0; n < LoopbackServers.Replicas; n++)
            {
                string name = Name(n);
                cluster._servers.Add(ServerProcess.Start(
                    ProgramFinder.Find("etcd")!,
                    Arguments(name, Path.Combine(directory, name), cluster.ClientAddresses[n], n, peers),
                    Path.Combine(directory, name + ".log")));
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

    private static string[] Arguments(string name, string data, Uri client, int number, Uri[] peers) =>
    [
        "--name", name,
        "--data-dir", data,
        "--listen-client-urls", Origin(client),
        "--advertise-client-urls", Origin(client),
        "--listen-peer-urls", Origin(peers[number]),
        "--initial-advertise-peer-urls", Origin(peers[number]),
        "--initial-cluster", string.Join(',', peers.Select((peer, n) => $"{Name(n)}={Origin(peer)}")),
        "--initial-cluster-token", "paxoswcf-benchmark",
        "--initial-cluster-state", "new",
        "--quota-backend-bytes", QuotaBytes,
        "--logger", "zap",
        "--log-level", "error",
    ];

    private static string Name(int number) => $"etcd-{number + 1}";

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
