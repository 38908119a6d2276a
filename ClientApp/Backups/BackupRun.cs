using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Reads all keys of a running cluster, as of one moment, from one replica.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="stale">Whether what one replica has is enough, for there is no majority: of those that answer the one that has applied the most is asked.</param>
internal sealed class BackupRun(StoreConnection connection, TimeProvider time, bool stale = false)
{
    private const int ReadsMax = 3;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <summary>Begins a backup and hands its pages on.</summary>
    /// <param name="begun">Told what it is of; takes the pages.</param>
    /// <param name="moved">Told how many of how many keys were read.</param>
    /// <param name="isOfRestore">Whether it is for a restore that is under way, and so of what that has brought so far.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<BackupHeader> ReadAsync(
        Func<BackupHeader, Action<IReadOnlyList<BackupEntry>>> begun, Action<int, int> moved, bool isOfRestore, CancellationToken cancel)
    {
        (int replica, BackupStarted started) = await BeginAsync(cancel);
        try
        {
            return started.Restoring is null || isOfRestore
                ? await ReadAsync(replica, started, begun, moved, cancel)
                : throw new ClusterException(
                    $"Restore {started.Restoring} is under way, and what the store holds now is no state that ever was: "
                        + "wait until it is over, or repeat it with --force.");
        }
        finally
        {
            await EndAsync(replica, started.Backup);
        }
    }

    private async Task EndAsync(int replica, long backup)
    {
        using var patience = new CancellationTokenSource(EndPatience, time);
        try
        {
            await connection.Control.BackupEndAsync(replica, backup, patience.Token);
        }
        catch (Exception e) when (e is PaxosClientException or OperationCanceledException)
        {
            // What was read is whole all the same, and the replica gives the backup up by itself when nobody reads it for a minute.
            return;
        }
    }

    private async Task<BackupHeader> ReadAsync(
        int replica, BackupStarted started, Func<BackupHeader, Action<IReadOnlyList<BackupEntry>>> begun, Action<int, int> moved, CancellationToken cancel)
    {
        var header = new BackupHeader(started.Cluster, started.Revision, started.AppliedThrough, started.Keys, time.GetUtcNow());
        Action<IReadOnlyList<BackupEntry>> add = begun(header);
        long keys = 0;
        for (long number = 0; ; number++)
        {
            BackupPage page = await ReadAsync(replica, started.Backup, number, cancel);
            add(page.Entries);
            keys += page.Entries.Length;
            moved((int)Math.Min(int.MaxValue, keys), (int)Math.Min(int.MaxValue, Math.Max(1, header.Keys)));
            if (page.IsLast)
            {
                break;
            }
        }

        return keys == header.Keys
            ? header
            : throw new BackupFormatException($"Replica {replica} gave {Counted.Of(keys, "key")} and had announced {header.Keys}: that is no backup.");
    }

    private async Task<(int Replica, BackupStarted Started)> BeginAsync(CancellationToken cancel)
    {
        IReadOnlyList<int> asked = connection.Pinned is { } only ? [only] : stale ? await FurthestFirstAsync(cancel) : connection.Replicas;
        var reasons = new List<string>();
        foreach (int replica in asked)
        {
            try
            {
                return (replica, stale
                    ? await connection.Control.BackupBeginStaleAsync(replica, cancel)
                    : await connection.Control.BackupBeginAsync(replica, cancel));
            }
            catch (ReplicaUnavailableException e) when (asked.Count > 1)
            {
                // The next one has the same keys. That the last is down would hide that others reach no majority.
                reasons.Add(e.Message);
            }
        }

        throw new StoreUnavailableException($"No replica gave what it has. {string.Join(' ', reasons)}");
    }

    private async Task<IReadOnlyList<int>> FurthestFirstAsync(CancellationToken cancel)
    {
        (int Replica, long Applied)[] all = await Task.WhenAll(connection.Replicas.Select(async replica =>
        {
            try
            {
                return (replica, (await connection.Control.StatusAsync(replica, cancel)).AppliedThrough);
            }
            catch (ReplicaUnavailableException)
            {
                return (replica, -1L);
            }
        }));
        return [.. all.OrderByDescending(one => one.Applied).Select(one => one.Replica)];
    }

    private async Task<BackupPage> ReadAsync(int replica, long backup, long page, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await connection.Control.BackupReadAsync(replica, backup, page, cancel);
            }
            catch (ReplicaUnavailableException) when (attempt < ReadsMax)
            {
                // The answer was lost, perhaps: a page may be read twice.
                continue;
            }
            catch (InvalidRequestException)
            {
                throw new ClusterException(
                    $"Replica {replica} has given the backup up: it was restarted, or nobody read for a minute. Nothing is left of it; begin again.");
            }
        }
    }
}
