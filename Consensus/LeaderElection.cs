namespace PaxosWcf.Consensus;

/// <summary>What the passing of a tick asks for.</summary>
public enum ElectionAct
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>This replica leads: say so to all.</summary>
    Beat,

    /// <summary>No leader was heard for long: ask all whether they hear one.</summary>
    AskAround,

    /// <summary>A quorum was not heard for long: stop leading or campaigning.</summary>
    Yield,
}

/// <summary>Who should lead. Knows heartbeats and patience, in ticks, and no log.</summary>
/// <remarks>
/// A replica campaigns only after a quorum, itself among it, said that it hears no leader. So one that is cut off, or
/// cut off from the leader alone, disturbs nobody (the pre-vote of the Raft thesis, section 9.6), and one that campaigns
/// is quorum-connected, as OmniPaxos (section 5) asks of a leader. A leader that no longer hears a quorum yields, so that
/// a replica with better links can take over. A campaign that reads a long report is waited for as a leader is: where
/// reports take longer than patience lasts, each campaign would else be cut short by the next.
/// </remarks>
public sealed class LeaderElection
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private readonly Random _random;
    private readonly Dictionary<ReplicaId, int> _ticksSinceAnswer = [];
    private readonly HashSet<ReplicaId> _answered = [];
    private Quorum _quorum;

    private ReplicaId? _leader;
    private Ballot _leaderBallot;
    private int _ticksSinceLeader;
    private int _patience;
    private int _ticksUntilBeat;
    private int _ticksInState;
    private Votes? _hearNobody;
    private long _askRound;

    // The campaign whose Prepare was heard last, how far its report had been read by then, and who reads one that is longer than a message.
    private Ballot _campaign;
    private Slot _readFrom;
    private ReplicaId? _reader;
    private int _ticksSinceReading;

    /// <summary>Starts an election that has heard nobody.</summary>
    public LeaderElection(ReplicaId self, Quorum quorum, ConsensusOptions options, Random random)
    {
        _self = self;
        _quorum = quorum;
        _options = options;
        _random = random;
        RenewPatience();
    }

    /// <summary>The leader that was heard last, however long ago; a first guess where to send things.</summary>
    public ReplicaId? LastHeard => _leader;

    /// <summary>The leader that was heard within the shortest patience, if any; never this replica itself.</summary>
    public ReplicaId? Hears => _ticksSinceLeader <= _options.PatienceTicksMin ? _leader : null;

    /// <summary>The highest ballot under which a leader was heard.</summary>
    public Ballot HearsBallot => _leaderBallot;

    /// <summary>Who reads a report that is longer than a message, this replica itself perhaps: as long as its next piece is waited for, no other
    /// should campaign.</summary>
    public ReplicaId? Awaits => _ticksSinceReading <= _options.CampaignTicks ? _reader : null;

    /// <summary>A leader was heard. False when a later one is already known.</summary>
    public bool OnLeaderHeard(ReplicaId leader, Ballot ballot)
    {
        if (ballot < _leaderBallot)
        {
            return false;
        }

        _leader = leader;
        _leaderBallot = ballot;
        _ticksSinceLeader = 0;
        _hearNobody = null;
        _reader = null;
        RenewPatience();
        return true;
    }

    /// <summary>Other replicas vote from now on. A leader that does not any more is not waited for, nor one whose vote is another disk's now.</summary>
    public void Reconfigure(Quorum quorum, Func<ReplicaId, bool> isOtherLife)
    {
        _quorum = quorum;
        _hearNobody = null;
        if (_leader is { } leader && (!quorum.Members.Contains(leader) || isOtherLife(leader)))
        {
            _leader = null;
            _patience = _random.Next(1, _options.HeartbeatTicks + 1);
        }
    }

    /// <summary>Whether a member has answered this replica, which leads, lately.</summary>
    public bool HasAnswered(ReplicaId member) =>
        member == _self || (_answered.Contains(member) && _ticksSinceAnswer.GetValueOrDefault(member) < _options.YieldTicks);

    /// <summary>Whether this replica, which leads, has done so for as long as it waits for answers: whoever has not answered by then is
    /// not only late.</summary>
    public bool LedForLong => _ticksInState >= _options.YieldTicks;

    /// <summary>This replica leads from now on, or stops to.</summary>
    public void OnOwnStateChanged()
    {
        _answered.Clear();
        _leader = null;
        _reader = null;
        _hearNobody = null;
        _ticksUntilBeat = 0;
        _ticksInState = 0;
        RenewPatience();
        foreach (var member in _quorum.Members)
        {
            _ticksSinceAnswer[member] = 0;
        }
    }

    /// <summary>A replica answered a heartbeat of this one, which leads.</summary>
    public void OnAnswer(ReplicaId from)
    {
        _ticksSinceAnswer[from] = 0;
        _answered.Add(from);
    }

    /// <summary>Begins to ask around in the given round.</summary>
    public void BeginAsking(long round)
    {
        _askRound = round;
        _hearNobody = _quorum.NoVotes();
        _hearNobody.Add(_self);
        RenewPatience();
        _patience = Math.Max(_patience, _options.CampaignTicks);
    }

    /// <summary>A replica said whom it hears. True when by now a quorum hears nobody: campaign.</summary>
    public bool OnAskAnswered(ReplicaId from, long round, ReplicaId? hears)
    {
        if (_hearNobody is null || round != _askRound || (hears is not null && hears != _self))
        {
            return false;
        }

        _hearNobody.Add(from);
        return TakeCampaign();
    }

    /// <summary>True when a quorum hears nobody; a cluster of one needs no answer.</summary>
    public bool TakeCampaign()
    {
        if (_hearNobody is not { IsQuorum: true })
        {
            return false;
        }

        _hearNobody = null;
        return true;
    }

    /// <summary>Time passes for a replica that follows.</summary>
    public ElectionAct TickIdle()
    {
        _ticksSinceLeader++;
        _ticksSinceReading++;
        return --_patience <= 0 ? ElectionAct.AskAround : ElectionAct.None;
    }

    /// <summary>Time passes for a replica that collects promises.</summary>
    public ElectionAct TickPreparing() =>
        ++_ticksInState > _options.CampaignTicks ? ElectionAct.Yield : ElectionAct.None;

    /// <summary>A new piece of a report came, and there is more of it: who campaigns waits for the next as long as for the first. However long
    /// reports are, they end.</summary>
    public void OnReportGoesOn()
    {
        _ticksInState = 0;
        Await(_self);
    }

    /// <summary>This replica has promised a campaign its ballot, and tells what it accepted from a slot on. Whoever promises gives the campaign
    /// time, as a vote does in the Raft thesis (section 3.4); one that goes on with a report that it had the beginning of is waited for.</summary>
    public void OnPromised(ReplicaId campaigner, Ballot ballot, Slot from)
    {
        if (campaigner == _self)
        {
            return;
        }

        var goesOn = ballot == _campaign && from > _readFrom;
        if (goesOn)
        {
            Await(campaigner);
        }

        if (goesOn || ballot > _campaign)
        {
            _campaign = ballot;
            _readFrom = from;
            _hearNobody = null;
            RenewPatience();
        }
    }

    private void Await(ReplicaId reader)
    {
        _reader = reader;
        _ticksSinceReading = 0;
    }

    /// <summary>Time passes for a replica that leads.</summary>
    public ElectionAct TickLeading()
    {
        _ticksInState++;
        var heard = _quorum.NoVotes();
        foreach (var member in _quorum.Members)
        {
            var ticks = _ticksSinceAnswer.GetValueOrDefault(member);
            _ticksSinceAnswer[member] = ticks + 1;
            if (member == _self || ticks < _options.YieldTicks)
            {
                heard.Add(member);
            }
        }

        // Learners answer too, and are asked after when they are to be promoted.
        foreach (var learner in _answered.Where(member => !_quorum.Members.Contains(member)))
        {
            _ticksSinceAnswer[learner]++;
        }

        if (!heard.IsQuorum)
        {
            return ElectionAct.Yield;
        }

        if (--_ticksUntilBeat > 0)
        {
            return ElectionAct.None;
        }

        _ticksUntilBeat = _options.HeartbeatTicks;
        return ElectionAct.Beat;
    }

    private void RenewPatience()
    {
        _patience = _random.Next(_options.PatienceTicksMin, _options.PatienceTicksMax + 1);
    }
}
