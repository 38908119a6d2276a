namespace PaxosWcf.Consensus;

/// <summary>A start of a replica's process.</summary>
/// <param name="Boot">Its number.</param>
/// <param name="Name">Random: two starts with one number are those of a disk that was set back.</param>
public readonly record struct NamedStart(long Boot, long Name)
{
    /// <summary>Whether a disk that names these starts, from the last that a majority vouched for on, ought to name this one and does not.</summary>
    internal bool IsMissingIn(IReadOnlyList<NamedStart> starts) => Boot >= starts[0].Boot && !starts.Contains(this);
}

/// <summary>What a disk held at its first start since the last that a majority vouched for. From then on its replica has given no word; but it has learned, and what it learned
/// is on the disk, as if it had been there all the time.</summary>
/// <param name="Vouched">The number of the start that was vouched for, or of the first that is named still; 0: none is named.</param>
/// <param name="Promised">The promise.</param>
/// <param name="HeldThrough">The highest slot that it held a value of.</param>
public sealed record HeldAtStart(long Vouched, Ballot Promised, Slot HeldThrough)
{
    /// <summary>Whether these are the starts since then. Those of a build that knows nothing of it may have been vouched for in between.</summary>
    /// <param name="earlier">The named starts, from the last that was vouched for on.</param>
    public bool IsOf(IReadOnlyList<NamedStart> earlier) => (earlier.Count == 0 ? 0 : earlier[0].Boot) == Vouched;
}

/// <summary>A starting voter's question to the others: what do you remember of me? Until a majority, itself included, has
/// answered, it neither promises nor accepts; and it never does so when anybody remembers more than its disk holds.</summary>
/// <remarks>All answer from what they have on disk, whether or not they are allowed to vote themselves, so that a cluster that
/// starts as a whole does not wait for itself. A disk that was set back counts its starts up again, past those that others have heard of, should
/// it be started again and again before anybody answers. So the names of all starts from the last that was vouched for on are on disk, each before anybody hears of
/// it: whoever has heard of one that is not among them tells. Those that ended before they were named, nobody has heard of.</remarks>
internal sealed class RollCall
{
    private const int PausesOnceVouched = 16;

    private readonly Remembered _disk;
    private readonly IReadOnlyList<NamedStart> _starts;
    private readonly ConsensusOptions _options;
    private readonly bool _asks;
    private HeldAtStart _held;
    private Votes _answers;
    private int _ticks;
    private bool _isNamed;
    private bool _isOpen;

    /// <summary>Begins.</summary>
    /// <param name="disk">What the disk held at the first start since the last that a majority vouched for.</param>
    /// <param name="earlier">Its named starts, from the last that a majority vouched for on, this one not among them.</param>
    /// <param name="quorum">The voters.</param>
    /// <param name="options">Patience.</param>
    /// <param name="isOver">Nobody is asked.</param>
    /// <param name="isOpen">Whether the disk has something of starts that nobody has vouched for.</param>
    public RollCall(Remembered disk, IReadOnlyList<NamedStart> earlier, Quorum quorum, ConsensusOptions options, bool isOver, bool isOpen)
    {
        IsOver = WasOver = isOver;
        _isOpen = isOpen;
        _asks = !isOver;
        _disk = disk;
        _starts = [.. earlier.TakeLast(Recall.StartsMax - 1), new NamedStart(disk.Boot, disk.Start)];
        _held = new HeldAtStart(_starts[0].Boot, disk.Promised, disk.HeldThrough);
        _options = options;
        _answers = quorum.NoVotes();
        _answers.Add(disk.Member);
    }

    /// <summary>Whether a majority remembers nothing that the disk does not hold.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether that was so at any time: of the voters that there are now, or that there were before.</summary>
    public bool WasOver { get; private set; }

    /// <summary>The voters are others than before. Those who have answered, and are among them, count on; where they are no majority any more, the others are asked before
    /// the replica goes on: a disk that was set back to an image of a smaller cluster was vouched for by a majority of that, and the larger one may know better.</summary>
    /// <param name="quorum">The voters.</param>
    /// <param name="isSameLife">Whether a replica's disk is the one that it was before.</param>
    /// <param name="told">What this start can have told anybody, at most, with what its disk held before.</param>
    /// <param name="effects">What to do.</param>
    public void AskAnew(Quorum quorum, Func<ReplicaId, bool> isSameLife, HeldAtStart told, Effects effects)
    {
        var before = _answers;
        _answers = quorum.NoVotes();
        _answers.Add(_disk.Member);
        foreach (var witness in quorum.Members.Where(member => before.Has(member) && isSameLife(member)))
        {
            _answers.Add(witness);
        }

        _ticks = 0;
        _held = told with { Vouched = _starts[0].Boot };
        IsOver = !_asks || _answers.IsQuorum;
        if (!IsOver && _isNamed && !_isOpen)
        {
            // As before anybody had vouched for it: a start from here on asks about what was told until now, and not about what is learned meanwhile.
            _isOpen = true;
            effects.Persists.Add(new PersistStarts(_starts) { Held = _held });
        }
    }

    /// <summary>Somebody remembers nothing that the disk does not hold.</summary>
    public void OnVouched(ReplicaId witness)
    {
        _answers.Add(witness);
        EndWithQuorum();
    }

    /// <summary>Whether somebody remembers more of this disk than it holds.</summary>
    /// <param name="seen">What is remembered.</param>
    /// <param name="disk">What it held, with all that was said since.</param>
    public bool IsSetBack(Remembered seen, Remembered disk) => seen.IsBeyond(disk) || seen.LastStart.IsMissingIn(_starts);

    /// <summary>Time passes: asks those who have not answered, at once and then from time to time; seldom once a majority has vouched, for one of the others may
    /// have heard of what it had not.</summary>
    public void Tick(Quorum quorum, Effects effects)
    {
        EndWithQuorum();
        var pause = IsOver ? _options.RetransmitTicks * PausesOnceVouched : _options.RetransmitTicks;
        if (!_asks || _ticks++ % pause != 0)
        {
            return;
        }

        var silent = quorum.Members.Where(member => !_answers.Has(member)).ToArray();
        if (silent.Length > 0 && !_isNamed)
        {
            // Before anybody hears of this start.
            (_isNamed, _isOpen) = (true, !IsOver);
            effects.Persists.Add(IsOver ? new PersistStarts([_starts[^1]]) : new PersistStarts(_starts) { Held = _held });
        }

        foreach (var member in silent)
        {
            effects.SendsAfterPersist.Add(new Envelope(_disk.Member, member, new Recall(_disk.Boot, _disk.Start) { Starts = _starts }));
        }
    }

    private void EndWithQuorum()
    {
        IsOver |= _answers.IsQuorum;
        WasOver |= IsOver;
    }

    /// <summary>A majority has vouched for this start: the next one begins anew.</summary>
    public void Conclude(Effects effects)
    {
        if (IsOver && _isOpen)
        {
            _isOpen = false;
            effects.Persists.Add(new PersistStarts([_starts[^1]]));
        }
    }
}
