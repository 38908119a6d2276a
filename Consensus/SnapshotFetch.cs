namespace PaxosWcf.Consensus;

/// <summary>What a replica brings back from its disk of a snapshot that it was fetching.</summary>
/// <param name="From">Whose snapshot it is.</param>
/// <param name="Snapshot">The name that this replica gave it.</param>
/// <param name="NextChunk">The first chunk that is not staged.</param>
public sealed record SnapshotProgress(ReplicaId From, long Snapshot, long NextChunk);

/// <summary>What came of a chunk that was to be staged.</summary>
public enum StageOutcome
{
    /// <summary>It is on the disk beside the state: the next one, please.</summary>
    Staged,

    /// <summary>It is damaged, or does not follow what is staged: it counts as lost.</summary>
    Broken,

    /// <summary>The state here is as far already.</summary>
    Useless,

    /// <summary>It was the last: the snapshot is the state now.</summary>
    Installed,
}

/// <summary>Fetches the state of another replica in chunks, one after the other, when the log no longer reaches back to what
/// this replica lacks.</summary>
/// <remarks>A chunk that is lost is asked for again. A snapshot that its replica no longer has, because it was restarted or was
/// not asked for long, is begun anew with whatever that replica has then. One that does not answer is given up, and
/// catch-up goes on with any other.</remarks>
public sealed class SnapshotFetch
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private ReplicaId? _from;
    private long _snapshot;
    private long _nextChunk;
    private bool _isStaging;
    private int _ticks;
    private int _asks;

    /// <summary>Starts with what is staged already, if anything.</summary>
    public SnapshotFetch(ReplicaId self, ConsensusOptions options, SnapshotProgress? staged)
    {
        _self = self;
        _options = options;
        if (staged is not null)
        {
            (_from, _snapshot, _nextChunk) = (staged.From, staged.Snapshot, staged.NextChunk);

            // The first tick asks.
            _ticks = options.SnapshotTicks;
        }
    }

    /// <summary>Whether a snapshot is being fetched.</summary>
    public bool IsUnderWay => _from is not null;

    /// <summary>Begins to fetch, unless it is at it already.</summary>
    public void Begin(ReplicaId from, Effects effects)
    {
        if (IsUnderWay)
        {
            return;
        }

        effects.Notes.Add(new FetchesSnapshot(from));
        _from = from;
        StartOver(effects);
    }

    /// <summary>A chunk came, or word that there is no such snapshot.</summary>
    public void OnReadSnapshotReply(Envelope envelope, ReadSnapshotReply reply, Effects effects)
    {
        if (envelope.From != _from || _isStaging || reply.Chunk != _nextChunk)
        {
            return;
        }

        if (reply.Snapshot == 0)
        {
            OnRefused(effects);
        }
        else if (_snapshot == 0 || reply.Snapshot == _snapshot)
        {
            _snapshot = reply.Snapshot;
            _isStaging = true;
            effects.Stagings.Add(new StageChunk(envelope.From, reply.Snapshot, reply.Chunk, reply.Bytes));
        }
    }

    /// <summary>The chunk that came last was to be staged, and this came of it.</summary>
    public void OnStaged(StageOutcome outcome, Effects effects)
    {
        _isStaging = false;
        if (outcome == StageOutcome.Staged)
        {
            _nextChunk++;
            _asks = 0;
            Ask(effects);
        }
        else if (outcome != StageOutcome.Broken)
        {
            _from = null;
        }
    }

    /// <summary>Time passes: asks again for what does not come, and at last gives up. Not while one that came is being staged.</summary>
    public void Tick(Effects effects)
    {
        if (!IsUnderWay || _isStaging || ++_ticks < _options.SnapshotTicks)
        {
            return;
        }

        if (++_asks > _options.SnapshotAsksMax)
        {
            _from = null;
            return;
        }

        Ask(effects);
    }

    private void OnRefused(Effects effects)
    {
        if (_snapshot == 0)
        {
            // It has too much to do: somebody else may have less.
            _from = null;
            return;
        }

        StartOver(effects);
    }

    private void StartOver(Effects effects)
    {
        _snapshot = 0;
        _nextChunk = 0;
        _asks = 0;
        _isStaging = false;
        Ask(effects);
    }

    private void Ask(Effects effects)
    {
        _ticks = 0;
        effects.Sends.Add(new Envelope(_self, _from!.Value, new ReadSnapshot(_snapshot, _nextChunk)));
    }
}
