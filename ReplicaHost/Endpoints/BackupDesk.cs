using PaxosWcf.Contracts;
using PaxosWcf.Replication.Backups;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using BackupPage = PaxosWcf.Contracts.BackupPage;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Backups that are being taken from this replica, while it serves on: one at a time, for each holds on to the files of
/// its moment. One that nobody has read for a while gives way to the next.</summary>
internal sealed class BackupDesk(
    string cluster, IReplicaStore store, KeyValueStateMachine machine, StoreCalls calls, TimeProvider time) : IDisposable
{
    /// <summary>How long a backup may lie unread before another may take its place.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan WrittenPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WrittenLook = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private BackupReader? _reader;
    private long _name = Random.Shared.NextInt64(1, long.MaxValue >> 1);
    private long _readAt;

    /// <summary>Begins a backup that holds every write that was acknowledged before.</summary>
    public async Task<BackupStarted> BeginAsync(CancellationToken disconnected)
    {
        await calls.ReadIndexAsync(disconnected);
        await _turn.WaitAsync(disconnected);
        try
        {
            if (_reader is not null && time.GetElapsedTime(_readAt) < IdleMax)
            {
                throw StoreFaults.Overloaded("BackupsMax", 1);
            }

            _reader?.Dispose();
            _reader = null;
            _reader = await OpenAsync(machine.Numbers.AppliedThrough.Number, disconnected);
            _readAt = time.GetTimestamp();
            var numbers = _reader.Numbers;
            return new BackupStarted
            {
                Backup = ++_name,
                Cluster = cluster,
                AppliedThrough = numbers.AppliedThrough.Number,
                Revision = numbers.Revision,
                Keys = numbers.Keys,
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads a page; the last one may be read again, for its answer may have been lost.</summary>
    public async Task<BackupPage> ReadAsync(long backup, long page)
    {
        await _turn.WaitAsync();
        try
        {
            var reader = backup == _name && _reader is { } open
                ? open
                : throw StoreFaults.InvalidRequest(nameof(backup), $"is {backup}, which is not open here any more; begin another.");
            _readAt = time.GetTimestamp();
            var read = await Task.Run(() => reader.Read(page))
                ?? throw StoreFaults.InvalidRequest(nameof(page), $"is {page}; next is page {reader.Next}.");
            return new BackupPage { Entries = [.. read.Keys.Select(ToWire)], IsLast = read.IsLast };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a backup; one that is over already is over.</summary>
    public async Task EndAsync(long backup)
    {
        await _turn.WaitAsync();
        if (backup == _name)
        {
            _reader?.Dispose();
            _reader = null;
        }

        _turn.Release();
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _turn.Dispose();
    }

    // What is applied goes to the store with the next tick.
    private async Task<BackupReader> OpenAsync(long through, CancellationToken disconnected)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var reader = new BackupReader(store);
            if (reader.Numbers.AppliedThrough.Number >= through)
            {
                return reader;
            }

            reader.Dispose();
            if (time.GetElapsedTime(started) > WrittenPatience)
            {
                throw StoreFaults.NoQuorum(time.GetElapsedTime(started));
            }

            await Task.Delay(WrittenLook, time, disconnected);
        }
    }

    private static BackupEntry ToWire(RestoredKey key) => new()
    {
        Key = key.Key,
        Value = key.Record!.Value.ToArray(),
        CreateRevision = key.Record.CreateRevision,
        ModificationRevision = key.Record.ModificationRevision,
        Version = key.Record.Version,
    };
}
