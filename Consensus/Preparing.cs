namespace PaxosWcf.Consensus;

/// <summary>A proposer's campaign: the promises of one ballot, and what the promisers had accepted.</summary>
public sealed class Preparing
{
    private readonly Configuration _configuration;
    private readonly Slot _from;
    private readonly Votes _complete;
    private readonly Dictionary<ReplicaId, Slot> _continueFrom = [];
    private readonly Dictionary<Slot, AcceptedEntry> _highest = [];
    private int _ticks;

    internal Preparing(Configuration configuration, Ballot ballot, Slot from)
    {
        _configuration = configuration;
        _from = from;
        _complete = configuration.Quorum.NoVotes();
        Ballot = ballot;
        LearnedThrough = new Slot(from.Number - 1);
    }

    /// <summary>The ballot that is asked for.</summary>
    public Ballot Ballot { get; }

    /// <summary>The furthest that any promiser has learned. Its report leaves these slots out, so this replica may not
    /// lead before it has learned them too: their values are with the promisers, who may not be there later.</summary>
    public Slot LearnedThrough { get; private set; }

    /// <summary>Who has learned that far; null when nobody is ahead of this replica.</summary>
    public ReplicaId? Knower { get; private set; }

    /// <summary>Whether a quorum has promised, and told all that it accepted.</summary>
    public bool HasQuorum => _complete.IsQuorum;

    /// <summary>Takes in one promise. Returns the slot to go on from when the report was cut for size.</summary>
    internal Slot? Add(ReplicaId from, Promise promise)
    {
        if (_complete.Has(from) || promise.From > _continueFrom.GetValueOrDefault(from, _from))
        {
            // Late or doubled, or a piece that does not follow what came before: a vote counts only when whole.
            return null;
        }

        if (promise.LearnedThrough > LearnedThrough)
        {
            LearnedThrough = promise.LearnedThrough;
            Knower = from;
        }

        foreach (var entry in promise.Entries)
        {
            if (!_highest.TryGetValue(entry.Slot, out var other) || other.Ballot < entry.Ballot)
            {
                _highest[entry.Slot] = entry;
            }
        }

        if (promise.ContinueFrom is { } continueFrom)
        {
            if (continueFrom <= _continueFrom.GetValueOrDefault(from, _from))
            {
                // Late or doubled: what follows it was asked for then.
                return null;
            }

            _continueFrom[from] = continueFrom;
            return continueFrom;
        }

        _complete.Add(from);
        return null;
    }

    /// <summary>Phase 2a's rule: "v is the value of the highest-numbered proposal among the responses, or is any value
    /// if the responses reported no proposals" ("Paxos Made Simple", section 2.2); in a hole that any value is Noop.</summary>
    /// <param name="learnedThrough">What this replica has learned: at least as much as every promiser.</param>
    internal IReadOnlyList<Proposal> SafeValues(Slot learnedThrough)
    {
        Invariant.Holds(learnedThrough >= LearnedThrough, "a new leader has learned what its promisers have");
        var last = learnedThrough;
        foreach (var slot in _highest.Keys)
        {
            last = Slot.Max(last, slot);
        }

        var values = new List<Proposal>();
        for (var slot = learnedThrough.Next; slot <= last; slot = slot.Next)
        {
            var value = SafeValue(slot);
            values.Add(new Proposal(slot, value));
            if (_configuration.Next(value) is not null)
            {
                // Slots beyond a stop-sign are the next configuration's: what was accepted there under this one was proposed
                // by an earlier leader that cannot have got it chosen, or the proposer of the stop-sign would have seen it.
                break;
            }
        }

        return values;
    }

    private Value SafeValue(Slot slot)
    {
        if (!_highest.TryGetValue(slot, out var entry))
        {
            return Value.Noop;
        }

        // A leader of a higher ballot went past this slot: it saw a quorum of which none held the stop-sign, so that was
        // not chosen and never will be, but what the leader proposed beyond it may be.
        var isPassed = _configuration.Next(entry.Value) is not null
            && _highest.Values.Any(later => later.Slot > slot && later.Ballot > entry.Ballot);
        return isPassed ? Value.Noop : entry.Value;
    }

    internal bool TickIsDue(int everyTicks) => ++_ticks % everyTicks == 0;

    internal IEnumerable<(ReplicaId Member, Slot From)> Missing() => _configuration.Quorum.Members
        .Where(member => !_complete.Has(member))
        .Select(member => (member, _continueFrom.GetValueOrDefault(member, _from)));
}
