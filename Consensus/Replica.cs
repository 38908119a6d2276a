using System.Diagnostics;

namespace PaxosWcf.Consensus;

/// <summary>What a replica brings back from its disk.</summary>
/// <param name="Boot">Which start of the replica's process this is; each is higher than all before.</param>
/// <param name="Campaigned">The highest ballot that it ever campaigned with.</param>
/// <param name="LearnedThrough">Its state machine holds every slot through this one.</param>
/// <param name="Acceptor">Its acceptor's memory.</param>
/// <param name="Staged">A snapshot that it was fetching, if any.</param>
public sealed record ReplicaState(
    long Boot, Ballot Campaigned, Slot LearnedThrough, AcceptorState Acceptor, SnapshotProgress? Staged = null)
{
    /// <summary>Which life of its disk this is.</summary>
    public Incarnation Incarnation { get; init; }

    /// <summary>The configuration that its state holds; null: the first.</summary>
    public Configuration? Configuration { get; init; }

    /// <summary>What it remembers of the members.</summary>
    public IReadOnlyList<Remembered> Roll { get; init; } = [];

    /// <summary>Its named starts, from the last that a majority vouched for on, this one not among them.</summary>
    public IReadOnlyList<NamedStart> Starts { get; init; } = [];

    /// <summary>What the disk held at the first of those that nobody has vouched for; null: none is kept.</summary>
    public HeldAtStart? Held { get; init; }

    /// <summary>Whether it asks the others what they remember of it before it votes. Every replica must; a test of one role
    /// need not.</summary>
    public bool AsksFirst { get; init; }
}

/// <summary>The three roles in one. It takes steps and says what is to be done; it does nothing itself.</summary>
/// <remarks>The host calls <see cref="Step"/>, <see cref="Propose"/>, <see cref="Read"/> and <see cref="Tick"/> for a batch
/// of events, then <see cref="EndBatch"/> once, then carries the effects out in their order.</remarks>
public sealed class Replica
{
    private const int RoundsPerBootBits = 40;
    private const int BootsPerAdmissionBits = 32;

    private readonly ConsensusOptions _options;
    private readonly Random _random;
    private readonly long _boot;
    private readonly Remembered _disk;
    private readonly Roll _roll;
    private readonly RollCall _rollCall;
    private readonly Dictionary<(ReplicaId Id, Incarnation Life), Slot> _learnedBy = [];
    private readonly Proposer _proposer;
    private readonly Learner _learner;
    private readonly LeaderElection _election;
    private readonly Submissions _submissions;
    private readonly ReadRounds _reads;
    private Configuration _configuration;
    private Acceptor? _acceptor;
    private Remembered _told;
    private ReplicaId? _leader;
    private Ballot _leaderBallot;
    private HandOver? _handOver;
    private long _round;
    private string _setBack = "";

    // It led when the voters changed, and goes on once those that there are now vouch for its disk.
    private bool _goesOn;

    /// <summary>Starts a replica with what its disk holds.</summary>
    /// <param name="self">Its name.</param>
    /// <param name="first">The configuration that the cluster was bootstrapped with; the disk may hold a later one.</param>
    /// <param name="options">Limits and patience.</param>
    /// <param name="state">What its disk holds.</param>
    /// <param name="random">Its dice.</param>
    public Replica(ReplicaId self, Configuration first, ConsensusOptions options, ReplicaState state, Random random)
    {
        Self = self;
        Incarnation = state.Incarnation;
        _configuration = state.Configuration ?? first;
        _options = options;
        _random = random;
        _boot = state.Boot;
        _acceptor = new Acceptor(self, options, state.Acceptor, state.LearnedThrough);
        _proposer = new Proposer(self, _configuration, options, _acceptor.Promised, state.Campaigned);
        _learner = new Learner(self, _configuration, options, state.LearnedThrough, random, state.Staged);
        _election = new LeaderElection(self, _configuration.Quorum, options, random);
        var start = state.AsksFirst ? random.NextInt64() : 0;
        var held = state.Held is { } earlier && earlier.IsOf(state.Starts) ? earlier : new HeldAtStart(0, _acceptor.Promised, _acceptor.HeldThrough);
        _disk = new Remembered(self, Incarnation, state.Boot, start, held.Promised, held.HeldThrough);
        _told = _disk;
        _roll = new Roll(state.Roll);
        _rollCall = new RollCall(_disk, state.Starts, _configuration.Quorum, options, isOver: !state.AsksFirst, isOpen: state.Held is not null);
        _submissions = new Submissions(self, NameOfStart(), options);

        // Rounds are unique over all starts, so that a late answer to an earlier start's question answers nothing.
        _round = state.Boot << RoundsPerBootBits;
        _reads = new ReadRounds(self, _configuration, _round, options);
        Standing = StandingNow();
    }

    /// <summary>This replica.</summary>
    public ReplicaId Self { get; }

    /// <summary>Which life of its disk it is.</summary>
    public Incarnation Incarnation { get; private set; }

    /// <summary>The configuration that follows from all that it has learned.</summary>
    public Configuration Configuration => _configuration;

    /// <summary>What it may do.</summary>
    public Standing Standing { get; private set; }

    /// <summary>Why it is fenced, or is no member: a sentence. Empty when all is well.</summary>
    public string Complaint => Standing switch
    {
        Standing.NoMember => $"Configuration {_configuration.Number} does not have {Self}.",
        Standing.Fenced when _setBack.Length > 0 => _setBack,
        Standing.Fenced => $"Configuration {_configuration.Number} names incarnation {_configuration.Find(Self)!.Incarnation} of {Self}, and this disk is {Incarnation}.",
        _ => "",
    };

    /// <summary>Set while it leads.</summary>
    public Leading? Leading => _proposer.Leading;

    /// <summary>Set while it campaigns.</summary>
    public Preparing? Preparing => _proposer.Preparing;

    /// <summary>The leader as far as is known: itself, or one that was heard lately.</summary>
    public ReplicaId? Leader => Leading is not null ? Self : _election.Hears;

    /// <summary>What its acceptor has promised; null while the acceptor is down.</summary>
    public Ballot? Promised => _acceptor?.Promised;

    /// <summary>What this replica keeps of slots that are not over, and of commands that are not learned.</summary>
    public int Bookkeeping =>
        (_acceptor?.Held ?? 0) + (Leading is { } leading ? leading.InFlight + leading.Queued : 0) + _submissions.Count;

    /// <summary>Whether the acceptor is up.</summary>
    public bool AcceptorUp => _acceptor is not null;

    /// <summary>Every slot through this one is learned and delivered.</summary>
    public Slot LearnedThrough => _learner.LearnedThrough;

    /// <summary>The furthest slot that is known to be chosen somewhere.</summary>
    public Slot KnownThrough => _learner.KnownThrough;

    /// <summary>Commands that this replica has proposed and not learned yet.</summary>
    public int PendingCommands => _submissions.Count;

    /// <summary>Whether no more commands of this replica's clients are taken.</summary>
    public bool IsFull => _submissions.IsFull;

    /// <inheritdoc cref="Submissions.IsFullOfBytes"/>
    public bool IsFullOfBytes => _submissions.IsFullOfBytes;

    /// <summary>Whether commands of this replica's clients are refused: those of a replica that is no member would be named
    /// as an earlier life of it named its own.</summary>
    public bool RefusesCommands => Standing is Standing.Fenced or Standing.NoMember;

    /// <summary>Whether a command that is learned under a name of this start can be this start's. Before the roll call is over for the first time, none was
    /// handed over; and a disk that was set back counts a start anew, so that an earlier one may have used the same names.</summary>
    public bool NamesAreItsOwn => (Standing != Standing.Asking || _rollCall.WasOver) && (Standing != Standing.Fenced || _setBack.Length == 0);

    /// <summary>Takes in one message.</summary>
    public void Step(Envelope envelope, Effects effects)
    {
        var promisedBefore = _acceptor?.Promised ?? Ballot.None;
        var learnedBefore = _learner.LearnedThrough;
        switch (envelope.Message)
        {
            case Prepare prepare: OnPrepare(envelope, prepare, effects); break;
            case Promise promise: OnPromise(envelope, promise, effects); break;
            case Accept accept: OnAccept(envelope, accept, effects); break;
            case Accepted accepted: OnAccepted(envelope, accepted, effects); break;
            case Rejected rejected: OnRejected(envelope, rejected, effects); break;
            case Learn learn: OnLearn(envelope, learn, effects); break;
            case CatchUp catchUp: Learner.OnCatchUp(envelope, catchUp, effects); break;
            case CatchUpReply reply: _learner.OnCatchUpReply(envelope, reply, _acceptor, effects); break;
            case Heartbeat heartbeat: OnHeartbeat(envelope, heartbeat, effects); break;
            case HeartbeatReply reply: OnHeartbeatReply(envelope, reply, effects); break;
            case Propose propose: OnPropose(envelope, propose, effects); break;
            case ProposeReply reply: OnProposeReply(envelope, reply, effects); break;
            case ReadIndex readIndex: OnReadIndex(envelope, readIndex, effects); break;
            case ReadIndexReply reply: OnReadIndexReply(envelope, reply, effects); break;
            case TakeOver takeOver: OnTakeOver(envelope, takeOver, effects); break;
            case ReadSnapshot read: Learner.OnReadSnapshot(envelope, read, effects); break;
            case ReadSnapshotReply reply: _learner.OnReadSnapshotReply(envelope, reply, effects); break;
            case Recall recall: OnRecall(envelope, recall, effects); break;
            case RecallReply reply: OnRecallReply(envelope, reply, effects); break;
            default: throw new UnreachableException($"a message of kind {envelope.Message.GetType().Name}");
        }

        ReconfigureWhenLearned(effects);
        YieldToOwnPromise(effects);
        LeadWhenReady(effects);
        Invariant.Holds(_acceptor is null || _acceptor.Promised >= promisedBefore, "a promise never falls");
        Invariant.Holds(_learner.LearnedThrough >= learnedBefore, "what is learned stays learned");
        Invariant.Holds(
            Leading is null || Leading.ChosenThrough <= _learner.LearnedThrough, "a leader has learned what it says is chosen");
    }

    /// <summary>Takes a client's command in. It is answered by its delivery, or by <see cref="GiveUp"/>.</summary>
    public CommandId Propose(ReadOnlySpan<byte> payload) => _submissions.Add(payload);

    /// <summary>A client's command is waited for no longer. False when it is learned already.</summary>
    public bool GiveUp(CommandId id, Effects effects)
    {
        if (!_submissions.GiveUp(id, out var handedOver))
        {
            return false;
        }

        effects.Answers.Add(new GivenUp(id, handedOver));
        return true;
    }

    /// <summary>Whether a client's command is here, and was never handed over to a leader.</summary>
    public bool Keeps(CommandId id) => _submissions.Keeps(id);

    /// <summary>Whether a command of this replica is pending: proposed, and not learned yet.</summary>
    public bool IsPending(CommandId id) => _submissions.IsPending(id);

    /// <summary>A client's read waits for its read index.</summary>
    public void Read(long read) => _reads.Add(read);

    /// <summary>A client's read is waited for no longer.</summary>
    public void GiveUpRead(long read) => _reads.GiveUp(read);

    /// <summary>Hands this replica's leadership over to another; <see cref="HandOverEnded"/> tells what came of it. One that
    /// is under way already stays as it is. False when this replica does not lead, or there is no such other.</summary>
    /// <param name="to">Who is to lead; null: whoever has learned everything first.</param>
    /// <param name="effects">What to do.</param>
    public bool BeginHandOver(ReplicaId? to, Effects effects)
    {
        if (Leading is not { } leading || !_configuration.Quorum.Members.Any(member => member != Self && (to is null || to == member)))
        {
            return false;
        }

        if (_handOver is null)
        {
            _handOver = new HandOver(to, _options.HandOverTicks);
            leading.HoldsBack = true;
            effects.Notes.Add(new HandsOver(leading.Ballot, to));
        }

        return true;
    }

    /// <summary>Time passes.</summary>
    public void Tick(Effects effects)
    {
        if (Standing is Standing.Asking or Standing.Voter or Standing.Learner)
        {
            _rollCall.Tick(_configuration.Quorum, effects);
            _rollCall.Conclude(effects);
            NoteStanding(effects);
        }

        TickElection(effects);
        TickHandOver(effects);
        _proposer.Tick(effects);
        _learner.Tick(effects);
        _submissions.Tick(_learner.LearnedThrough, _learner.KnownThrough);
        _reads.Tick();
        _roll.Tick();
    }

    /// <summary>Ends a batch of events: what gathered meanwhile leaves together.</summary>
    public void EndBatch(Effects effects)
    {
        if (NamesAreItsOwn)
        {
            effects.Deliveries.ForEach(delivery => _submissions.OnLearned(delivery.Value));
        }

        NoteLeader();
        EndHandOver(effects);
        _submissions.EndBatch(Standing is Standing.Voter or Standing.Learner ? Leader : null, effects);
        _reads.OnLearned(_learner.LearnedThrough);
        _reads.EndBatch(Standing == Standing.Asking ? null : Leader, votes: Voter is not null, effects);
        if (!effects.Sends.Exists(envelope => envelope.To == Self && envelope.Message is Propose))
        {
            // Else this replica's own commands are on their way to those that wait for a slot, and go out with them.
            _proposer.EndBatch(effects);
        }

        if (Leading is { Reads.WantsRound: true } leading)
        {
            Beat(leading, effects);
        }

        if (_handOver is { HasTold: false } handOver && Leading is { IsDrained: true } drained)
        {
            // Now, not with the next heartbeat: every answer may come from the one that is to take over.
            handOver.HasTold = true;
            Beat(drained, effects);
        }

        _roll.EndBatch(effects);
    }

    /// <summary>A chunk of a snapshot was to be staged, and this came of it.</summary>
    public void OnStaged(StageOutcome outcome, Effects effects) => _learner.OnStaged(outcome, effects);

    /// <summary>The state of another replica is this one's now, and durable: everything through a slot counts as learned.
    /// A replica that leads is told by that of slots that it did not choose, so another leads.</summary>
    /// <param name="from">Whose state it was.</param>
    /// <param name="through">The slot that it is as of.</param>
    /// <param name="configuration">The configuration that it holds; null: the first.</param>
    /// <param name="effects">What to do.</param>
    public void OnSnapshotInstalled(ReplicaId from, Slot through, Configuration? configuration, Effects effects)
    {
        Invariant.Holds(through > _learner.LearnedThrough, $"a snapshot of slot {through} tells more than slot {_learner.LearnedThrough}");
        if (Leading is not null)
        {
            Yield($"{from} has the state of slot {through}", effects);
        }

        effects.Notes.Add(new InstalledSnapshot(through));
        _learner.OnInstalled(from, through, configuration, _acceptor, effects);
        ReconfigureWhenLearned(effects);
        LeadWhenReady(effects);
    }

    /// <summary>The configuration that a change makes of the present one, to be proposed as a command; null, with a sentence
    /// that says why, when it cannot be: this replica does not lead, another change is under way, or the voters that would be
    /// left are not heard.</summary>
    public Configuration? Change(MembershipChange change, out ChangeRefusal? refusal)
    {
        if (Leading is not { } leading)
        {
            refusal = new($"{Self} does not lead.", MayPass: true);
            return null;
        }

        if (leading.Changes)
        {
            refusal = new("Another change of the members is under way; try again when it is done.", MayPass: true);
            return null;
        }

        if (change.ApplyTo(_configuration, out var impossible) is not { } next)
        {
            refusal = new(impossible, MayPass: false);
            return null;
        }

        refusal = QuorumRefusal(next);
        return refusal is null ? next : null;
    }

    /// <summary>The acceptor fails: it is silent, and what it held in memory is gone.</summary>
    public void FailAcceptor()
    {
        _told = ToldAtMost();
        _acceptor = null;
    }

    /// <summary>The acceptor comes back with what its disk holds.</summary>
    public void ReviveAcceptor(AcceptorState state)
    {
        _acceptor = new Acceptor(Self, _options, state, _learner.LearnedThrough);
        _proposer.Meet(_acceptor.Promised);
    }

    // The acceptor where it may vote at all, and is up.
    private Acceptor? Voter => Standing == Standing.Voter ? _acceptor : null;

    // Whether the word of a life of a replica counts under the present configuration.
    private bool Counts(Envelope envelope) =>
        envelope.From == Self
        || (_configuration.Names(envelope.From, envelope.Incarnation) && (envelope.Asker is not { } asker || asker == Incarnation));

    // An acceptor votes only under configurations that it has learned: else, were all who know of the latest one to die, the
    // others could never find its stop-sign, for they would have promised to vote under nothing below it.
    private bool IsKnown(Ballot ballot) => ballot.Configuration <= _configuration.Number;

    private void OnPrepare(Envelope envelope, Prepare prepare, Effects effects)
    {
        _proposer.Meet(prepare.Ballot);
        if (!IsKnown(prepare.Ballot))
        {
            _learner.CatchUp(envelope.From, prepare.From.Plus(-1), effects);
            SayNothing(envelope, prepare.Ballot, effects);
        }
        else if (Voter is { } acceptor)
        {
            acceptor.OnPrepare(envelope, prepare, _learner.LearnedThrough, effects);
            if (acceptor.Promised == prepare.Ballot)
            {
                _election.OnPromised(envelope.From, prepare.Ballot, prepare.From);
            }
        }
        else
        {
            SayNothing(envelope, prepare.Ballot, effects);
        }
    }

    // An answer all the same, of an acceptor that gives no word now: the call would else stay open, and all that is sent on its lane wait behind it.
    private void SayNothing(Envelope envelope, Ballot ballot, Effects effects) =>
        effects.Sends.Add(envelope.Reply(Self, new Rejected(ballot, Ballot.None)));

    private void OnPromise(Envelope envelope, Promise promise, Effects effects)
    {
        if (!Counts(envelope))
        {
            return;
        }

        if (envelope.From != Self && _roll.Of(envelope.From, envelope.Incarnation) is { } known)
        {
            if (promise.PromisedBefore < known.Promised && known.Promised < promise.Ballot)
            {
                // Below this ballot it has promised another, of which it does not know any more: from now on its promises count no more than those of
                // one whose start is missed, and when this replica leads it is told so.
                known = known with { Boot = Remembered.DiskWasSetBack };
                _roll.Note(known);
                _roll.Write(effects);
            }

            if (known.Boot == Remembered.DiskWasSetBack || known.HeldThrough > promise.HeldThrough)
            {
                // What an acceptor holds never becomes less. Either it said this before the ballot for which it holds more, and this one comes to nothing there; or its
                // disk was set back, and does not report what it has forgotten.
                return;
            }
        }

        Remember(envelope, promise.Ballot, promise.HeldThrough);
        if (_proposer.OnPromise(envelope, promise, effects))
        {
            _election.OnReportGoesOn();
        }

        if (Preparing is { HasQuorum: true, Knower: { } knower } preparing)
        {
            _learner.CatchUp(knower, preparing.LearnedThrough, effects);
        }
    }

    // Its own acceptor has promised somebody else who may never lead, and confirms no reads and takes no values of this one's any more. The others
    // may not have heard of that ballot, and then nothing else would end this leadership.
    private void YieldToOwnPromise(Effects effects)
    {
        if ((Leading is not null || Preparing is not null) && Voter is { } acceptor && acceptor.Promised > _proposer.Ballot)
        {
            Yield($"{Self} itself promised {acceptor.Promised}", effects);
        }
    }

    private void LeadWhenReady(Effects effects)
    {
        if (_proposer.TryLead(_learner.LearnedThrough, _round, effects))
        {
            _election.OnOwnStateChanged();
            Beat(Leading!, effects, tellsRoll: true);
            if (_handOver is not null)
            {
                // It was about an earlier leadership, and nobody took over.
                EndHandOver(effects, leader: null);
            }
        }
    }

    private void OnAccept(Envelope envelope, Accept accept, Effects effects)
    {
        HearLeader(envelope.From, accept.Ballot, effects);
        if (IsKnown(accept.Ballot) && Voter is { } acceptor)
        {
            acceptor.OnAccept(envelope, accept, _learner.LearnedThrough, effects);
        }
        else
        {
            SayNothing(envelope, accept.Ballot, effects);
        }

        _learner.OnChosenThrough(envelope.From, accept.Ballot, accept.ChosenThrough, Voter, effects);
    }

    private void OnAccepted(Envelope envelope, Accepted accepted, Effects effects)
    {
        if (!Counts(envelope))
        {
            return;
        }

        Remember(envelope, accepted.Ballot, accepted.HeldThrough);
        foreach (var chosen in _proposer.OnAccepted(envelope, accepted))
        {
            _learner.OnChosen(chosen, Voter, effects);
        }
    }

    private void OnRejected(Envelope envelope, Rejected rejected, Effects effects)
    {
        if (_proposer.OnRejected(rejected))
        {
            Yield($"{envelope.From} promised {rejected.Promised}", effects);
        }
    }

    private void OnLearn(Envelope envelope, Learn learn, Effects effects) =>
        _learner.OnLearn(envelope.From, learn, Voter, effects);

    private void OnHeartbeat(Envelope envelope, Heartbeat heartbeat, Effects effects)
    {
        if (heartbeat.Leading)
        {
            HearLeader(envelope.From, heartbeat.Ballot, effects);
            _learner.OnChosenThrough(envelope.From, heartbeat.Ballot, heartbeat.ChosenThrough, Voter, effects);
            foreach (var heard in heartbeat.Roll.Where(heard => _configuration.Names(heard.Member, heard.Incarnation)))
            {
                _roll.Note(heard);
            }

            _roll.WriteSoon();
            if (heartbeat.Roll.FirstOrDefault(heard => heard.Member == Self && heard.Incarnation == Incarnation) is { } own)
            {
                HearOfOwnDisk(envelope.From, own, effects);
            }
        }

        effects.Sends.Add(envelope.Reply(
            Self, new HeartbeatReply(heartbeat.Round, Voter?.Promised, Leader ?? _election.Awaits, _learner.LearnedThrough)));
    }

    private void HearLeader(ReplicaId from, Ballot ballot, Effects effects)
    {
        if (from == Self)
        {
            return;
        }

        if ((Leading is not null || Preparing is not null) && ballot > _proposer.Ballot)
        {
            Yield($"{from} leads under {ballot}", effects);
        }

        _proposer.Meet(ballot);

        // A promise above its ballot ends that leadership, once the leader is told of it; of one that may not vote nobody is told, and it follows whom the others do.
        if (Leading is not null || Preparing is not null || ballot < (Voter?.Promised ?? Ballot.None))
        {
            return;
        }

        var before = _election.Hears;
        if (_election.OnLeaderHeard(from, ballot) && before != from)
        {
            effects.Notes.Add(new Follows(from, ballot));
        }
    }

    private void OnHeartbeatReply(Envelope envelope, HeartbeatReply reply, Effects effects)
    {
        _learner.Hear(envelope.From, reply.LearnedThrough);
        if (reply.Promised is { } promised)
        {
            _proposer.Meet(promised);
        }

        if (!Counts(envelope))
        {
            return;
        }

        if (reply.Promised is { } theirs && HearOfOwnCampaign(envelope.From, theirs, effects))
        {
            return;
        }

        var life = (envelope.From, envelope.Incarnation);
        _learnedBy[life] = Slot.Max(reply.LearnedThrough, _learnedBy.GetValueOrDefault(life));
        if (Leading is not { } leading)
        {
            if (Preparing is null && Standing == Standing.Voter && _election.OnAskAnswered(envelope.From, reply.Round, reply.Hears))
            {
                Campaign(effects);
            }

            return;
        }

        _election.OnAnswer(envelope.From);
        if (reply.Promised > leading.Ballot)
        {
            Yield($"{envelope.From} promised {reply.Promised}", effects);
        }
        else if (reply.Promised is not null)
        {
            Confirm(leading, envelope.From, reply.Round, effects);
            if (_handOver?.IsReady(envelope.From, reply, leading) == true)
            {
                effects.Sends.Add(new Envelope(Self, envelope.From, new TakeOver(leading.Ballot, leading.ChosenThrough)));
            }
        }
    }

    private void OnTakeOver(Envelope envelope, TakeOver takeOver, Effects effects)
    {
        _proposer.Meet(takeOver.Ballot);

        // Late or doubled it may come when all that is over. Under its ballot only, that is, as long as nobody campaigned
        // since, and not where this replica would first have to catch up: nobody would lead meanwhile.
        if (Leading is null && Preparing is null && Voter is { } acceptor && IsKnown(takeOver.Ballot) && acceptor.Promised <= takeOver.Ballot
            && envelope.From == takeOver.Ballot.Proposer && _learner.LearnedThrough >= takeOver.ChosenThrough)
        {
            Campaign(effects);
        }
    }

    private void TickHandOver(Effects effects)
    {
        if (_handOver?.TickIsLast() == true)
        {
            if (Leading is { } leading)
            {
                leading.HoldsBack = false;
                effects.Notes.Add(new GoesOnLeading(leading.Ballot));
            }

            EndHandOver(effects, leader: null);
        }
    }

    private void EndHandOver(Effects effects)
    {
        // Until another leader is heard nobody knows that the hand-over succeeded, though this one may have yielded to it.
        if (_handOver is not null && Leader is { } leader && leader != Self)
        {
            EndHandOver(effects, leader);
        }
    }

    private void EndHandOver(Effects effects, ReplicaId? leader)
    {
        _handOver = null;
        effects.Answers.Add(new HandOverEnded(leader));
    }

    private void Confirm(Leading leading, ReplicaId from, long round, Effects effects)
    {
        foreach (var read in leading.Reads.Confirm(from, round))
        {
            effects.Sends.Add(read.Request.Reply(
                Self, new ReadIndexReply(read.Round, read.Index, leading.Ballot, leading.ChosenThrough, Self)));
        }
    }

    private void OnPropose(Envelope envelope, Propose propose, Effects effects)
    {
        if (Leading is { } leading && leading.Enqueue(propose.Commands))
        {
            leading.Hold(envelope, effects);
        }
        else
        {
            effects.Sends.Add(envelope.Reply(Self, new ProposeReply(Taken: false, Leader)));
        }
    }

    private void OnProposeReply(Envelope envelope, ProposeReply reply, Effects effects)
    {
        if (reply.Chosen is { } learn)
        {
            OnLearn(envelope, learn, effects);
        }

        // A leader whose queue is full is left alone until what it did not take is due again.
        if (!reply.Taken && reply.Leader != envelope.From)
        {
            _submissions.OnRefused();
        }
    }

    private void OnReadIndex(Envelope envelope, ReadIndex readIndex, Effects effects)
    {
        var promised = readIndex.AskerConfirms ? Voter?.Promised : null;
        if (Leading is not { RecoversChange: false } leading)
        {
            effects.Sends.Add(envelope.Reply(
                Self, new ReadIndexReply(readIndex.Round, null, Ballot.None, Slot.None, Leader) { Promised = promised }));
            return;
        }

        // A recovered slot may come by catch-up from whoever led before, ahead of its votes: then what follows it is learned, and answered, before
        // the leadership has counted that far.
        var index = Slot.Max(Slot.Max(leading.ChosenThrough, leading.ReadBarrier), _learner.LearnedThrough);
        leading.OnReader(envelope.From);
        if (readIndex.AskerConfirms)
        {
            effects.Sends.Add(envelope.Reply(Self, new ReadIndexReply(readIndex.Round, index, leading.Ballot, leading.ChosenThrough, Self)
            {
                AskerConfirms = true,
                Promised = promised,
            }));
        }
        else
        {
            leading.Reads.Add(envelope, readIndex.Round, index);
        }
    }

    private void OnReadIndexReply(Envelope envelope, ReadIndexReply reply, Effects effects)
    {
        // Rounds are counted from the starts of a disk, and an emptied one counts its starts anew.
        if (envelope.From != Self && envelope.Asker is { } asker && asker != Incarnation)
        {
            return;
        }

        if (reply.Index is not null)
        {
            _learner.OnChosenThrough(envelope.From, reply.Ballot, reply.ChosenThrough, _acceptor, effects);
        }

        _reads.OnReadIndexReply(envelope.From, Counts(envelope), reply, Voter?.Promised, effects);
    }

    private void TickElection(Effects effects)
    {
        var act = Leading is not null ? _election.TickLeading()
            : Preparing is not null ? _election.TickPreparing()
            : _election.TickIdle();
        switch (act)
        {
            case ElectionAct.Beat when Leading is { } leading: Beat(leading, effects, tellsRoll: true); break;
            case ElectionAct.AskAround: AskAround(effects); break;
            case ElectionAct.Yield: Yield("a quorum does not answer", effects); break;
            default: break;
        }
    }

    private void AskAround(Effects effects)
    {
        _election.BeginAsking(++_round);
        Broadcast(new Heartbeat(_proposer.Ballot, Leading: false, _round, Slot.None), effects);
        if (Standing == Standing.Voter && _election.TakeCampaign())
        {
            Campaign(effects);
        }
    }

    private void Beat(Leading leading, Effects effects, bool tellsRoll = false)
    {
        leading.TellAll(effects);
        leading.Reads.OnRoundBegun(++_round);
        var heartbeat = new Heartbeat(leading.Ballot, Leading: true, _round, leading.ChosenThrough);
        if (tellsRoll)
        {
            _roll.WriteSoon();
            heartbeat = heartbeat with { Roll = _roll.Of(_configuration) };
        }

        Broadcast(heartbeat, effects);
        if (Voter is { } acceptor && acceptor.Promised <= leading.Ballot)
        {
            Confirm(leading, Self, _round, effects);
        }
    }

    private void Broadcast(Heartbeat heartbeat, Effects effects)
    {
        foreach (var member in _configuration.Members)
        {
            if (member.Id != Self)
            {
                effects.Sends.Add(new Envelope(Self, member.Id, heartbeat));
            }
        }
    }

    private void Campaign(Effects effects)
    {
        _proposer.Campaign(_learner.LearnedThrough, effects);
        _election.OnOwnStateChanged();
    }

    private void Yield(string why, Effects effects)
    {
        _proposer.Yield(why, effects);
        _election.OnOwnStateChanged();
    }

    private void NoteLeader()
    {
        // The same one under another ballot may know less than it told before.
        var (leader, ballot) = (Leader, Leading?.Ballot ?? _election.HearsBallot);
        if (leader == _leader && (leader is null || ballot == _leaderBallot))
        {
            return;
        }

        (_leader, _leaderBallot) = (leader, ballot);
        if (_leader is not null)
        {
            _submissions.HandOverAgain();
            _reads.AskAgain();
        }
    }

    private void OnRecall(Envelope envelope, Recall recall, Effects effects)
    {
        // One that has learned of another life of the asker cannot vouch for this one, and has forgotten what it knew of it. One that is itself out
        // has not heard what the asker said since.
        if (!_configuration.Names(envelope.From, envelope.Incarnation) || !_configuration.Names(Self, Incarnation))
        {
            // An answer about no start: the call would else stay open, and hold up what comes after it.
            effects.Sends.Add(envelope.Reply(Self, new RecallReply(Start: 0, Seen: null)));
            return;
        }

        var seen = _roll.OnRecall(envelope.From, envelope.Incarnation, recall);
        _roll.Write(effects);
        effects.SendsAfterPersist.Add(envelope.Reply(Self, new RecallReply(recall.Start, seen) { Promised = _acceptor?.Promised }));
    }

    private void OnRecallReply(Envelope envelope, RecallReply reply, Effects effects)
    {
        // Of another life of this disk: the answer was on its way while this one was admitted.
        var isOfAnother = reply.Seen is { } of && of.Incarnation != Incarnation;
        if (Standing is Standing.Fenced or Standing.NoMember || reply.Start != _disk.Start || isOfAnother || !Counts(envelope))
        {
            return;
        }

        if ((reply.Seen is { } seen && HearOfOwnDisk(envelope.From, seen, effects))
            || (reply.Promised is { } promised && HearOfOwnCampaign(envelope.From, promised, effects)))
        {
            return;
        }

        _rollCall.OnVouched(envelope.From);
        EndRollCall(effects);
    }

    private void EndRollCall(Effects effects)
    {
        _rollCall.Conclude(effects);
        NoteStanding(effects);
        NameSubmissions(effects);
        if (_goesOn && Standing == Standing.Voter)
        {
            _goesOn = false;
            if (Leader is null)
            {
                Campaign(effects);
            }
        }
    }

    // What is remembered of this replica's own disk; true when the disk has forgotten a part of it. Then it begins another life, which has said nothing
    // yet, however late the word comes: others may have vouched for it, who had not heard what was forgotten.
    private bool HearOfOwnDisk(ReplicaId witness, Remembered seen, Effects effects)
    {
        var disk = ToldAtMost();
        if (Standing is Standing.Fenced or Standing.NoMember || !_rollCall.IsSetBack(seen, disk))
        {
            return false;
        }

        BeginAnotherLife(witness, seen.ToString(), disk.ToString(), effects);
        return true;
    }

    // Somebody has promised a ballot of this replica's, and its disk knows nothing of it, though each is on it before anybody hears of it. Under the present
    // configuration nobody else campaigned by this name: another life of its disk would not be named by it.
    private bool HearOfOwnCampaign(ReplicaId witness, Ballot promised, Effects effects)
    {
        if (Standing is Standing.Fenced or Standing.NoMember || promised.Proposer != Self || promised.Configuration != _configuration.Number
            || promised <= _proposer.Campaigned)
        {
            return false;
        }

        BeginAnotherLife(witness, $"ballot {promised} of {Self}", $"none above {_proposer.Campaigned}", effects);
        return true;
    }

    private void BeginAnotherLife(ReplicaId witness, string seen, string disk, Effects effects)
    {
        if (Leading is not null || Preparing is not null)
        {
            Yield($"{witness} remembers more than this disk holds", effects);
        }

        effects.Notes.Add(new DiskSetBack(witness, seen, disk));
        Incarnation = new Incarnation(_random.NextInt64(1, long.MaxValue));
        effects.Persists.Add(new PersistIncarnation(Incarnation));
        _setBack = $"{witness} remembers {seen}, but the disk holds {disk}.";
        NoteStanding(effects);
        NameSubmissions(effects);
    }

    // What this start can have told anybody, at most, with all that its disk held before: nothing more while it asks, whatever it learns meanwhile. All that it told
    // was on disk by then. What says more than this is of a time that the disk has forgotten.
    private Remembered ToldAtMost() => Standing == Standing.Asking || _acceptor is null ? _told
        : _disk with { Promised = Ballot.Max(_told.Promised, _acceptor.Promised), HeldThrough = Slot.Max(_told.HeldThrough, _acceptor.HeldThrough) };

    // Its own word too, which nobody else hears: should its own disk be set back, the others know it by its heartbeats.
    private void Remember(Envelope envelope, Ballot promised, Slot heldThrough)
    {
        if (envelope.From != Self || _configuration.Members.Count > 1)
        {
            _roll.Note(new Remembered(envelope.From, envelope.From == Self ? Incarnation : envelope.Incarnation, 0, 0, promised, heldThrough));
        }
    }

    // What is learned may have begun another configuration. Whatever was under way belongs to the one before; whoever led
    // goes on with a campaign of its own at once, so that the cluster need not find out first that nobody leads.
    private void ReconfigureWhenLearned(Effects effects)
    {
        if (_learner.Configuration.Number == _configuration.Number)
        {
            return;
        }

        var before = _configuration;
        var led = Leading;
        var campaigned = led is not null || Preparing is not null;
        if (led is not null)
        {
            TellStopSign(led, before, effects);
        }

        _configuration = _learner.Configuration;
        _proposer.Reconfigure(_configuration, effects);
        _election.Reconfigure(_configuration.Quorum, isOtherLife: id => _configuration.Find(id)?.Incarnation != before.Find(id)?.Incarnation);
        _reads.Reconfigure(_configuration);
        _told = ToldAtMost();
        _rollCall.AskAnew(
            _configuration.Quorum, isSameLife: id => _configuration.Find(id)?.Incarnation == before.Find(id)?.Incarnation,
            new HeldAtStart(0, _told.Promised, _told.HeldThrough), effects);
        effects.Notes.Add(new Reconfigured(_configuration, _learner.LearnedThrough));
        NoteStanding(effects);
        NameSubmissions(effects);
        _goesOn = campaigned && Standing == Standing.Asking;
        if (campaigned && Standing == Standing.Voter)
        {
            Campaign(effects);
        }
        else if (campaigned)
        {
            _election.OnOwnStateChanged();
        }
    }

    // Those that are left behind hear it too, or they would go on asking for a leader that is not theirs any more. The value goes along: it may have
    // come by catch-up, ahead of its votes, and then the leadership does not count it as chosen.
    private void TellStopSign(Leading led, Configuration before, Effects effects)
    {
        led.TellAll(effects);
        var stopSign = effects.Deliveries.FindLast(delivery => delivery.Reconfigures);
        var learn = new Learn(led.Ballot, led.ChosenThrough);
        learn = stopSign is null ? learn : learn with { From = stopSign.Slot, Values = [stopSign.Value] };
        foreach (var member in before.Members.Concat(_learner.Configuration.Members).Select(member => member.Id).Distinct())
        {
            if (member != Self)
            {
                effects.Sends.Add(new Envelope(Self, member, learn));
            }
        }
    }

    private ChangeRefusal? QuorumRefusal(Configuration next)
    {
        var heard = next.Quorum.Members.Count(voter => IsHeard(next.Find(voter)!));
        return heard >= next.Quorum.Majority
            ? null
            : new(
                $"The quorum would be lost: of the {next.Quorum.Members.Count} voters that there would be {next.Quorum.Majority} are needed, "
                    + $"and {heard} {(heard == 1 ? "is" : "are")} heard and near the end of the log.",
                MayPass: !_election.LedForLong);
    }

    // A life that is not a member yet cannot be heard. One that is far behind is of no use as a voter.
    private bool IsHeard(Member voter) =>
        (voter.Id == Self && voter.Incarnation == Incarnation)
        || (_configuration.Names(voter.Id, voter.Incarnation) && _election.HasAnswered(voter.Id)
            && _learnedBy.GetValueOrDefault((voter.Id, voter.Incarnation)).Plus(_options.AcceptAheadMax) > _learner.LearnedThrough);

    private Standing StandingNow() => _configuration.Find(Self) switch
    {
        null => Standing.NoMember,
        var member when member.Incarnation != Incarnation => Standing.Fenced,
        _ when !_rollCall.IsOver => Standing.Asking,
        { IsVoter: false } => Standing.Learner,
        _ => Standing.Voter,
    };

    private void NoteStanding(Effects effects)
    {
        var now = StandingNow();
        if (now == Standing)
        {
            return;
        }

        if (Standing == Standing.Fenced)
        {
            // It was about the life before.
            _setBack = "";
        }

        Standing = now;
        effects.Notes.Add(new StandingChanged(Standing, Complaint));
    }

    // A command that was named before this replica was last admitted belongs to the time before: nobody hands it over again.
    private void NameSubmissions(Effects effects)
    {
        if (RefusesCommands || NameOfStart() != _submissions.NamedAfter)
        {
            foreach (var id in _submissions.All)
            {
                GiveUp(id, effects);
            }
        }

        _submissions.NameAfter(NameOfStart());
    }

    // Starts are counted by the disk, and begin anew with another life of it; admissions never do.
    private long NameOfStart() =>
        ((_configuration.Find(Self)?.AdmittedBy ?? 0) << BootsPerAdmissionBits) + _boot;
}
