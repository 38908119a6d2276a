using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Replication;

/// <summary>The rule of a limit on what a store's files take: which commands a replica's door takes, and when the store is to give back what
/// deleted and overwritten keys take. Whoever owns the files measures them, every <see cref="LookEvery"/>.</summary>
/// <remarks>
/// Each replica looks at its own disk, at its own door. That needs no replicated state, and cannot make replicas differ, for what
/// was proposed is applied everywhere whatever it takes. All replicas hold the same keys, so all come to their limits at about
/// the same time; what another one still takes meanwhile, a few percent, is stored here too. So the limit must leave room on the
/// disk: for that, for what is under way when it is reached, and for compaction, which writes before it deletes.
/// One thread at a time tells it what was measured; any may ask at any time.
/// </remarks>
/// <param name="bytesMax">The limit; 0: none.</param>
public sealed class SizeLimit(long bytesMax)
{
    /// <summary>The store's files are measured this often.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private const int NearPercent = 90;
    private const int FullPercent = 100;

    // Of what was there when it began: reclaiming writes so much before it deletes what it took that from.
    private const double TwiceWhileReclaiming = 0.25;

    // A backup or a snapshot may have held what was deleted, or the disk had no room for it: full as it is nobody may write, so nothing would change.
    private const int LooksBetween = 60;

    private static readonly int[] Marks = [75, NearPercent, FullPercent];

    private long _used;
    private int _mark;
    private long _reclaimedAtChange = -1;
    private int _looksSinceReclaim;
    private long _usedAfterReclaim;
    private long _usedBeforeReclaim;
    private volatile bool _isReclaiming;

    /// <summary>The limit in bytes; 0: none.</summary>
    public long BytesMax => bytesMax;

    /// <summary>What the store's files took when they were measured last.</summary>
    public long BytesUsed => Volatile.Read(ref _used);

    /// <summary>The highest of the marks, in percent of the limit, that is reached; 0: none.</summary>
    public int Mark => Volatile.Read(ref _mark);

    /// <summary>Whether the limit is reached.</summary>
    public bool IsFull => Mark >= FullPercent;

    /// <summary>Whether a command is taken: at the limit only what makes the store no larger is.</summary>
    public bool Takes(KeyValueCommand command) => !IsFull || !Puts(command);

    /// <summary>The files were measured.</summary>
    public void OnMeasured(long used)
    {
        Volatile.Write(ref _used, used);
        _looksSinceReclaim++;
        var counts = _isReclaiming ? WithoutCopies(used) : used;
        if (bytesMax > 0)
        {
            Volatile.Write(ref _mark, Marks.LastOrDefault(percent => counts * 100.0 >= bytesMax * (double)percent));
        }
    }

    /// <summary>Whether the store is to give back what it can, now; if so, say when that is over.</summary>
    /// <param name="changes">Counts what was written and deleted: where it stands still there is nothing new to reclaim.</param>
    public bool BeginsReclaim(long changes)
    {
        // Near the limit, and once more with each percent; at the limit with every change, for it may have been a delete, and once more each minute.
        var grew = BytesUsed - Volatile.Read(ref _usedAfterReclaim) >= bytesMax / 100;
        var isNew = changes != _reclaimedAtChange || (IsFull && _looksSinceReclaim >= LooksBetween);
        if (Mark < NearPercent || _isReclaiming || !isNew || !(grew || IsFull))
        {
            return false;
        }

        _looksSinceReclaim = 0;
        _reclaimedAtChange = changes;
        _usedBeforeReclaim = BytesUsed;
        _isReclaiming = true;
        return true;
    }

    /// <summary>The store has given back what it could.</summary>
    /// <param name="used">What its files take now; null: that failed.</param>
    public void OnReclaimed(long? used)
    {
        if (used is { } bytes)
        {
            Volatile.Write(ref _usedAfterReclaim, bytes);
        }

        _isReclaiming = false;
    }

    // Nobody put what reclaiming holds twice for a while.
    private double WithoutCopies(long used) => Math.Max(Math.Min(used, _usedBeforeReclaim), used - (_usedBeforeReclaim * TwiceWhileReclaiming));

    private static bool Puts(KeyValueCommand command) => command switch
    {
        Put => true,
        Batch batch => batch.Writes.Any(write => write.Value is not null),

        // Which branch it will be nobody knows yet.
        Transact transact => transact.Then.Concat(transact.Otherwise).Any(write => write.Value is not null),
        GrantLease => true,
        RestoreKeys restored => restored.Keys.Any(key => key.Record is not null),
        _ => false,
    };
}
