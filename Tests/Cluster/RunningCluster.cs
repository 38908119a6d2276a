using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real replica processes that have a leader, and a console's connection to them. All of it is gone with it, data too.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private RunningCluster(Action<int, string>? hears)
    {
        Data = ClusterDirectory.Open(_directory.Path);
        Servers = LoopbackServers.Write(Data.Root);
        Processes = new LocalCluster(Servers, HostLocator.Find(null, AppContext.BaseDirectory), Data, hears ?? ((_, _) => { }));

        // Long enough for a slow machine to start killed replicas again while a call waits.
        Connection = new StoreConnection(PaxosClientOptions.FromServersFile(Servers) with { OperationTimeout = TimeSpan.FromSeconds(60) });
    }

    public ClusterDirectory Data { get; }

    /// <summary>The path of servers.xml.</summary>
    public string Servers { get; }

    public LocalCluster Processes { get; }

    public StoreConnection Connection { get; }

    /// <summary>Starts them.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <param name="hears">Hears each line that a replica logs; null: nobody does.</param>
    public static async Task<RunningCluster> StartAsync(CancellationToken cancel, Action<int, string>? hears = null)
    {
        var cluster = new RunningCluster(hears);
        try
        {
            await cluster.Processes.StartAsync(cancel);
            await cluster.Processes.WaitForLeaderAsync(cluster.Connection.Control, cancel);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Processes.DisposeAsync();
        Data.Dispose();
        _directory.Dispose();
    }
}
