namespace PaxosWcf.Consensus;

/// <summary>The linearizable reads of this replica's own clients: all that wait share one round, and those that come while it is out
/// share the next. A round asks the leader how far slots are chosen, and at the same time as many acceptors as make a majority whether they
/// have promised anything above the leader's ballot; now and then all of them, which tells who is slower than the others.</summary>
/// <remarks>
/// <para>It is read index (Raft thesis, section 6.4) with the confirmations counted by the asker instead of the leader, which saves the
/// leader's own round trip. Why it is as safe: let a read come at time t. What was acknowledged before t under a higher ballot than the leader's was
/// accepted by a majority before t; one of these is among the majority that is asked after t, and would have told of that ballot. What was
/// acknowledged before t under the leader's own ballot the leader had counted before t, and is asked after t. What was chosen under a
/// lower ballot lies at or below the leader's read barrier.</para>
/// <para>What does not come together so within some ticks, the leader is asked to confirm by itself.</para>
/// <para>A new leader's read barrier is what it recovered, chosen or not. If it dies before that is chosen, and the next recovers less, the index that
/// was told is beyond all that is chosen: reads that wait for it are asked for anew, and what is told later holds for them too.</para>
/// </remarks>
public sealed class ReadRounds
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private readonly Dictionary<ReplicaId, Ballot> _promised = [];
    private Configuration _configuration;
    private AskingOrder _order;
    private List<long> _waiting = [];
    private List<long> _asked = [];
    private List<ReplicaId> _confirmers = [];

    // Reads whose index is told, and not yet learned here: should the leader be another first, no slot may ever come to that index.
    private readonly List<ReadReady> _behind = [];
    private Slot _learnedThrough;
    private (Slot Index, Ballot Ballot)? _told;
    private long _round;
    private int _ticks;
    private bool _due;
    private bool _leaderConfirms;
    private bool _asksAll;
    private int _ticksSinceAll;

    // The leader's own acceptor is down: with its answer comes no promise.
    private bool _leaderHasNoVote;

    /// <summary>Starts with no reads.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="configuration">The cluster.</param>
    /// <param name="round">Rounds count up from here; higher than any before, over all starts of the replica.</param>
    /// <param name="options">Patience.</param>
    public ReadRounds(ReplicaId self, Configuration configuration, long round, ConsensusOptions options)
    {
        _self = self;
        _configuration = configuration;
        _order = new AskingOrder(self, configuration.Quorum);
        _round = round;
        _options = options;
    }

    /// <summary>A caller waits for the read index.</summary>
    public void Add(long read) => _waiting.Add(read);

    /// <summary>A caller waits no longer.</summary>
    public void GiveUp(long read)
    {
        if (!_waiting.Remove(read) && !_asked.Remove(read))
        {
            _behind.RemoveAll(told => told.Read == read);
        }
    }

    /// <summary>Every slot through this one is learned.</summary>
    public void OnLearned(Slot through)
    {
        _learnedThrough = through;
        if (_behind.Count > 0)
        {
            _behind.RemoveAll(told => told.Index <= through);
        }
    }

    /// <summary>Another configuration is learned: other acceptors confirm.</summary>
    public void Reconfigure(Configuration configuration)
    {
        _configuration = configuration;
        _order = new AskingOrder(_self, configuration.Quorum);
        _promised.Clear();
        _told = null;
        AskAgain();
    }

    /// <summary>A replica answered. An answer to an older round answers nobody; after a leader's refusal the question goes out again
    /// with the next tick.</summary>
    /// <param name="from">Who answered.</param>
    /// <param name="counts">Whether its word counts under the present configuration.</param>
    /// <param name="reply">What it says.</param>
    /// <param name="ownPromise">What this replica's own acceptor has promised; null where it does not vote.</param>
    /// <param name="effects">What to do.</param>
    public void OnReadIndexReply(ReplicaId from, bool counts, ReadIndexReply reply, Ballot? ownPromise, Effects effects)
    {
        if (reply.Round != _round || _asked.Count == 0)
        {
            return;
        }

        if (counts && reply.Promised is { } promised)
        {
            _promised[from] = promised;
            _order.OnVote(from);
        }

        if (reply.Index is { } index && !reply.AskerConfirms)
        {
            Answer(index, effects);
            return;
        }

        if (reply.Index is { } told && reply.Ballot >= (_told?.Ballot ?? Ballot.None))
        {
            _told = (told, reply.Ballot);
            HearOfLeadersVote(from, counts && reply.Promised is not null, effects);
        }
        else if (reply.Index is null && !_confirmers.Contains(from))
        {
            _ticks = _options.RetransmitTicks;
        }

        if (_told is { } confirmed && VotesFor(confirmed.Ballot, ownPromise) is { IsQuorum: true } quickest)
        {
            if (_asksAll)
            {
                _order.OnAllAsked(quickest);
            }

            Answer(confirmed.Index, effects);
        }
    }

    /// <summary>The leader changed: the question goes to the new one at once, and with the next round that of the reads whose answer is not learned.</summary>
    public void AskAgain()
    {
        _leaderHasNoVote = false;
        _due = _asked.Count > 0;
        _waiting.AddRange(_behind.Select(told => told.Read));
        _behind.Clear();
    }

    /// <summary>Time passes: a round that does not end is left to the leader, and asked again and again.</summary>
    public void Tick()
    {
        _ticksSinceAll = Math.Min(_ticksSinceAll + 1, _options.AskAllTicks);
        if (_asked.Count == 0)
        {
            return;
        }

        ++_ticks;
        if (_ticks >= _options.WidenTicks && !_leaderConfirms)
        {
            foreach (var confirmer in _confirmers.Where(confirmer => !_promised.ContainsKey(confirmer)))
            {
                _order.OnLate(confirmer);
            }

            (_leaderConfirms, _due) = (true, true);
        }

        _due |= _ticks >= _options.RetransmitTicks;
    }

    /// <summary>Asks what is to be asked.</summary>
    /// <param name="leader">Whom to ask how far slots are chosen; null: nobody is known, and the reads wait.</param>
    /// <param name="votes">Whether this replica's own acceptor votes.</param>
    /// <param name="effects">What to send.</param>
    public void EndBatch(ReplicaId? leader, bool votes, Effects effects)
    {
        if (leader is not { } to)
        {
            return;
        }

        if (_asked.Count == 0 && _waiting.Count > 0)
        {
            (_asked, _waiting) = (_waiting, _asked);
            _round++;
            _promised.Clear();
            (_told, _leaderConfirms, _due) = (null, false, true);
            _asksAll = _ticksSinceAll >= _options.AskAllTicks;
            _ticksSinceAll = _asksAll ? 0 : _ticksSinceAll;
        }

        if (_due)
        {
            _due = false;
            _ticks = 0;
            effects.Sends.Add(new Envelope(_self, to, new ReadIndex(_round) { AskerConfirms = !_leaderConfirms }));
            AskConfirmers(to, votes, effects);
        }
    }

    // In its place one more is asked: at once the first time, from then on with the others.
    private void HearOfLeadersVote(ReplicaId leader, bool votes, Effects effects)
    {
        if (!votes && !_leaderHasNoVote && leader != _self)
        {
            foreach (var more in _order.All.Where(member => member != _self && member != leader && !_confirmers.Contains(member)).Take(1))
            {
                _confirmers.Add(more);
                effects.Sends.Add(new Envelope(_self, more, new ReadIndex(_round) { AskerConfirms = true }));
            }
        }

        _leaderHasNoVote = !votes;
    }

    // The leader's own acceptor confirms with its answer, and this replica's own is at hand.
    private void AskConfirmers(ReplicaId leader, bool votes, Effects effects)
    {
        var missing = _configuration.Quorum.Majority - (votes ? 1 : 0) - (leader == _self || _leaderHasNoVote ? 0 : 1);
        _confirmers = _leaderConfirms
            ? []
            : [.. _order.All.Where(member => member != _self && member != leader).Take(_asksAll ? int.MaxValue : Math.Max(0, missing))];
        foreach (var confirmer in _confirmers)
        {
            effects.Sends.Add(new Envelope(_self, confirmer, new ReadIndex(_round) { AskerConfirms = true }));
        }
    }

    // Who has promised nothing above the ballot under which the leader told the index; nobody, where that leads under another configuration.
    private Votes VotesFor(Ballot told, Ballot? ownPromise)
    {
        var votes = _configuration.Quorum.NoVotes();
        if (told.Configuration != _configuration.Number)
        {
            return votes;
        }

        if (ownPromise <= told)
        {
            votes.Add(_self);
        }

        foreach (var (member, promised) in _promised)
        {
            if (promised <= told)
            {
                votes.Add(member);
            }
        }

        return votes;
    }

    private void Answer(Slot index, Effects effects)
    {
        foreach (var read in _asked)
        {
            var told = new ReadReady(read, index);
            effects.Answers.Add(told);
            if (index > _learnedThrough)
            {
                _behind.Add(told);
            }
        }

        _asked.Clear();
    }
}
