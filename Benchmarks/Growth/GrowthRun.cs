using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Benchmarks.Store;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Growth;

/// <summary>Measures a cluster of its own for each number of keys.</summary>
internal sealed class GrowthRun(
    int clients, int missed, LoadTimes times, TimeSpan settle, string? hostPath, BenchmarkOutput output)
{
    private const int ValueBytes = 100;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<int> keyCounts, CancellationToken cancel)
    {
        var rows = new List<GrowthRow>();
        foreach (int count in keyCounts)
        {
            using ClusterDirectory directory = ClusterDirectory.Open(named: null);
            await using StoreCluster cluster = await StoreCluster.OpenAsync(
                new ClusterPlace { Data = directory.Root, HostPath = hostPath }, cancel);
            rows.Add(await MeasureAsync(new KeySpace(count, ValueBytes, int.MaxValue), cluster, directory, cancel));
        }

        output.Show(GrowthRow.Table(rows, missed));
        return rows.Any(r => r.Put.Errors + r.Get.Errors > 0) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private async Task<GrowthRow> MeasureAsync(
        KeySpace keys, StoreCluster cluster, ClusterDirectory directory, CancellationToken cancel)
    {
        await using ClientSystem store = StoreSystem.WithLibrary(cluster.Options);
        await output.WithBarAsync($"loading {keys.Count} keys", keys.Count, written => store.LoadAsync(keys, written, cancel));
        long loaded = DiskOfLargest(cluster, directory);
        await Settling.RunAsync(store, [LoadKind.Put, LoadKind.Get], keys, settle, output, cancel);
        Measurement put = await CellAsync(LoadKind.Put, store, keys, cancel);
        Measurement get = await CellAsync(LoadKind.Get, store, keys, cancel);
        long memory = cluster.Processes!.Ids.Max(id => ProcessMemory.OfProcess(cluster.Processes.ProcessOf(id).ProcessId));

        var absence = new Absence(cluster, await AnyButTheLeaderAsync(cluster, cancel));
        TimeSpan restart = await absence.RestartAsync(cancel);
        long before = DiskOfLargest(cluster, directory);
        TimeSpan catchUp = await absence.MissAsync(
            others => output.WithBarAsync($"writing {missed} while replica {absence.Replica} is down", missed,
                written => others.WriteAsync(keys, missed, written, cancel)),
            cancel);
        return new GrowthRow
        {
            Keys = keys.Count,
            Put = put,
            Get = get,
            Memory = memory,
            Disk = loaded,
            Restart = restart,
            CatchUp = catchUp,
            DiskPerWrite = missed == 0 ? 0 : Math.Max(0, DiskOfLargest(cluster, directory) - before) / (double)missed,
        };
    }

    private async Task<Measurement> CellAsync(LoadKind kind, ClientSystem store, KeySpace keys, CancellationToken cancel)
    {
        Measurement measured = await output.WhileAsync(
            $"{LoadKinds.NameOf(kind)} over {keys.Count} keys",
            times.WarmUp + times.Measured,
            () => store.MeasureAsync(new LoadCell(kind, ValueBytes, clients), keys, times, cancel));
        Measurement named = measured with { Op = $"{measured.Op}-{keys.Count}keys" };
        output.Measured(named);
        return named;
    }

    // The one that does not lead is killed: how long a change of leader takes is another question.
    private static async Task<int> AnyButTheLeaderAsync(StoreCluster cluster, CancellationToken cancel)
    {
        int leader = await cluster.WaitForLeaderAsync(cancel);
        return cluster.Processes!.Ids.First(id => id != leader);
    }

    private static long DiskOfLargest(StoreCluster cluster, ClusterDirectory directory)
    {
        return cluster.Processes!.Ids.Max(id => new DirectoryInfo(directory.DataOf(id))
            .EnumerateFiles("*", SearchOption.AllDirectories).Sum(Length));
    }

    // RocksDB removes files while they are counted.
    private static long Length(FileInfo file) => file.Exists ? file.Length : 0;
}
