namespace PaxosWcf.Consensus;

/// <summary>A proposer's leadership: the slots in flight under one ballot, and the commands that wait for one.</summary>
public sealed class Leading
{
    private readonly Configuration _configuration;
    private readonly Quorum _quorum;
    private readonly ConsensusOptions _options;
    private readonly SlotLog<Flight> _flights = new();
    private readonly Queue<Command> _queue = [];
    private readonly HashSet<CommandId> _known = [];
    private readonly AskingOrder _order;
    private readonly Audience _audience;
    private readonly VoterProgress _progress;
    private long _queuedBytes;
    private long _asked;
    private bool _stopped;

    // The last slot whose value all voters were asked for at once, and the ticks since.
    private Slot _slotOfAll;
    private int _ticksSinceAll;

    // Commands of this replica's own callers were chosen since the last batch ended.
    private bool _ownLanded;

    internal Leading(
        Configuration configuration, ConsensusOptions options, Ballot ballot, Slot chosenThrough, IReadOnlyList<Proposal> recovered,
        long round)
    {
        _configuration = configuration;
        _quorum = configuration.Quorum;
        _options = options;
        Ballot = ballot;
        ChosenThrough = chosenThrough;
        NextSlot = chosenThrough.Next;
        Reads = new ReadConfirmation(_quorum, round);
        _order = new AskingOrder(ballot.Proposer, _quorum);
        _progress = new VoterProgress(_quorum, options.RetransmitTicks);
        _audience = new Audience(ballot.Proposer, configuration, chosenThrough, options);
        _flights.ForgetThrough(chosenThrough);
        foreach (var proposal in recovered)
        {
            TakeOff(proposal.Value);
        }

        ReadBarrier = new Slot(NextSlot.Number - 1);
        RecoversChange = _stopped;
    }

    /// <summary>The ballot that everything here is proposed under.</summary>
    public Ballot Ballot { get; }

    /// <summary>Every slot through this one is chosen: learned by a promiser before this ballot, or counted here. Only
    /// so may others trust it for what they accepted under this very ballot.</summary>
    public Slot ChosenThrough { get; private set; }

    /// <summary>The first slot that nothing was proposed for.</summary>
    public Slot NextSlot { get; private set; }

    /// <summary>The last slot that an earlier leader may have got chosen: no read is linearizable below it (Raft thesis,
    /// section 6.4, step 1).</summary>
    public Slot ReadBarrier { get; }

    /// <summary>Whether a change of the configuration is among what was recovered. It may have been chosen long ago, under a lower ballot, and others lead under what it
    /// began, with quorums that need not meet those of here: then nothing is known of how far slots are chosen, and no read is linearizable.</summary>
    public bool RecoversChange { get; }

    /// <summary>Reads that wait for a quorum to confirm this leadership.</summary>
    public ReadConfirmation Reads { get; }

    /// <summary>Commands that wait for a slot.</summary>
    public int Queued => _queue.Count;

    /// <summary>Slots that are proposed and not chosen yet, or chosen beyond a gap.</summary>
    public int InFlight => _flights.Count;

    /// <summary>Whether everything that was proposed is chosen.</summary>
    public bool IsDrained => ChosenThrough.Next == NextSlot;

    /// <summary>Set while leadership is handed over: commands are queued and not proposed, or the other would never have
    /// learned everything.</summary>
    public bool HoldsBack { get; set; }

    /// <summary>Whether a change of the configuration is proposed or waits for a slot.</summary>
    public bool Changes => _stopped || _queue.Any(command => command.IsChange);

    /// <summary>The commands that wait for a slot, for the leadership that follows this one.</summary>
    internal IReadOnlyList<Command> Waiting => [.. _queue];

    /// <summary>Takes commands into the queue, as many as it has room for. False when some had to stay out; one that is
    /// here already is not taken twice.</summary>
    public bool Enqueue(IReadOnlyList<Command> commands)
    {
        foreach (var command in commands)
        {
            if (_known.Contains(command.Id))
            {
                continue;
            }

            if (_queue.Count >= _options.QueueCommandsMax || _queuedBytes >= _options.QueueBytesMax)
            {
                return false;
            }

            _known.Add(command.Id);
            _queue.Enqueue(command);
            _queuedBytes += command.Bytes.Length;
        }

        return true;
    }

    /// <summary>Counts an acceptor's yes; returns the slots that a quorum has by now.</summary>
    internal IReadOnlyList<Proposal> Count(ReplicaId from, IReadOnlyList<Slot> slots)
    {
        _order.OnVote(from);
        if (slots.Count > 0)
        {
            _progress.OnVote(from, slots.Max(slot => _flights.At(slot)?.FirstAsked(from) ?? 0));
        }

        List<Proposal>? chosen = null;
        foreach (var slot in slots)
        {
            if (_flights.At(slot) is { Chosen: false } flight)
            {
                flight.Votes.Add(from);
                if (flight.Votes.IsQuorum)
                {
                    flight.Chosen = true;
                    if (slot == _slotOfAll)
                    {
                        _order.OnAllAsked(flight.Votes);
                    }

                    (chosen ??= []).Add(new Proposal(slot, flight.Value));
                    Land(flight.Value);
                }
            }
        }

        while (_flights.At(ChosenThrough.Next) is { Chosen: true } next)
        {
            ChosenThrough = ChosenThrough.Next;
            _flights.ForgetThrough(ChosenThrough);
            _audience.OnChosen(ChosenThrough, next.Value, next.Asked);
        }

        return chosen ?? [];
    }

    /// <summary>Proposes again, under the new ballot, what earlier leaders may have got chosen.</summary>
    internal void Repropose(ReplicaId self, Effects effects) =>
        SendAccepts(self, _quorum.Members, [.. _flights.From(Slot.None).Select(at => new Proposal(at.Slot, at.Entry.Value))], effects);

    /// <summary>Keeps the call open that brought commands: it is answered when some of them are chosen.</summary>
    internal void Hold(Envelope propose, Effects effects) => _audience.Hold(propose, effects);

    /// <summary>A member reads, and may lack values that it was not asked to accept: it is told them at the end of the batch.</summary>
    internal void OnReader(ReplicaId member) => _audience.OnReader(member, ChosenThrough);

    /// <summary>Tells every member the values that it was not asked to accept.</summary>
    internal void TellAll(Effects effects) => _audience.TellAll(Ballot, ChosenThrough, effects);

    /// <summary>This leadership ends: who waits for it is told, and asks whoever leads next.</summary>
    internal void End(ReplicaId self, Effects effects)
    {
        _audience.ReleaseAll(effects);
        foreach (var read in Reads.TakeAll())
        {
            effects.Sends.Add(read.Request.Reply(self, new ReadIndexReply(read.Round, null, Ballot.None, Slot.None, null)));
        }
    }

    internal void EndBatch(ReplicaId self, Effects effects)
    {
        effects.WaitsForCallers = _ownLanded && MayCut && !FillsValue;
        _ownLanded = false;
        var fresh = effects.WaitsForCallers ? [] : CutValues();
        IReadOnlyList<ReplicaId> asked = fresh.Count > 0 ? VotersFor(fresh[0].Slot) : [];
        _audience.TellThoseWaiting(Ballot, ChosenThrough, asked, effects);
        SendAccepts(self, asked, fresh, effects);
    }

    internal void Tick(ReplicaId self, Effects effects)
    {
        _ticksSinceAll = Math.Min(_ticksSinceAll + 1, _options.AskAllTicks);
        _audience.Tick(effects);
        Retransmit(self, effects);
    }

    private IReadOnlyList<ReplicaId> VotersFor(Slot first)
    {
        if (_ticksSinceAll < _options.AskAllTicks)
        {
            return _order.First;
        }

        (_slotOfAll, _ticksSinceAll) = (first, 0);
        return _order.All;
    }

    private void Retransmit(ReplicaId self, Effects effects)
    {
        var open = _flights.From(Slot.None).Where(at => !at.Entry.Chosen).ToList();
        open.ForEach(at => at.Entry.Ticks++);
        foreach (var member in _quorum.Members)
        {
            _progress.Tick(member, owes: open.Exists(at => at.Entry.Owes(member)));
            if (_progress.SilentTicks(member) == WidenTicks)
            {
                _order.OnLate(member);
            }
        }

        var due = _quorum.Members.ToDictionary(member => member, member => open.Where(at => IsDue(at.Entry, member)).ToList());
        foreach (var (member, missing) in due.Where(to => to.Value.Count > 0))
        {
            if (_progress.IsSilent(member))
            {
                _progress.OnAskedAgain(member);
            }

            missing.ForEach(at => at.Entry.Ticks = at.Entry.Owes(member) ? 0 : at.Entry.Ticks);
            SendAccepts(self, [member], [.. missing.Select(at => new Proposal(at.Slot, at.Entry.Value))], effects);
        }
    }

    private int WidenTicks => Math.Min(_options.WidenTicks, _options.RetransmitTicks);

    // What a voter was asked for is asked again when it is taken for lost; the others are asked for it when one that was asked is late.
    private bool IsDue(Flight flight, ReplicaId member) => flight.Asked.Has(member)
        ? flight.Owes(member) && flight.Ticks >= _options.RetransmitTicks && (_progress.IsSilent(member) || _progress.IsBeyond(member, flight))
        : flight.Ticks >= WidenTicks && _quorum.Members.Any(asked => flight.Owes(asked)
            && (_progress.SilentTicks(asked) >= WidenTicks || _progress.IsBeyond(asked, flight)));

    private List<Proposal> CutValues()
    {
        var fresh = new List<Proposal>();
        while (MayCut)
        {
            fresh.Add(TakeOff(Value.Of(CutBatch())));
        }

        return fresh;
    }

    private bool MayCut =>
        !_stopped && !HoldsBack && _queue.Count > 0 && NextSlot <= ChosenThrough.Plus(_options.WindowSlotsMax)
        && (_flights.Count < _options.PartialSlotsMax || FillsValue);

    private bool FillsValue => _queue.Count >= _options.BatchCommandsMax || _queuedBytes >= _options.BatchBytesMax;

    private List<Command> CutBatch()
    {
        var batch = new List<Command>();
        var bytes = 0;
        while (batch.Count < _options.BatchCommandsMax && _queue.TryPeek(out var command))
        {
            bytes += command.Bytes.Length;
            if (batch.Count > 0 && (bytes > _options.BatchBytesMax || command.IsChange))
            {
                break;
            }

            batch.Add(_queue.Dequeue());
            _queuedBytes -= command.Bytes.Length;
            if (command.IsChange)
            {
                break;
            }
        }

        return batch;
    }

    private Proposal TakeOff(Value value)
    {
        var proposal = new Proposal(NextSlot, value);
        _flights.Set(NextSlot, new Flight(value, _quorum));
        NextSlot = NextSlot.Next;

        // A stop-sign: the slots beyond it are not this leadership's to propose in.
        _stopped |= _configuration.Next(value) is not null;
        foreach (var command in value.Commands)
        {
            _known.Add(command.Id);
        }

        return proposal;
    }

    private void Land(Value value)
    {
        foreach (var command in value.Commands)
        {
            _ownLanded |= command.Id.Origin == Ballot.Proposer;
            _known.Remove(command.Id);
        }
    }

    private void SendAccepts(
        ReplicaId self, IReadOnlyList<ReplicaId> members, List<Proposal> proposals, Effects effects)
    {
        for (var at = 0; at < proposals.Count;)
        {
            var run = new List<Proposal>();
            for (var bytes = 0; at < proposals.Count; at++)
            {
                bytes += proposals[at].Value.Bytes.Length;
                if (bytes > _options.MessageBytesMax && run.Count > 0)
                {
                    break;
                }

                run.Add(proposals[at]);
            }

            // The ballot is on disk since the campaign, so an Accept only asks and need not wait for anything.
            var accept = new Accept(Ballot, run, ChosenThrough);
            foreach (var member in members)
            {
                effects.Sends.Add(new Envelope(self, member, accept));
                run.ForEach(proposal => _flights.At(proposal.Slot)?.OnAsked(member, ++_asked));
            }
        }
    }
}
