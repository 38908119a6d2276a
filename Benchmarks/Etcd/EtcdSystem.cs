using System.Diagnostics;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Etcd;

/// <summary>etcd under load.</summary>
internal sealed class EtcdSystem : ILoadSystem
{
    /// <summary>What results call it.</summary>
    public const string SystemName = "etcd";

    // etcd takes requests of up to 1.5 MiB by default.
    private const int BatchBytesMax = 1 << 20;

    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeaderPause = TimeSpan.FromMilliseconds(200);

    private readonly EtcdCluster _cluster;
    private readonly IReadOnlyList<ILoadClient> _clients;
    private readonly ClientSystem _system;

    private EtcdSystem(EtcdCluster cluster)
    {
        _cluster = cluster;
        _clients = [.. cluster.ClientAddresses.Select(address => new EtcdLoadClient(address))];
        _system = new ClientSystem(SystemName, _clients, BatchBytesMax);
    }

    public string Name => SystemName;

    /// <summary>Starts the servers, and waits until every one of them answers.</summary>
    public static async Task<EtcdSystem> StartAsync(string directory, CancellationToken cancel)
    {
        var system = new EtcdSystem(await EtcdCluster.StartAsync(directory, cancel));
        try
        {
            foreach (ILoadClient client in system._clients)
            {
                await WaitForAnswerAsync(client, cancel);
            }

            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public bool Takes(LoadKind kind, int valueBytes) => _system.Takes(kind, valueBytes);

    public Task LoadAsync(KeySpace keys, Action<int> written, CancellationToken cancel) => _system.LoadAsync(keys, written, cancel);

    public Task<Measurement> MeasureAsync(LoadCell cell, KeySpace keys, LoadTimes times, CancellationToken cancel)
    {
        return _system.MeasureAsync(cell, keys, times, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    // Before a leader is there calls fail; that is no answer about the load.
    private static async Task WaitForAnswerAsync(ILoadClient client, CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await client.GetAsync("leader?", linearizable: true);
                return;
            }
            catch (CallFailedException e) when (Stopwatch.GetElapsedTime(started) > LeaderPatience)
            {
                throw new BenchmarkException($"etcd answers nothing after {LeaderPatience.TotalSeconds} s: {e.Message}", e);
            }
            catch (CallFailedException)
            {
                await Task.Delay(LeaderPause, cancel);
            }
        }
    }
}
