using System.Diagnostics;
using System.Globalization;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Benchmarks.Store;
using PaxosWcf.Client;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Snapshot;

/// <summary>A cluster of its own is filled while one replica is away, for longer than the log reaches back; then that one comes
/// back, and the memory of all is watched until it has the state, while the others go on serving.</summary>
internal sealed class SnapshotRun(int mebibytes, string? data, string? hostPath, BenchmarkOutput output)
{
    /// <summary>What the memory of either side may grow by, in MiB.</summary>
    private const int GrowthMebibytesMax = 200;

    private const int ValueBytes = 256 << 10;
    private const int SmallValueBytes = 100;
    private const int SmallKeys = 1000;
    private const int Clients = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly LoadTimes WarmUp = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
    private static readonly LoadTimes Cell = new(TimeSpan.Zero, TimeSpan.FromSeconds(2));

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var keys = new KeySpace(mebibytes * ((1 << 20) / ValueBytes), ValueBytes, long.MaxValue);
        await using StoreCluster cluster = await StoreCluster.OpenAsync(new ClusterPlace { Data = data, HostPath = hostPath }, cancel);
        LocalCluster processes = cluster.Processes!;
        int leader = await cluster.WaitForLeaderAsync(cancel);
        int taker = processes.Ids.First(id => id != leader);
        int[] others = [.. processes.Ids.Where(id => id != taker)];
        await processes.ProcessOf(taker).KillAsync();
        await using ClientSystem store = StoreSystem.WithLibrary(cluster.Options with
        {
            Replicas = cluster.Options.Replicas.Where(r => r.Key != taker).ToDictionary(),
            AttemptTimeout = CallTimeout,
            OperationTimeout = 2 * CallTimeout,
        });
        await output.WithBarAsync(
            $"writing {mebibytes} MiB while replica {taker} is away", keys.Count, written => store.WriteAsync(keys, keys.Count, written, cancel, Clients));

        // Fresh processes: what the load has left in their memory would hide what the snapshot adds to it.
        await output.WithBarAsync("restarting the others", others.Length, moved => RestartAsync(cluster, others, moved, cancel));
        var small = new KeySpace(SmallKeys, SmallValueBytes);
        await store.LoadAsync(small, _ => { }, cancel);
        await store.MeasureAsync(new LoadCell(LoadKind.Put, SmallValueBytes, Clients), small, WarmUp, cancel);
        return await FetchAsync(cluster, store, small, others, taker, cancel);
    }

    private async Task<int> FetchAsync(
        StoreCluster cluster, ClientSystem store, KeySpace small, int[] others, int taker, CancellationToken cancel)
    {
        LocalCluster processes = cluster.Processes!;
        await using var control = new ReplicaControlClient(cluster.Options);
        long target = (await control.StatusAsync(others[0], cancel)).AppliedThrough;
        ReplicaProcess started = await processes.RestartAsync(taker);
        await started.Ready.WaitAsync(Patience, cancel);
        long begun = Stopwatch.GetTimestamp();
        Dictionary<int, MemoryWatch> watches = processes.Ids.ToDictionary(id => id, id => new MemoryWatch(processes.ProcessOf(id).ProcessId));
        using var caughtUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task watching = WatchAsync(watches.Values, caughtUp.Token);
        Task<List<Measurement>> serving = ServeAsync(store, small, caughtUp.Token);
        while (await LeaderWatch.TryStatusAsync(control, taker, cancel) is not { } status || status.AppliedThrough < target)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new BenchmarkException($"Replica {taker} did not catch up within {Patience.TotalMinutes} minutes.");
            }

            await Task.Delay(Look, cancel);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        await caughtUp.CancelAsync();
        await watching;
        return Conclude(watches, taker, took, await serving);
    }

    private int Conclude(Dictionary<int, MemoryWatch> watches, int taker, TimeSpan took, List<Measurement> served)
    {
        output.Show(Grid.Of(
            ["replica", "", "before MiB", "peak MiB", "growth MiB"],
            textColumns: 2,
            watches.OrderBy(w => w.Key).Select(w => new[]
            {
                $"{w.Key}", w.Key == taker ? "fetches" : "", $"{w.Value.Before >> 20}", $"{w.Value.Peak >> 20}", $"{w.Value.Growth >> 20}",
            })));
        output.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"meanwhile {served.Average(cell => cell.OpsPerS):0} puts a second, 99th percentile at most {served.Max(cell => cell.P99Ms):0} ms, {served.Sum(cell => cell.Errors)} failed"));
        double seconds = took.TotalSeconds;
        bool good = watches.Values.All(w => w.Growth >> 20 <= GrowthMebibytesMax) && served.All(cell => cell.Errors == 0);
        output.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{mebibytes} MiB fetched in {seconds:0.0} s ({mebibytes / seconds:0} MiB/s); memory grew by {watches.Values.Max(w => w.Growth) >> 20} MiB at most, {GrowthMebibytesMax} are allowed"));
        return good ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task RestartAsync(StoreCluster cluster, int[] replicas, Action<int> moved, CancellationToken cancel)
    {
        for (int i = 0; i < replicas.Length; i++)
        {
            await cluster.Processes!.StopAndRestartAsync(replicas[i]);
            await cluster.Processes.ProcessOf(replicas[i]).Ready.WaitAsync(Patience, cancel);
            await cluster.WaitForLeaderAsync(cancel);
            moved(i + 1);
        }
    }

    private static async Task WatchAsync(IReadOnlyCollection<MemoryWatch> watches, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (MemoryWatch watch in watches)
            {
                watch.Sample();
            }

            await Task.Delay(Look, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<List<Measurement>> ServeAsync(ClientSystem store, KeySpace small, CancellationToken over)
    {
        var cells = new List<Measurement>();
        while (!over.IsCancellationRequested)
        {
            cells.Add(await store.MeasureAsync(new LoadCell(LoadKind.Put, SmallValueBytes, Clients), small, Cell, CancellationToken.None));
        }

        return cells;
    }
}
