using PaxosWcf.Client;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Cluster;

/// <summary>The cluster of our store that is put under load: started here, or one that runs.</summary>
internal sealed class StoreCluster : IAsyncDisposable
{
    /// <summary>How long a cluster that is not ours has to show who leads.</summary>
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(30);

    private readonly Stack<IAsyncDisposable> _parts = [];
    private readonly string _servers;

    private StoreCluster(string servers) => (_servers, Options) = (servers, PaxosClientOptions.FromServersFile(servers));

    /// <summary>How to call it.</summary>
    public PaxosClientOptions Options { get; }

    /// <summary>The processes; null where they are not ours.</summary>
    public LocalCluster? Processes { get; private set; }

    /// <summary>Five replicas as README starts them, fault lab off, their logs in files; or the cluster that is named.</summary>
    public static async Task<StoreCluster> OpenAsync(ClusterPlace place, CancellationToken cancel)
    {
        return place.Servers is { } running
            ? new StoreCluster(running)
            : await StartAsync(place, cancel);
    }

    /// <summary>Waits until a replica leads.</summary>
    /// <exception cref="BenchmarkException">In a cluster that runs none does.</exception>
    public async Task<int> WaitForLeaderAsync(CancellationToken cancel)
    {
        await using var control = new ReplicaControlClient(Options);
        if (Processes is { } ours)
        {
            return await ours.WaitForLeaderAsync(control, cancel);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(LeaderPatience);
        try
        {
            return await LeaderWatch.WaitAsync(control, late.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BenchmarkException(
                $"Of the replicas that {_servers} names ({string.Join(", ", Options.Replicas.Keys.Order())}) none led within {LeaderPatience.TotalSeconds} s: start them, or name the one that leads too.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    private static async Task<StoreCluster> StartAsync(ClusterPlace place, CancellationToken cancel)
    {
        ClusterDirectory directory = ClusterDirectory.OpenNew(place.Data);
        string servers = LoopbackServers.Write(directory.Root);
        var cluster = new StoreCluster(servers);
        cluster._parts.Push(new Disposing(directory));
        try
        {
            (string, IReadOnlyList<string>) host = HostLocator.Find(place.HostPath, AppContext.BaseDirectory);
            cluster.Processes = new LocalCluster(servers, host, directory, (_, _) => { });
            cluster._parts.Push(cluster.Processes);
            await cluster.Processes.StartAsync(cancel);
            await cluster.WaitForLeaderAsync(cancel);
            return cluster;
        }
        catch
        {
            directory.Keep = !cancel.IsCancellationRequested;
            await cluster.DisposeAsync();
            throw;
        }
    }

    private sealed class Disposing(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
