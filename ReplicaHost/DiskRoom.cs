using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost;

/// <summary>How much room the disk of the data directory has, and a word in the log before there is none: a disk that is smaller than the store's limit is full first, and the
/// replica stops.</summary>
internal sealed class DiskRoom : IDisposable
{
    /// <summary>Below so much of the disk, in percent, it is told.</summary>
    public const int LowPercent = 10;

    /// <summary>So much must be free again, in percent, before it is told again: compaction goes up and down.</summary>
    public const int RecoveredPercent = 12;

    private readonly string _place;
    private readonly Func<(long Free, long Size)> _measure;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private int _looking;
    private long _free;
    private long _size;
    private bool _isLow;
    private bool _isUnknown;

    /// <summary>Begins to look; the first look is over when this returns.</summary>
    /// <param name="place">The directory, for the log.</param>
    /// <param name="quota">What the store takes, and may take.</param>
    /// <param name="measure">Says how much of the disk is free, and how large it is, in bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of it.</param>
    public DiskRoom(string place, StoreQuota quota, Func<(long Free, long Size)> measure, TimeProvider time, ILogger logger)
    {
        (_place, _measure, _logger) = (place, measure, logger);
        Look();
        var left = quota.BytesMax - quota.BytesUsed;
        if (!_isUnknown && quota.BytesMax > 0 && BytesFree < left)
        {
            HostLog.DiskBelowLimit(_logger, _place, BytesFree, ByteText.Of(BytesFree), left, ByteText.Of(left));
        }

        _timer = time.CreateTimer(_ => Look(), state: null, SizeLimit.LookEvery, SizeLimit.LookEvery);
    }

    /// <summary>What the disk had free at the last look, in bytes.</summary>
    public long BytesFree => Volatile.Read(ref _free);

    /// <summary>How large it is, in bytes.</summary>
    public long BytesSize => Volatile.Read(ref _size);

    /// <summary>Of the disk that a directory is on: what a process may still write, and what there is in all.</summary>
    public static (long Free, long Size) Of(string directory)
    {
        var disk = new DriveInfo(directory);
        return (disk.AvailableFreeSpace, disk.TotalSize);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        // A disk that hangs may take longer than the time between two looks.
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        try
        {
            var (free, size) = _measure();
            Volatile.Write(ref _free, free);
            Volatile.Write(ref _size, size);
            _isUnknown = false;
            Tell(free, size);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What was measured last stands; it is said once.
            if (!_isUnknown)
            {
                HostLog.DiskNotMeasured(_logger, _place, error.Message);
            }

            _isUnknown = true;
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void Tell(long free, long size)
    {
        if (!_isLow && free * 100.0 < size * (double)LowPercent)
        {
            _isLow = true;
            HostLog.DiskLow(_logger, _place, free, size, ByteText.Of(free), ByteText.Of(size), LowPercent);
        }
        else if (_isLow && free * 100.0 >= size * (double)RecoveredPercent)
        {
            _isLow = false;
            HostLog.DiskHasRoom(_logger, _place, free, size, ByteText.Of(free), ByteText.Of(size));
        }
    }
}
