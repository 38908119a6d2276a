namespace PaxosWcf.Consensus;

/// <summary>Turns chosen slots into one sequence without gaps, and asks other replicas for what it misses
/// ("Paxos Made Simple", sections 2.3 and 3).</summary>
public sealed class Learner
{
    // Of the patience at first: at most so much while nobody answers, and at most so much once it is known how long an answer takes.
    private const int SilentPatience = 4;
    private const int AnsweredPatience = 16;

    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private readonly Random _random;
    private readonly SlotLog<Value> _ahead = new();

    // The latest word of a leader: what was accepted under this ballot is chosen, through this slot.
    private Ballot _toldBallot;
    private Slot _toldThrough;

    private Slot _knownThrough;
    private readonly SnapshotFetch _fetch;
    private ReplicaId? _knower;

    // The last other replica that told of more than is learned here, a member or not: the configuration that is learned here may be old, and all
    // of its members gone.
    private ReplicaId? _teller;
    private int _ticksWithoutProgress;
    private bool _asked;

    // How long an answer is waited for before another replica is asked too: over a slow link each answer that nobody needs any more is in the way of the next.
    private int _patience;
    private int _ticksAsking;

    /// <summary>Starts a learner that has learned (and its replica applied) through a slot.</summary>
    public Learner(
        ReplicaId self, Configuration configuration, ConsensusOptions options, Slot learnedThrough, Random random,
        SnapshotProgress? staged = null)
    {
        _self = self;
        Configuration = configuration;
        _options = options;
        _random = random;
        LearnedThrough = learnedThrough;
        _ahead.ForgetThrough(learnedThrough);
        _fetch = new SnapshotFetch(self, options, staged);
        _patience = options.CatchUpTicks;
    }

    /// <summary>Every slot through this one is learned, and delivered in order.</summary>
    public Slot LearnedThrough { get; private set; }

    /// <summary>The configuration that follows from all that is learned: it decides the next slot.</summary>
    public Configuration Configuration { get; private set; }

    /// <summary>The furthest slot that this replica knows to be chosen somewhere.</summary>
    public Slot KnownThrough => Slot.Max(_knownThrough, LearnedThrough);

    /// <summary>This replica's own proposer counted a quorum for a slot.</summary>
    public void OnChosen(Proposal chosen, Acceptor? acceptor, Effects effects)
    {
        _ahead.Set(chosen.Slot, chosen.Value);
        Advance(acceptor, effects);
    }

    /// <summary>The leader of a ballot says what is chosen, with the values that this replica was not asked to accept.</summary>
    public void OnLearn(ReplicaId from, Learn learn, Acceptor? acceptor, Effects effects)
    {
        var slot = learn.From;
        foreach (var value in learn.Values)
        {
            // What comes before its turn is kept, as far ahead as an acceptor keeps what it accepts.
            if (slot > LearnedThrough && slot <= LearnedThrough.Plus(_options.AcceptAheadMax))
            {
                _ahead.Set(slot, value);
            }

            slot = slot.Next;
        }

        OnChosenThrough(from, learn.Ballot, learn.ChosenThrough, acceptor, effects);
    }

    /// <summary>The leader of a ballot says that what was accepted under it is chosen, through a slot.</summary>
    public void OnChosenThrough(ReplicaId from, Ballot ballot, Slot through, Acceptor? acceptor, Effects effects)
    {
        Hear(from, through);
        if (ballot > _toldBallot || (ballot == _toldBallot && through > _toldThrough))
        {
            _toldBallot = ballot;
            _toldThrough = through;
        }

        Advance(acceptor, effects);
        if (acceptor is null)
        {
            // While the acceptor is down nothing can come by Accept: catch-up is the only way to learn.
            Ask(effects);
        }
    }

    /// <summary>A replica says how far it, or the cluster, has come.</summary>
    public void Hear(ReplicaId from, Slot through)
    {
        if (through > _knownThrough)
        {
            _knownThrough = through;
            _knower = from;
        }

        if (through > LearnedThrough && from != _self)
        {
            _teller = from;
        }
    }

    /// <summary>This replica cannot go on before it has learned through a slot, which another one has.</summary>
    public void CatchUp(ReplicaId from, Slot through, Effects effects)
    {
        Hear(from, through);
        Ask(effects);
    }

    /// <summary>A replica asks for chosen values: the log on disk answers.</summary>
    public static void OnCatchUp(Envelope envelope, CatchUp catchUp, Effects effects) =>
        effects.LogReads.Add(new LogRead(envelope.From, envelope.Call, catchUp.From));

    /// <summary>Chosen values that this replica asked for.</summary>
    public void OnCatchUpReply(Envelope envelope, CatchUpReply reply, Acceptor? acceptor, Effects effects)
    {
        var before = LearnedThrough;
        Hear(envelope.From, reply.LearnedThrough);
        var slot = reply.From;
        foreach (var value in reply.Values)
        {
            if (slot == LearnedThrough.Next)
            {
                Deliver(value, acceptor, effects);
            }

            slot = slot.Next;
        }

        Advance(acceptor, effects);
        if (LearnedThrough > before)
        {
            _patience = Math.Clamp(2 * _ticksAsking, _options.CatchUpTicks, AnsweredPatience * _options.CatchUpTicks);
            _ticksAsking = 0;
            _asked = false;
            Ask(effects);
        }
        else if (reply.TruncatedThrough > LearnedThrough)
        {
            // Its log begins further on: what lies between is only in its state.
            _fetch.Begin(envelope.From, effects);
        }
    }

    /// <summary>A replica asks for a chunk of a snapshot: the state on disk answers.</summary>
    public static void OnReadSnapshot(Envelope envelope, ReadSnapshot read, Effects effects) =>
        effects.SnapshotReads.Add(new SnapshotRead(envelope.From, envelope.Call, read.Snapshot, read.Chunk));

    /// <summary>A chunk of a snapshot that this replica asked for.</summary>
    public void OnReadSnapshotReply(Envelope envelope, ReadSnapshotReply reply, Effects effects) =>
        _fetch.OnReadSnapshotReply(envelope, reply, effects);

    /// <summary>A chunk was to be staged, and this came of it.</summary>
    public void OnStaged(StageOutcome outcome, Effects effects) => _fetch.OnStaged(outcome, effects);

    /// <summary>A snapshot has been installed: all through its slot counts as learned, though it is never delivered.</summary>
    public void OnInstalled(ReplicaId from, Slot through, Configuration? configuration, Acceptor? acceptor, Effects effects)
    {
        Configuration = configuration ?? Configuration;
        LearnedThrough = through;
        _ahead.ForgetThrough(through);
        acceptor?.ForgetThrough(through);
        _ticksWithoutProgress = 0;

        // Whoever gave the snapshot keeps the log from there on for a while.
        _knower = from;
        _asked = false;
        Advance(acceptor, effects);
        Ask(effects);
    }

    /// <summary>Time passes: asks again when chosen slots stay out.</summary>
    public void Tick(Effects effects)
    {
        _fetch.Tick(effects);
        if (LearnedThrough >= _knownThrough || _fetch.IsUnderWay)
        {
            (_patience, _ticksAsking) = (_options.CatchUpTicks, 0);
            return;
        }

        _ticksAsking += _asked ? 1 : 0;
        if (++_ticksWithoutProgress >= _patience)
        {
            _ticksWithoutProgress = 0;
            if (_asked)
            {
                // Whoever was asked did not answer: perhaps the link, perhaps the replica.
                _knower = Anyone();
                _patience = Math.Max(_patience, Math.Min(2 * _patience, SilentPatience * _options.CatchUpTicks));
            }

            _asked = false;
            Ask(effects);
        }
    }

    private void Advance(Acceptor? acceptor, Effects effects)
    {
        while (true)
        {
            var next = LearnedThrough.Next;
            if (_ahead.At(next) is { } chosen)
            {
                Deliver(chosen, acceptor, effects);
                continue;
            }

            // A value accepted under another ballot than the teller's may differ from what was chosen: only an entry of
            // the very ballot is the teller's own proposal. Anything else has to come by catch-up.
            if (next > _toldThrough || acceptor?.At(next) is not { } entry || entry.Ballot != _toldBallot)
            {
                return;
            }

            Deliver(entry.Value, acceptor, effects);
        }
    }

    private void Deliver(Value value, Acceptor? acceptor, Effects effects)
    {
        var slot = LearnedThrough.Next;
        var accepted = acceptor?.At(slot);
        var next = Configuration.Next(value);
        effects.Deliveries.Add(new Delivery(slot, value, accepted is not null && accepted.Value.Equals(value), next is not null));
        Configuration = next ?? Configuration;
        LearnedThrough = slot;
        _ahead.ForgetThrough(slot);
        acceptor?.ForgetThrough(slot);
        _ticksWithoutProgress = 0;
    }

    private void Ask(Effects effects)
    {
        if (_asked || LearnedThrough >= _knownThrough)
        {
            return;
        }

        _asked = true;
        if (_knower is { } knower && knower != _self)
        {
            effects.Sends.Add(new Envelope(_self, knower, new CatchUp(LearnedThrough.Next)));
        }
        else
        {
            effects.Sends.Add(new Envelope(_self, Anyone(), new CatchUp(LearnedThrough.Next)));
        }
    }

    private ReplicaId Anyone()
    {
        List<ReplicaId> others = [.. Configuration.Members.Select(member => member.Id).Where(id => id != _self)];
        if (_teller is { } teller && !others.Contains(teller))
        {
            others.Add(teller);
        }

        return others.Count == 0 ? _self : others[_random.Next(others.Count)];
    }
}
