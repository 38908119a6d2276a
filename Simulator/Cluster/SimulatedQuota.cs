using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>The size limit of one replica: the production rule, measured and reclaimed in virtual time as the host's StoreQuota does it, and
/// held against what was measured.</summary>
internal sealed class SimulatedQuota(SimulatedCluster cluster, SimulatedReplica replica)
{
    /// <summary>A limit takes no longer than this to notice that there is room: a look, a reclaim, and another look.</summary>
    public const int HealTicksMax = 60;

    private const int ReclaimTimeMax = 3 * VirtualTime.Tick;

    private static readonly long LookEvery = SimulatedClock.Units(SizeLimit.LookEvery);

    private readonly Random _random = cluster.Streams.Of("quota", replica.Id.Number);
    private long _bytesMax = cluster.Options.StoreBytesMax;
    private SizeLimit _limit = new(0);
    private long _measured;

    /// <summary>The limit in bytes; 0: none.</summary>
    public long BytesMax => _limit.BytesMax;

    /// <summary>What the disk took when it was measured last.</summary>
    public long BytesUsed => _limit.BytesUsed;

    /// <summary>Whether the process is up and takes no puts.</summary>
    public bool IsFull => replica.IsUp && _limit.IsFull;

    /// <summary>Whether there is little room on its disk, or none.</summary>
    public bool IsTight => _bytesMax > 0 && 2 * replica.Disk.Bytes > _bytesMax;

    /// <summary>The process starts, and looks at once.</summary>
    public void OnStarted()
    {
        (_limit, _measured) = (new SizeLimit(_bytesMax), 0);
        if (_bytesMax > 0)
        {
            Look(replica.Life);
        }
    }

    /// <summary>The operator gives it twice the room.</summary>
    public void Raise()
    {
        _bytesMax *= 2;
        _limit = new SizeLimit(_bytesMax);
        Measure();
        cluster.Write($"[OPERATOR] raises the limit of {replica.Id} to {_bytesMax}");
    }

    /// <summary>Whether the replica's door takes a command.</summary>
    public bool Takes(KeyValueCommand command)
    {
        var takes = _limit.Takes(command);
        var isOver = BytesMax > 0 && _measured >= BytesMax;
        if (takes != !(isOver && HoldsValues(command)))
        {
            cluster.Fail($"{replica.Id} {(takes ? "takes" : "refuses")} {command}, with {_measured} of {BytesMax} bytes", inner: null);
        }

        return takes;
    }

    private static bool HoldsValues(KeyValueCommand command) => command switch
    {
        Batch batch => batch.Writes.Any(write => write.Value.HasValue),
        Transact transact => transact.Then.Any(write => write.Value.HasValue) || transact.Otherwise.Any(write => write.Value.HasValue),
        RestoreKeys restored => restored.Keys.Any(key => key.Record is not null),
        _ => command is Put,
    };

    private void Look(long life)
    {
        if (life != replica.Life)
        {
            return;
        }

        if (!replica.IsPaused)
        {
            Measure();
            if (_limit.BeginsReclaim(replica.Driver!.Machine.ChangesWritten))
            {
                cluster.Time.After(_random.Next(ReclaimTimeMax), () => Reclaim(life, _limit));
            }
        }

        cluster.Time.After(LookEvery, () => Look(life));
    }

    private void Reclaim(long life, SizeLimit limit)
    {
        if (life == replica.Life)
        {
            replica.Disk.Reclaim();
            limit.OnReclaimed(replica.Disk.Bytes);
        }
    }

    private void Measure()
    {
        var before = _limit.Mark;
        _measured = replica.Disk.Bytes;
        _limit.OnMeasured(_measured);
        if (_limit.Mark != before)
        {
            cluster.Write($"[SIZE] {replica.Id} {_measured} of {BytesMax} bytes, {_limit.Mark} %");
        }
    }
}
