namespace PaxosWcf.Consensus;

/// <summary>Wins a ballot (Prepare, Promise), once for all slots, and then drives values to a quorum (Accept, Accepted).
/// It is Idle, Preparing or Leading, and each of these owns its own data; leaving one drops it.</summary>
public sealed class Proposer
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private Configuration _configuration;

    // The highest ballot met anywhere, own ones of earlier starts included: the next campaign goes above it, as far as its
    // configuration lets it.
    private Ballot _highest;

    // The highest round met under any configuration: a replica that has not learned the latest one must not use a round
    // again that it used before.
    private long _round;

    // What waited for a slot under the last configuration, until this replica leads under the next.
    private IReadOnlyList<Command> _carried = [];

    /// <summary>Starts an idle proposer.</summary>
    /// <param name="self">Its replica.</param>
    /// <param name="configuration">The cluster.</param>
    /// <param name="options">Limits and patience.</param>
    /// <param name="promised">The highest ballot that this replica ever promised.</param>
    /// <param name="campaigned">The highest ballot that it ever campaigned with.</param>
    public Proposer(ReplicaId self, Configuration configuration, ConsensusOptions options, Ballot promised, Ballot campaigned = default)
    {
        _self = self;
        _configuration = configuration;
        _options = options;
        Campaigned = campaigned;
        Meet(promised);
        Meet(campaigned);
    }

    /// <summary>Set while promises are collected.</summary>
    public Preparing? Preparing { get; private set; }

    /// <summary>Set while this replica leads.</summary>
    public Leading? Leading { get; private set; }

    /// <summary>The highest ballot that this replica ever campaigned with, as far as its disk knows.</summary>
    public Ballot Campaigned { get; private set; }

    /// <summary>The ballot of the campaign or leadership; the highest known while idle.</summary>
    public Ballot Ballot => Leading?.Ballot ?? Preparing?.Ballot ?? _highest;

    /// <summary>Notes a ballot that was met, so that a later campaign goes above it.</summary>
    public void Meet(Ballot ballot)
    {
        _highest = Ballot.Max(_highest, ballot);
        _round = Math.Max(_round, ballot.Round);
    }

    /// <summary>Another configuration is learned: whatever was under way belongs to the one before. Commands that wait for a
    /// slot are kept for a campaign that begins at once.</summary>
    public void Reconfigure(Configuration configuration, Effects effects)
    {
        _carried = Leading?.Waiting ?? [];
        Leading?.End(_self, effects);
        _configuration = configuration;
        Preparing = null;
        Leading = null;
    }

    /// <summary>Phase 1a, for all slots that are not learned here: a new ballot, above every ballot that was met.</summary>
    public void Campaign(Slot learnedThrough, Effects effects)
    {
        var ballot = new Ballot(_round + 1, _self) { Configuration = _configuration.Number };
        Meet(ballot);
        Campaigned = ballot;
        Leading = null;
        Preparing = new Preparing(_configuration, ballot, learnedThrough.Next);

        // A ballot must never be used twice, for then two values could be proposed under it: it is on disk before
        // anyone hears of it.
        effects.Persists.Add(new PersistCampaign(ballot));
        effects.Notes.Add(new Campaigns(ballot));
        foreach (var member in _configuration.Quorum.Members)
        {
            effects.SendsAfterPersist.Add(new Envelope(_self, member, new Prepare(ballot, learnedThrough.Next)));
        }
    }

    /// <summary>Phase 1b came in.</summary>
    /// <returns>True when it was a new piece of a report that is longer: the next one is asked for.</returns>
    public bool OnPromise(Envelope envelope, Promise promise, Effects effects)
    {
        if (Preparing is not { } preparing || promise.Ballot != preparing.Ballot
            || preparing.Add(envelope.From, promise) is not { } continueFrom)
        {
            return false;
        }

        effects.SendsAfterPersist.Add(new Envelope(_self, envelope.From, new Prepare(preparing.Ballot, continueFrom)));
        return true;
    }

    /// <summary>Leads, if a quorum has promised and this replica has learned all that the promisers have. A leader that
    /// skipped slots because a promiser had learned them, and then lost that promiser, could never tell anyone their
    /// values.</summary>
    /// <param name="learnedThrough">What this replica has learned.</param>
    /// <param name="round">The last heartbeat round that it began.</param>
    /// <param name="effects">What to do.</param>
    /// <returns>True when this replica leads from now on.</returns>
    public bool TryLead(Slot learnedThrough, long round, Effects effects)
    {
        if (Preparing is not { HasQuorum: true } preparing || learnedThrough < preparing.LearnedThrough)
        {
            return false;
        }

        var recovered = preparing.SafeValues(learnedThrough);
        Preparing = null;
        Leading = new Leading(_configuration, _options, preparing.Ballot, learnedThrough, recovered, round);
        effects.Notes.Add(new Leads(preparing.Ballot, Leading.NextSlot, recovered.Count));
        Leading.Repropose(_self, effects);
        Leading.Enqueue(_carried);
        _carried = [];
        return true;
    }

    /// <summary>Phase 2b came in. Returns the slots that a quorum has by now.</summary>
    public IReadOnlyList<Proposal> OnAccepted(Envelope envelope, Accepted accepted) =>
        Leading is { } leading && accepted.Ballot == leading.Ballot
            ? leading.Count(envelope.From, accepted.Slots)
            : [];

    /// <summary>An acceptor has promised a higher ballot. True when it concerns what this proposer is at.</summary>
    public bool OnRejected(Rejected rejected)
    {
        Meet(rejected.Promised);
        return (Leading is not null || Preparing is not null) && rejected.Promised > Ballot;
    }

    /// <summary>Gives up a campaign or leadership. What was proposed may still be chosen: a later leader finds it.</summary>
    public void Yield(string why, Effects effects)
    {
        effects.Notes.Add(new Yields(Ballot, why));
        _carried = [];
        Preparing = null;
        Leading?.End(_self, effects);
        Leading = null;
    }

    /// <summary>Time passes.</summary>
    public void Tick(Effects effects)
    {
        if (Preparing is { } preparing && preparing.TickIsDue(_options.RetransmitTicks))
        {
            foreach (var (member, from) in preparing.Missing())
            {
                effects.SendsAfterPersist.Add(new Envelope(_self, member, new Prepare(preparing.Ballot, from)));
            }
        }

        Leading?.Tick(_self, effects);
    }

    /// <summary>Cuts queued commands into values while the window has room, and sends what is due.</summary>
    public void EndBatch(Effects effects) => Leading?.EndBatch(_self, effects);
}
