using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost;

/// <summary>Keeps the files of this replica's store below a limit, by refusing what makes them larger before it is proposed:
/// puts, and batches that put. Reads, deletes and compaction go on, and when they have made room, puts are taken again.</summary>
/// <remarks>
/// Each replica looks at its own disk, at its own door. That needs no replicated state, and cannot make replicas differ, for what
/// was proposed is applied everywhere whatever it takes. All replicas hold the same keys, so all come to their limits at about
/// the same time; what another one still takes meanwhile, a few percent, is stored here too. So the limit must leave room on the
/// disk: for that, for what is under way when it is reached, and for compaction, which writes before it deletes.
/// </remarks>
internal sealed class StoreQuota : IDisposable
{
    /// <summary>The store's files are measured this often.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly int[] Marks = [75, 90, 100];

    private readonly Func<long> _measure;
    private readonly Func<long> _changes;
    private readonly Action _reclaim;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private Task _reclaiming = Task.CompletedTask;
    private long _used;
    private int _mark;
    private long _reclaimedAtChange = -1;
    private long _usedAfterReclaim;
    private int _looking;

    /// <summary>Begins to measure; the first look is over when this returns.</summary>
    /// <param name="bytesMax">The limit; 0: none.</param>
    /// <param name="measure">Says how many bytes the store's files take.</param>
    /// <param name="changes">Counts what was written and deleted: where it stands still there is nothing new to reclaim.</param>
    /// <param name="reclaim">Has the store give back what deleted and overwritten keys take. May take long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of each mark that is passed, up or down.</param>
    public StoreQuota(long bytesMax, Func<long> measure, Func<long> changes, Action reclaim, TimeProvider time, ILogger logger)
    {
        (BytesMax, _measure, _changes, _reclaim, _logger) = (bytesMax, measure, changes, reclaim, logger);
        Look();
        _timer = time.CreateTimer(_ => Look(), state: null, LookEvery, LookEvery);
    }

    /// <summary>The limit in bytes; 0: none.</summary>
    public long BytesMax { get; }

    /// <summary>What the store's files took at the last look, in bytes.</summary>
    public long BytesUsed => Volatile.Read(ref _used);

    /// <summary>Refuses what makes the store larger while it is at its limit.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It is: StorageFull.</exception>
    public void CheckRoom()
    {
        if (Volatile.Read(ref _mark) >= 100)
        {
            throw StoreFaults.StorageFull(BytesUsed, BytesMax);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        // A slow disk may take longer than the time between two looks.
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        try
        {
            Volatile.Write(ref _used, _measure());
            if (BytesMax > 0)
            {
                Judge(BytesUsed);
            }
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void Judge(long used)
    {
        var mark = Marks.LastOrDefault(percent => used >= BytesMax / 100.0 * percent);
        if (mark != _mark)
        {
            Tell(_mark, mark, used);
            Volatile.Write(ref _mark, mark);
        }

        // Near the limit, and once more with each percent; at the limit with every change, for it may have been a delete.
        var grew = used - Volatile.Read(ref _usedAfterReclaim) >= BytesMax / 100;
        if (mark >= 90 && _reclaiming.IsCompleted && _changes() != _reclaimedAtChange && (grew || mark >= 100))
        {
            _reclaimedAtChange = _changes();
            _reclaiming = Task.Run(Reclaim);
        }
    }

    private void Reclaim()
    {
        try
        {
            _reclaim();
            Volatile.Write(ref _usedAfterReclaim, _measure());
        }
        catch (Exception error) when (error is StoreFailedException or ObjectDisposedException)
        {
            // A store that failed takes no more writes, and stops the replica with the next one; or it is closed already.
            HostLog.ReclaimFailed(_logger, error.Message);
        }
    }

    private void Tell(int before, int now, long used)
    {
        if (now < before)
        {
            HostLog.StoreHasRoom(_logger, used, BytesMax, before);
        }
        else if (now >= 100)
        {
            HostLog.StoreFull(_logger, used, BytesMax);
        }
        else
        {
            HostLog.StoreFills(_logger, used, BytesMax, now);
        }
    }
}
