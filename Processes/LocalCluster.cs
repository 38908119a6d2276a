using System.Collections.Concurrent;
using PaxosWcf.Client;
using PaxosWcf.Contracts.Configuration;

namespace PaxosWcf.Processes;

/// <summary>All replicas of one servers.xml as processes of this machine; disposing stops them all.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);

    private readonly ClusterDirectory _directory;
    private readonly Action<int, string> _heard;
    private readonly Dictionary<int, ReplicaLaunch> _launches;
    private readonly Dictionary<int, ReplicaProcess> _running = [];
    private readonly ConcurrentQueue<string> _ended = [];
    private readonly string[] _hostOptions;
    private int _replaced;

    public LocalCluster(
        string serversPath, (string Program, IReadOnlyList<string> Before) host, ClusterDirectory directory,
        Action<int, string> heard, params string[] hostOptions)
    {
        (_directory, _heard, _hostOptions) = (directory, heard, hostOptions);
        Configuration = ServersFile.Load(serversPath);
        _launches = Configuration.Replicas.ToDictionary(r => r.Id, r => new ReplicaLaunch
        {
            Id = r.Id,
            Host = host,
            ServersPath = serversPath,
            DataDirectory = directory.DataOf(r.Id),
            LogPath = directory.LogOf(r.Id),
            Options = hostOptions,
        });
    }

    public ServersConfiguration Configuration { get; }

    /// <summary>Settings of all replicas, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<int> Ids => [.. _launches.Keys.Order()];

    /// <summary>Starts all and waits until all take calls.</summary>
    /// <exception cref="ClusterException">One ended before, or took too long; it is named, with its own last words.</exception>
    public Task StartAsync(CancellationToken cancel) => StartAsync(Ids, cancel);

    /// <summary>Starts some and waits until they take calls; the others run elsewhere, or not at all.</summary>
    /// <exception cref="ClusterException">One ended before, or took too long; it is named, with its own last words.</exception>
    public async Task StartAsync(IEnumerable<int> ids, CancellationToken cancel)
    {
        foreach (int id in ids)
        {
            Start(id);
        }

        await WaitUntilReadyAsync(cancel);
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        List<Task> waiting = [.. _running.Values.Select(r => r.Ready)];
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(ReadyPatience);
        try
        {
            // One by one as they end: the first that fails is the reason, whatever the others still do.
            await foreach (Task ready in Task.WhenEach(waiting).WithCancellation(late.Token))
            {
                await ready;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            string names = string.Join(", ", _running.Values.Where(r => !r.Ready.IsCompleted).Select(r => r.Id));
            throw new ClusterException($"Replica {names} was not ready within {ReadyPatience.TotalSeconds} s; see {_directory.Root}.");
        }
    }

    /// <summary>The process of a replica, as it was started last.</summary>
    public ReplicaProcess ProcessOf(int id) => _running[id];

    /// <summary>Where the data of a replica is, as it was started last.</summary>
    public string DataOf(int id) => _launches[id].DataDirectory;

    /// <summary>Starts a replica whose process has ended, on the data that it left.</summary>
    public async Task<ReplicaProcess> RestartAsync(int id)
    {
        await _running[id].DisposeAsync();
        Start(id);
        return _running[id];
    }

    /// <summary>Starts another process in the place of a replica: with an empty directory, perhaps at other addresses, and not as a
    /// first member. It is fenced until it is admitted. If the one before runs yet, it is stopped in order first.</summary>
    /// <param name="id">The replica.</param>
    /// <param name="client">Where it is to listen for clients; null: where servers.xml says.</param>
    /// <param name="peer">Where it is to listen for replicas; null: where servers.xml says.</param>
    public async Task<ReplicaProcess> ReplaceProcessAsync(int id, Uri? client, Uri? peer)
    {
        await _running[id].DisposeAsync();
        _launches[id] = _launches[id] with
        {
            Bootstraps = false,
            DataDirectory = $"{_directory.DataOf(id)}-{++_replaced}",
            Options =
            [
                .. _hostOptions,
                .. client is null ? [] : new[] { "--listen-client", $"{client}" },
                .. peer is null ? [] : new[] { "--listen-peer", $"{peer}" },
            ],
        };
        Start(id);
        return _running[id];
    }

    /// <summary>Starts a replica that servers.xml does not have, with an empty directory of its own: it is no member until it is added.</summary>
    public ReplicaProcess Join(int id, Uri client, Uri peer)
    {
        _launches[id] = _launches[Configuration.Replicas[0].Id] with
        {
            Id = id,
            Bootstraps = false,
            DataDirectory = $"{_directory.DataOf(id)}-{++_replaced}",
            LogPath = _directory.LogOf(id),
            Options = [.. _hostOptions, "--listen-client", $"{client}", "--listen-peer", $"{peer}"],
        };
        Start(id);
        return _running[id];
    }

    /// <summary>Is done with a replica that joined; its process is stopped in order if it runs yet.</summary>
    public async Task LeaveAsync(int id)
    {
        await _running[id].DisposeAsync();
        _running.Remove(id);
        _launches.Remove(id);
    }

    /// <summary>Empties the disk of a replica whose process has ended, and starts it again: it is fenced until it is readmitted.</summary>
    public async Task<ReplicaProcess> RestartEmptiedAsync(int id)
    {
        _launches[id] = _launches[id] with { Bootstraps = false };
        Directory.Delete(_launches[id].DataDirectory, recursive: true);
        return await RestartAsync(id);
    }

    /// <summary>Mixes the disks of two replicas up whose processes have ended: each finds the other's directory at its next start.</summary>
    public void MixUp(int one, int other)
    {
        string directory = _launches[one].DataDirectory;
        _launches[one] = _launches[one] with { DataDirectory = _launches[other].DataDirectory };
        _launches[other] = _launches[other] with { DataDirectory = directory };
    }

    /// <summary>Kills one replica with SIGKILL and starts it again at once, on the data that the kill left.</summary>
    /// <returns>Whether it was killed: one that had ended by itself before is only started again, and <see cref="TakeEnded"/> tells of it.</returns>
    public async Task<bool> KillAndRestartAsync(int id)
    {
        await _running[id].KillAsync();
        bool ended = await NoteEndedAsync(id);
        await _running[id].DisposeAsync();
        Start(id);
        return !ended;
    }

    /// <summary>Starts every replica again that has ended by itself; <see cref="TakeEnded"/> tells of them.</summary>
    public async Task RestartEndedAsync()
    {
        foreach (int id in _running.Keys.Order().ToList())
        {
            if (await NoteEndedAsync(id))
            {
                await RestartAsync(id);
            }
        }
    }

    /// <summary>Replicas that had ended by themselves when they were to be killed, or were looked for: since this was asked last, a sentence each, with
    /// exit code and last words.</summary>
    public IReadOnlyList<string> TakeEnded()
    {
        var ended = new List<string>();
        while (_ended.TryDequeue(out string? sentence))
        {
            ended.Add(sentence);
        }

        return ended;
    }

    /// <summary>Stops one replica in order and starts it again at once.</summary>
    /// <exception cref="ClusterException">It did not stop as it was asked to.</exception>
    public async Task StopAndRestartAsync(int id)
    {
        ReplicaProcess stopped = _running[id];
        await stopped.StopAsync();
        (int exitCode, bool byItself) = (stopped.ExitCode, stopped.EndedByItself);
        await stopped.DisposeAsync();
        if (exitCode != 0 || byItself)
        {
            throw new ClusterException(
                $"Replica {id} {(byItself ? "was to be stopped, and had ended by itself" : "was asked to stop, and ended")} with exit code {exitCode}: {stopped.LastWords}");
        }

        Start(id);
    }

    /// <summary>Kills replicas with SIGKILL, all before any is started again.</summary>
    public async Task KillAndRestartTogetherAsync(IReadOnlyList<int> ids)
    {
        await Task.WhenAll(ids.Select(id => _running[id].KillAsync()));
        foreach (int id in ids)
        {
            await NoteEndedAsync(id);
            await _running[id].DisposeAsync();
            Start(id);
        }
    }

    /// <summary>Waits until one replica leads and a majority follows it.</summary>
    /// <returns>The leader's id.</returns>
    public async Task<int> WaitForLeaderAsync(ReplicaControlClient control, CancellationToken cancel)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(ReadyPatience);
        try
        {
            return await LeaderWatch.WaitAsync(control, late.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ClusterException($"No replica led within {ReadyPatience.TotalSeconds} s; see the logs in {_directory.Root}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Values.Select(r => r.DisposeAsync().AsTask()));
    }

    private async Task<bool> NoteEndedAsync(int id)
    {
        ReplicaProcess process = _running[id];
        if (!process.EndedByItself)
        {
            return false;
        }

        // Its last words come a moment after its end.
        await process.Exited;
        _ended.Enqueue($"Replica {id} ended by itself with exit code {process.ExitCode}: {(process.LastWords.Length > 0 ? process.LastWords : "it said nothing")}");
        return true;
    }

    private void Start(int id) => _running[id] = ReplicaProcess.Start(_launches[id] with { Settings = Settings }, _heard);
}
