using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>The five replica processes, each on a disk of its own where that is allowed. One that ends without being told
/// to, or does not come back, is a finding.</summary>
internal sealed class ReplicaSet(LocalCluster cluster, IReadOnlyDictionary<int, LoopDisk> disks, Findings findings)
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);

    private readonly HashSet<ReplicaProcess> _doomed = [];

    public IReadOnlyList<int> Ids => cluster.Ids;

    public Findings Findings => findings;

    public async Task StartAsync(CancellationToken cancel)
    {
        await cluster.StartAsync(cancel);
        foreach (int id in Ids)
        {
            _ = WatchAsync(cluster.ProcessOf(id));
        }
    }

    public ReplicaProcess ProcessOf(int id) => cluster.ProcessOf(id);

    /// <summary>Where the data of a replica is.</summary>
    public string DataOf(int id) => cluster.DataOf(id);

    /// <summary>The disk of a replica; there is one, or the fault would not have been allowed.</summary>
    public LoopDisk DiskOf(int id) => disks[id];

    /// <summary>Says that the process of a replica may end from here on.</summary>
    public ReplicaProcess Doom(int id)
    {
        lock (_doomed)
        {
            _doomed.Add(cluster.ProcessOf(id));
        }

        return cluster.ProcessOf(id);
    }

    /// <summary>From here on every end is as it should be.</summary>
    public void DoomAll()
    {
        foreach (int id in Ids)
        {
            Doom(id);
        }
    }

    public Task KillAsync(IEnumerable<int> ids) => Task.WhenAll(ids.Select(id => Doom(id).KillAsync()));

    /// <summary>Asks a replica to stop, and waits until it has. One that has to be killed in the end, or that fails, is a finding.</summary>
    public async Task StopAsync(int id)
    {
        ReplicaProcess stopped = Doom(id);
        await stopped.StopAsync();
        if (stopped.ExitCode != 0)
        {
            findings.Add($"Replica {id} was asked to stop, and ended with exit code {stopped.ExitCode}: {stopped.LastWords}");
        }
    }

    /// <summary>Cuts the power where a replica has a disk of its own, kills it, and brings the power back.</summary>
    public async Task CutPowerAsync(IReadOnlyList<int> ids)
    {
        List<int> powered = [.. ids.Where(disks.ContainsKey)];
        foreach (int id in powered)
        {
            Doom(id);
            DiskOf(id).CutPower();
        }

        await KillAsync(ids);
        await Task.WhenAll(powered.Select(id => DiskOf(id).RepowerAsync()));
    }

    /// <summary>Starts replicas whose processes have ended, and waits until they serve.</summary>
    public async Task RestartAsync(IEnumerable<int> ids)
    {
        var started = new List<ReplicaProcess>();
        foreach (int id in ids)
        {
            started.Add(await cluster.RestartAsync(id));
        }

        await Task.WhenAll(started.Select(ReadyAsync));
    }

    /// <summary>Starts a replica whose process has ended with an empty disk, and waits until it serves.</summary>
    public async Task RestartEmptiedAsync(int id) => await ReadyAsync(await cluster.RestartEmptiedAsync(id));

    /// <summary>Starts another process in the place of one that has ended, with an empty disk, and waits until it serves.</summary>
    /// <param name="id">The replica.</param>
    /// <param name="client">Where it is to listen; null: where servers.xml says.</param>
    /// <param name="peer">Where it is to listen; null: where servers.xml says.</param>
    public async Task ReplaceProcessAsync(int id, Uri? client, Uri? peer) =>
        await ReadyAsync(await cluster.ReplaceProcessAsync(id, client, peer));

    /// <summary>Starts one more replica, with an empty disk, and waits until it serves; it is no member yet.</summary>
    public Task JoinAsync(ReplicaAddress at) => ReadyAsync(cluster.Join(at.Id, at.Client, at.Peer));

    /// <summary>Is done with a replica that joined, and whose process has ended.</summary>
    public Task LeaveAsync(int id) => cluster.LeaveAsync(id);

    /// <summary>Mixes the directories of two replicas up: each has the other's at its next start.</summary>
    public void MixUp(int one, int other) => cluster.MixUp(one, other);

    /// <summary>Starts a replica that may well refuse to; true when it serves after all.</summary>
    public async Task<bool> TryRestartAsync(int id)
    {
        ReplicaProcess process = await cluster.RestartAsync(id);
        Doom(id);
        Task first = await Task.WhenAny(process.Ready, process.Exited).WaitAsync(ReadyPatience);
        return first == process.Ready && process.Ready.IsCompletedSuccessfully;
    }

    private async Task ReadyAsync(ReplicaProcess process)
    {
        _ = WatchAsync(process);
        try
        {
            await process.Ready.WaitAsync(ReadyPatience);
        }
        catch (TimeoutException)
        {
            findings.Add($"Replica {process.Id} did not serve within {ReadyPatience.TotalSeconds} s of its start: {process.LastWords}");
        }
        catch (ClusterException)
        {
            // It has ended, and whoever watches it has said so.
            return;
        }
    }

    private async Task WatchAsync(ReplicaProcess process)
    {
        await process.Exited;
        lock (_doomed)
        {
            if (_doomed.Contains(process))
            {
                return;
            }
        }

        findings.Add($"Replica {process.Id} ended by itself with exit code {process.ExitCode}: {process.LastWords}");
    }
}
