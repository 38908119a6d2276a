using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Client;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Processes;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Endpoints;
using HostedReplica = PaxosWcf.ReplicaHost.ReplicaProcess;

namespace PaxosWcf.Benchmarks.Inside;

/// <summary>Five replicas of which the leader runs in this process, and the other four as processes of their own.</summary>
internal sealed class InsideCluster : IAsyncDisposable
{
    /// <summary>What results call it.</summary>
    public const string SystemName = "paxoswcf-inside";

    private const int Own = 1;

    // Of five any one may win an election; twenty that all go elsewhere are one in a hundred.
    private const int ElectionsMax = 40;

    private readonly ClusterDirectory _directory;
    private readonly LocalCluster _others;
    private readonly HostedReplica _own;
    private readonly ReplicaOptions _options = new();
    private readonly string _servers;

    private InsideCluster(ClusterDirectory directory, string? hostPath)
    {
        _directory = directory;
        _servers = LoopbackServers.Write(directory.Root);
        ServersConfiguration servers = ServersFile.Load(_servers);
        _others = new LocalCluster(_servers, HostLocator.Find(hostPath, AppContext.BaseDirectory), directory, (_, _) => { });
        var arguments = new HostArguments { Id = Own, Servers = _servers, Data = directory.DataOf(Own), Bootstrap = true };
        _own = new HostedReplica(arguments, _options, servers, servers.Find(Own)!, NullLoggerFactory.Instance);
    }

    /// <summary>Starts all, and has others campaign again until the one in this process leads.</summary>
    public static async Task<InsideCluster> StartAsync(string? hostPath, CancellationToken cancel)
    {
        var cluster = new InsideCluster(ClusterDirectory.Open(named: null), hostPath);
        try
        {
            await cluster._own.StartAsync(cancel);
            await cluster._others.StartAsync(cluster._others.Ids.Where(id => id != Own), cancel);
            await cluster.LeadAsync(cancel);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The leader, called from inside.</summary>
    public ILoadSystem Leader()
    {
        var calls = new StoreCalls(Own, _own.Loop!, RequestPatience.Of(_options));
        return new OneServerSystem(SystemName, new InsideClient(calls), [LoadKind.Put]);
    }

    public async ValueTask DisposeAsync()
    {
        await _own.DisposeAsync();
        await _others.DisposeAsync();
        _directory.Dispose();
    }

    private async Task LeadAsync(CancellationToken cancel)
    {
        await using var control = new ReplicaControlClient(PaxosClientOptions.FromServersFile(_servers));
        for (int elections = 0; elections < ElectionsMax; elections++)
        {
            int leader = await _others.WaitForLeaderAsync(control, cancel);
            if (leader == Own)
            {
                await _others.WaitUntilReadyAsync(cancel);
                return;
            }

            if (!await _others.KillAndRestartAsync(leader))
            {
                throw new BenchmarkException(string.Join(' ', _others.TakeEnded()));
            }
        }

        throw new BenchmarkException($"Replica {Own}, which runs in this process, did not come to lead in {ElectionsMax} elections.");
    }
}
