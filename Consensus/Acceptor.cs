namespace PaxosWcf.Consensus;

/// <summary>What an acceptor brings back from its disk.</summary>
/// <param name="Promised">The highest ballot it promised.</param>
/// <param name="Accepted">What it accepted, above what its replica has learned.</param>
public sealed record AcceptorState(Ballot Promised, IReadOnlyList<AcceptedEntry> Accepted)
{
    /// <summary>Of an acceptor that never heard anything.</summary>
    public static readonly AcceptorState Fresh = new(Ballot.None, []);
}

/// <summary>The memory of Paxos: it promises ballots, accepts values, and forgets neither, for every answer that tells
/// of one waits for the disk ("Paxos Made Simple", section 2.2, P1a, and section 2.5 on stable storage).</summary>
public sealed class Acceptor
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private readonly SlotLog<AcceptedEntry> _accepted = new();
    private Ballot? _promisedBefore;

    /// <summary>Starts an acceptor with what its disk holds.</summary>
    public Acceptor(ReplicaId self, ConsensusOptions options, AcceptorState state, Slot learnedThrough)
    {
        _self = self;
        _options = options;
        Promised = state.Promised;
        HeldThrough = learnedThrough;
        _accepted.ForgetThrough(learnedThrough);
        foreach (var entry in state.Accepted)
        {
            // To accept under a ballot is to promise it.
            Promised = Ballot.Max(Promised, entry.Ballot);
            _accepted.Set(entry.Slot, entry);
            HeldThrough = Slot.Max(HeldThrough, entry.Slot);
        }
    }

    /// <summary>The highest ballot promised: nothing below it is accepted any more.</summary>
    public Ballot Promised { get; private set; }

    /// <summary>The highest slot whose value the disk holds, or the state made of it. A disk that holds less after a restart
    /// is not the disk that it was.</summary>
    public Slot HeldThrough { get; private set; }

    /// <summary>How many accepted values are held: those of slots that are not learned yet.</summary>
    public int Held => _accepted.Count;

    /// <summary>What was accepted in a slot that is not learned yet, or null.</summary>
    public AcceptedEntry? At(Slot slot) => _accepted.At(slot);

    /// <summary>Drops what is learned: chosen values are the log's to keep, not the vote's.</summary>
    public void ForgetThrough(Slot learnedThrough) => _accepted.ForgetThrough(learnedThrough);

    /// <summary>Phase 1b: "If an acceptor receives a prepare request with number n greater than that of any prepare
    /// request to which it has already responded, then it responds with a promise not to accept any more proposals
    /// numbered less than n and with the highest-numbered proposal (if any) that it has accepted."</summary>
    public void OnPrepare(Envelope envelope, Prepare prepare, Slot learnedThrough, Effects effects)
    {
        if (prepare.Ballot < Promised)
        {
            effects.Sends.Add(envelope.Reply(_self, new Rejected(prepare.Ballot, Promised)));
            return;
        }

        Promise(prepare.Ballot, effects);
        effects.SendsAfterPersist.Add(envelope.Reply(_self, Report(prepare, learnedThrough) with { HeldThrough = HeldThrough, PromisedBefore = _promisedBefore }));
    }

    /// <summary>Phase 2b: "If an acceptor receives an accept request for a proposal numbered n, it accepts the proposal
    /// unless it has already responded to a prepare request having a number greater than n."</summary>
    public void OnAccept(Envelope envelope, Accept accept, Slot learnedThrough, Effects effects)
    {
        if (accept.Ballot < Promised)
        {
            effects.Sends.Add(envelope.Reply(_self, new Rejected(accept.Ballot, Promised)));
            return;
        }

        Promise(accept.Ballot, effects);
        var slots = new List<Slot>(accept.Proposals.Count);
        foreach (var proposal in accept.Proposals)
        {
            if (Take(accept.Ballot, proposal, learnedThrough, effects))
            {
                slots.Add(proposal.Slot);
            }
        }

        effects.SendsAfterPersist.Add(envelope.Reply(_self, new Accepted(accept.Ballot, slots) { HeldThrough = HeldThrough }));
    }

    private void Promise(Ballot ballot, Effects effects)
    {
        if (ballot > Promised)
        {
            (_promisedBefore, Promised) = (Promised, ballot);
            effects.Persists.Add(new PersistPromise(ballot));
        }
    }

    private bool Take(Ballot ballot, Proposal proposal, Slot learnedThrough, Effects effects)
    {
        if (proposal.Slot <= learnedThrough)
        {
            // Chosen already, so a quorum has it on disk and every later ballot proposes the same value: there is
            // nothing to remember, and saying yes can only confirm what is.
            return true;
        }

        if (proposal.Slot > learnedThrough.Plus(_options.AcceptAheadMax))
        {
            // As if the message were lost: this replica has to catch up first. Without the limit its memory, and the
            // promise that it sends to a new leader, would grow without bound.
            return false;
        }

        if (_accepted.At(proposal.Slot)?.Ballot != ballot)
        {
            var entry = new AcceptedEntry(proposal.Slot, ballot, proposal.Value);
            _accepted.Set(proposal.Slot, entry);
            HeldThrough = Slot.Max(HeldThrough, proposal.Slot);
            effects.Persists.Add(new PersistAccepted(entry));
        }

        return true;
    }

    private Promise Report(Prepare prepare, Slot learnedThrough)
    {
        var entries = new List<AcceptedEntry>();
        var bytes = 0;
        foreach (var (slot, entry) in _accepted.From(Slot.Max(prepare.From, learnedThrough.Next)))
        {
            bytes += entry.Value.Bytes.Length;
            if (bytes > _options.ReportBytesMax && entries.Count > 0)
            {
                return new Promise(prepare.Ballot, prepare.From, learnedThrough, entries, slot);
            }

            entries.Add(entry);
        }

        return new Promise(prepare.Ballot, prepare.From, learnedThrough, entries, ContinueFrom: null);
    }
}
