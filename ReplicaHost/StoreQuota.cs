using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost;

/// <summary>Keeps the files of this replica's store below a limit, by refusing what makes them larger before it is proposed:
/// puts, and batches and transactions that put. Reads, deletes and compaction go on, and when they have made room, puts are taken again. What is
/// decided is <see cref="SizeLimit"/>'s; here are its clock, its thread and its log.</summary>
internal sealed class StoreQuota : IDisposable
{
    private readonly SizeLimit _limit;
    private readonly Func<long> _measure;
    private readonly Func<long> _changes;
    private readonly Action _reclaim;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
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
        (_limit, _measure, _changes, _reclaim, _logger) = (new SizeLimit(bytesMax), measure, changes, reclaim, logger);
        Look();
        _timer = time.CreateTimer(_ => Look(), state: null, SizeLimit.LookEvery, SizeLimit.LookEvery);
    }

    /// <summary>The limit in bytes; 0: none.</summary>
    public long BytesMax => _limit.BytesMax;

    /// <summary>What the store's files took at the last look, in bytes.</summary>
    public long BytesUsed => _limit.BytesUsed;

    /// <summary>Refuses what makes the store larger while it is at its limit.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It is: StorageFull.</exception>
    public void CheckRoom(KeyValueCommand command)
    {
        if (!_limit.Takes(command))
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
            var before = _limit.Mark;
            _limit.OnMeasured(_measure());
            if (before != _limit.Mark)
            {
                Tell(before, _limit.Mark, _limit.BytesUsed);
            }

            if (_limit.BeginsReclaim(_changes()))
            {
                _ = Task.Run(Reclaim);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What was measured last stands until the next look.
            HostLog.StoreNotMeasured(_logger, error.Message);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void Reclaim()
    {
        long? after = null;
        try
        {
            _reclaim();
            after = _measure();
        }
        catch (StoreFailedException error)
        {
            // The replica stops with its next tick.
            HostLog.ReclaimBrokeStore(_logger, error.Message);
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException or UnauthorizedAccessException)
        {
            // It is closed already, or could not be measured afterwards.
            HostLog.ReclaimFailed(_logger, error.Message);
        }
        finally
        {
            _limit.OnReclaimed(after);
        }
    }

    private void Tell(int before, int now, long used)
    {
        var (usedText, limitText) = (ByteText.Of(used), ByteText.Of(BytesMax));
        if (now < before)
        {
            HostLog.StoreHasRoom(_logger, used, BytesMax, usedText, limitText, before);
        }
        else if (_limit.IsFull)
        {
            HostLog.StoreFull(_logger, used, BytesMax, usedText, limitText);
        }
        else
        {
            HostLog.StoreFills(_logger, used, BytesMax, usedText, limitText, now);
        }
    }
}
