using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Reads all keys of a running cluster, as of one moment, from one replica.</summary>
internal sealed class BackupRun(StoreConnection connection, TimeProvider time)
{
    private const int ReadsMax = 3;

    /// <summary>Begins a backup and hands its pages on.</summary>
    /// <param name="begun">Told what it is of; takes the pages.</param>
    /// <param name="moved">Told how many of how many keys were read.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<BackupHeader> ReadAsync(
        Func<BackupHeader, Action<IReadOnlyList<BackupEntry>>> begun, Action<int, int> moved, CancellationToken cancel)
    {
        (int replica, BackupStarted started) = await BeginAsync(cancel);
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

        await connection.Control.BackupEndAsync(replica, started.Backup, cancel);
        return keys == header.Keys
            ? header
            : throw new BackupFormatException($"Replica {replica} gave {keys} keys and had announced {header.Keys}: that is no backup.");
    }

    private async Task<(int Replica, BackupStarted Started)> BeginAsync(CancellationToken cancel)
    {
        IReadOnlyList<int> asked = connection.Pinned is { } only ? [only] : connection.Replicas;
        for (int at = 0; ; at++)
        {
            try
            {
                return (asked[at], await connection.Control.BackupBeginAsync(asked[at], cancel));
            }
            catch (ReplicaUnavailableException) when (at + 1 < asked.Count)
            {
                // The next one has the same keys.
                continue;
            }
        }
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
        }
    }
}
