using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Backups;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using BackupPage = PaxosWcf.Contracts.BackupPage;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Backups that are being taken from this replica, while it serves on: one at a time, for each holds on to the files of
/// its moment. One that nobody has read for a while gives way to the next.</summary>
internal sealed class BackupDesk : IAsyncDisposable
{
    /// <summary>How long a backup may lie unread before it is given up: it keeps files on disk that would go else.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan WrittenPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WrittenLook = TimeSpan.FromMilliseconds(10);

    private readonly string _cluster;
    private readonly IReplicaStore _store;
    private readonly ReplicaDriver _driver;
    private readonly KeyValueStateMachine _machine;
    private readonly StoreCalls _calls;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ITimer _timer;
    private BackupReader? _reader;
    private long _name = Random.Shared.NextInt64(1, long.MaxValue >> 1);
    private long _readAt;

    public BackupDesk(string cluster, IReplicaStore store, ReplicaDriver driver, StoreCalls calls, TimeProvider time)
    {
        (_cluster, _store, _driver, _machine, _calls, _time) = (cluster, store, driver, driver.Machine, calls, time);
        _timer = time.CreateTimer(_ => CloseIdle(), state: null, IdleMax / 4, IdleMax / 4);
    }

    /// <summary>Whether a backup is open.</summary>
    public bool IsOpen => Volatile.Read(ref _reader) is not null;

    /// <summary>Begins a backup that holds every write that was acknowledged before.</summary>
    public async Task<BackupStarted> BeginAsync(CancellationToken disconnected)
    {
        _calls.CheckState(_driver);
        await _calls.ReadIndexAsync(disconnected);
        return await BeginStaleAsync(disconnected);
    }

    /// <summary>Begins a backup of what is applied here, whatever the others have.</summary>
    public async Task<BackupStarted> BeginStaleAsync(CancellationToken disconnected)
    {
        await _turn.WaitAsync(disconnected);
        try
        {
            if (_reader is not null && !IsIdle)
            {
                throw StoreFaults.Overloaded("BackupsMax", 1);
            }

            Close();
            var reader = await OpenAsync(_machine.Numbers.AppliedThrough.Number, disconnected);
            return Keep(reader);
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
            var next = reader.Next;
            var read = await Task.Run(() => reader.Read(page))
                ?? throw StoreFaults.InvalidRequest(nameof(page), $"is {page}; next is page {reader.Next}.");
            if (reader.Next != next)
            {
                // Who asks for the same page again and again does not keep it.
                _readAt = _time.GetTimestamp();
            }

            _calls.CheckState(_driver);
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
        try
        {
            if (backup == _name)
            {
                Close();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Waits for a look that is under way: it would let go of a turn that is gone.
        await _timer.DisposeAsync();
        _reader?.Dispose();
        _turn.Dispose();
    }

    // One that does not begin is nobody's, and must not keep the next one out.
    private BackupStarted Keep(BackupReader reader)
    {
        try
        {
            _calls.CheckState(_driver);
            var started = new BackupStarted
            {
                Backup = ++_name,
                Cluster = _cluster,
                AppliedThrough = reader.Numbers.AppliedThrough.Number,
                Revision = reader.Numbers.Revision,
                Keys = reader.Keys,
                Restoring = reader.Restoring is var restore and not 0 ? restore : null,
            };
            (_reader, _readAt) = (reader, _time.GetTimestamp());
            return started;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private bool IsIdle => _time.GetElapsedTime(_readAt) >= IdleMax;

    private void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }

    // While a page is read there is nothing to close, and the next look is soon.
    private void CloseIdle()
    {
        if (!_turn.Wait(0))
        {
            return;
        }

        try
        {
            if (IsIdle)
            {
                Close();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // What is applied goes to the store with the next tick.
    private async Task<BackupReader> OpenAsync(long through, CancellationToken disconnected)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var reader = new BackupReader(_store);
            if (reader.Numbers.AppliedThrough.Number >= through)
            {
                return reader;
            }

            reader.Dispose();
            if (_time.GetElapsedTime(started) > WrittenPatience)
            {
                throw StoreFaults.Overloaded("SecondsBehindMax", (long)WrittenPatience.TotalSeconds);
            }

            await Task.Delay(WrittenLook, _time, disconnected);
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
