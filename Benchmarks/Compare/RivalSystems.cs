using PaxosWcf.Benchmarks.Etcd;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Benchmarks.ZooKeeper;

namespace PaxosWcf.Benchmarks.Compare;

/// <summary>The other stores, as far as they are installed.</summary>
internal static class RivalSystems
{
    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> All { get; } = [EtcdSystem.SystemName, ZooKeeperSystem.SystemName];

    /// <summary>Starts them; says which are skipped, and how to install them.</summary>
    /// <param name="directory">For their data and logs: on the file system that ours are on.</param>
    /// <param name="only">The names of those wanted.</param>
    /// <param name="output">Told of those skipped.</param>
    /// <param name="cancel">Ends early.</param>
    public static async Task<IReadOnlyList<ILoadSystem>> StartAsync(
        string directory, IReadOnlyList<string> only, BenchmarkOutput output, CancellationToken cancel)
    {
        var started = new List<ILoadSystem>();
        try
        {
            await TryAsync(EtcdSystem.SystemName, EtcdCluster.Missing(), async () => await EtcdSystem.StartAsync(directory, cancel));
            await TryAsync(ZooKeeperSystem.SystemName, ZooKeeperCluster.Missing(), async () => await ZooKeeperSystem.StartAsync(directory, output.Say, cancel));
            return started;
        }
        catch
        {
            await Task.WhenAll(started.Select(s => s.DisposeAsync().AsTask()));
            throw;
        }

        async Task TryAsync(string name, string? missing, Func<Task<ILoadSystem>> start)
        {
            if (!only.Contains(name))
            {
                return;
            }

            if (missing is not null)
            {
                output.Say($"Skipped: {missing}.");
                return;
            }

            started.Add(await start());
        }
    }
}
