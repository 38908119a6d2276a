namespace PaxosWcf.Consensus;

/// <summary>A read index request at the leader.</summary>
/// <param name="Request">Who asked, and under which call.</param>
/// <param name="Round">The asker's round.</param>
/// <param name="Index">What was chosen when the request came.</param>
/// <param name="NotBefore">The first heartbeat round that began after the request came.</param>
public sealed record WaitingRead(Envelope Request, long Round, Slot Index, long NotBefore);

/// <summary>Read index (Raft thesis, section 6.4): a leader may answer reads once a quorum has confirmed, in a round that
/// began after the reads came, that it has promised no higher ballot. One round serves all reads that wait for it.</summary>
public sealed class ReadConfirmation
{
    private readonly Quorum _quorum;
    private readonly Dictionary<ReplicaId, long> _confirmedRound = [];
    private readonly List<WaitingRead> _waiting = [];
    private readonly long _firstRound;

    /// <summary>Starts with no reads.</summary>
    /// <param name="quorum">The cluster.</param>
    /// <param name="round">The last round that was begun before this leadership: answers to it and to earlier ones
    /// confirm nothing here.</param>
    internal ReadConfirmation(Quorum quorum, long round)
    {
        _quorum = quorum;
        _firstRound = round + 1;
        Round = round;
    }

    /// <summary>The last heartbeat round that was begun.</summary>
    public long Round { get; private set; }

    /// <summary>Whether a read waits for a round that has not begun, while no earlier round is still out. (One round at a
    /// time: the reads that come meanwhile share the next.)</summary>
    public bool WantsRound => _waiting.Count > 0
        && _waiting.Exists(read => read.NotBefore > Round)
        && (Round < _firstRound || ConfirmedRound() >= Round);

    /// <summary>A heartbeat round begins. Rounds only ever rise, over all leaderships and starts of a replica.</summary>
    public void OnRoundBegun(long round) => Round = round;

    /// <summary>A replica's reads wait. A replica asks one question at a time: a repeat keeps the place of the first, and
    /// a new one takes the place of the old, so that no more wait here than there are replicas.</summary>
    public void Add(Envelope request, long round, Slot index)
    {
        var at = _waiting.FindIndex(read => read.Request.From == request.From);
        if (at < 0)
        {
            _waiting.Add(new WaitingRead(request, round, index, Round + 1));
        }
        else if (_waiting[at].Request.Incarnation != request.Incarnation)
        {
            // Another life of its disk counts rounds of its own.
            _waiting[at] = new WaitingRead(request, round, index, Round + 1);
        }
        else if (_waiting[at].Round == round)
        {
            // The answer goes to the latest call: the transport may have given up the first.
            _waiting[at] = _waiting[at] with { Request = request };
        }
        else if (_waiting[at].Round < round)
        {
            _waiting[at] = new WaitingRead(request, round, index, Round + 1);
        }
    }

    /// <summary>An acceptor said in this round that it has promised nothing above this leader's ballot. Returns the reads
    /// that may go on.</summary>
    public IReadOnlyList<WaitingRead> Confirm(ReplicaId from, long round)
    {
        if (round < _firstRound || round > Round)
        {
            return [];
        }

        _confirmedRound[from] = Math.Max(round, _confirmedRound.GetValueOrDefault(from));
        var confirmed = ConfirmedRound();
        var ready = _waiting.FindAll(read => read.NotBefore <= confirmed);
        _waiting.RemoveAll(read => read.NotBefore <= confirmed);
        return ready;
    }

    /// <summary>Nobody confirms any more: returns the reads that wait, which wait no longer.</summary>
    internal IReadOnlyList<WaitingRead> TakeAll()
    {
        WaitingRead[] all = [.. _waiting];
        _waiting.Clear();
        return all;
    }

    // The highest round that a quorum has confirmed.
    private long ConfirmedRound()
    {
        var rounds = _quorum.Members.Select(member => _confirmedRound.GetValueOrDefault(member)).OrderDescending();
        return rounds.ElementAt(_quorum.Majority - 1);
    }
}
