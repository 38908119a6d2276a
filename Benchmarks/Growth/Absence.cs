using System.Diagnostics;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Store;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Growth;

/// <summary>One replica that is killed and comes back.</summary>
internal sealed class Absence(StoreCluster cluster, int replica)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public int Replica => replica;

    /// <summary>Kills it and starts it at once.</summary>
    /// <returns>From its start until it takes calls.</returns>
    public async Task<TimeSpan> RestartAsync(CancellationToken cancel)
    {
        await cluster.Processes!.ProcessOf(replica).KillAsync();
        return await StartAsync(cancel);
    }

    /// <summary>Kills it, has the others written to, and starts it again.</summary>
    /// <param name="write">Writes to the others.</param>
    /// <param name="cancel">Ends early.</param>
    /// <returns>From its start until it has applied what they have.</returns>
    /// <exception cref="BenchmarkException">It did not catch up.</exception>
    public async Task<TimeSpan> MissAsync(Func<ClientSystem, Task> write, CancellationToken cancel)
    {
        await cluster.Processes!.ProcessOf(replica).KillAsync();
        PaxosClientOptions options = cluster.Options;
        await using (ClientSystem others = StoreSystem.WithLibrary(options with
        {
            Replicas = options.Replicas.Where(r => r.Key != replica).ToDictionary(),
        }))
        {
            await write(others);
        }

        await using var control = new ReplicaControlClient(options);
        int other = control.Replicas.First(id => id != replica);
        long target = (await control.StatusAsync(other, cancel)).AppliedThrough;
        long started = Stopwatch.GetTimestamp();
        await StartAsync(cancel);
        while (await LeaderWatch.TryStatusAsync(control, replica, cancel) is not ReplicaStatus status || status.AppliedThrough < target)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new BenchmarkException($"Replica {replica} did not catch up within {Patience.TotalMinutes} minutes.");
            }

            await Task.Delay(Pause, cancel);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private async Task<TimeSpan> StartAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        ReplicaProcess process = await cluster.Processes!.RestartAsync(replica);
        await process.Ready.WaitAsync(Patience, cancel);
        return Stopwatch.GetElapsedTime(started);
    }
}
