using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Sees what every disk holds, as no replica can, and so knows what is chosen before anyone else does.</summary>
/// <remarks>A ballot names the configuration whose quorum decides under it, and a vote counts when it is that of the life of a
/// disk that the configuration names.</remarks>
internal sealed class VoteCounter(Configuration first, Action<string> fail)
{
    private readonly Dictionary<long, Configuration> _configurations = new() { [first.Number] = first };
    private readonly Dictionary<long, Slot> _stopSigns = [];
    private readonly HashSet<(Slot Slot, long Number)> _proposedStopSigns = [];
    private readonly Dictionary<(Slot Slot, Ballot Ballot), (Value Value, Votes Votes)> _votes = [];
    private readonly Dictionary<Slot, (Ballot Ballot, Value Value)> _chosen = [];
    private readonly Dictionary<ReplicaId, Ballot> _promised = [];
    private readonly Dictionary<Slot, Ballot> _highest = [];
    private readonly Dictionary<(Slot Slot, Ballot Ballot), Value> _proposed = [];

    /// <summary>How many slots have a chosen value.</summary>
    public int Chosen => _chosen.Count;

    /// <summary>The number of the last configuration that is chosen.</summary>
    public long LatestConfiguration => _stopSigns.Count + first.Number;

    /// <summary>Whether some disk holds a stop-sign that may yet be chosen.</summary>
    public bool MayBeReconfigured => _proposedStopSigns.Any(
        sign => sign.Number == LatestConfiguration + 1 && !_chosen.ContainsKey(sign.Slot));

    /// <summary>The value that is chosen in a slot, if any.</summary>
    public Value? ChosenAt(Slot slot) => _chosen.TryGetValue(slot, out var chosen) ? chosen.Value : null;

    /// <summary>What a replica's disk says it has promised.</summary>
    public Ballot PromisedBy(ReplicaId replica) => _promised.GetValueOrDefault(replica);

    /// <summary>Whether a replica's disk has held a vote for a slot under a ballot.</summary>
    public bool HasVoted(ReplicaId replica, Slot slot, Ballot ballot) =>
        _votes.TryGetValue((slot, ballot), out var vote) && vote.Votes.Has(replica);

    /// <summary>The value that some disk has held in a slot under a ballot; null: none has.</summary>
    public Value? ValueOf(Slot slot, Ballot ballot) => _votes.TryGetValue((slot, ballot), out var vote) ? vote.Value : null;

    /// <summary>A leader proposes a value, whoever may accept it: under one ballot it proposes one value in a slot, and once a value is chosen there,
    /// that one (P2b).</summary>
    public void OnProposed(Ballot ballot, Proposal proposal)
    {
        if (!_proposed.TryAdd((proposal.Slot, ballot), proposal.Value) && !_proposed[(proposal.Slot, ballot)].Equals(proposal.Value))
        {
            fail($"slot {proposal.Slot}: {ballot} proposes both {_proposed[(proposal.Slot, ballot)]} and {proposal.Value}");
        }

        if (_chosen.TryGetValue(proposal.Slot, out var chosen) && ballot > chosen.Ballot && !proposal.Value.Equals(chosen.Value))
        {
            fail($"slot {proposal.Slot}: {chosen.Value} is chosen under {chosen.Ballot}, yet {ballot} proposes {proposal.Value}");
        }
    }

    /// <summary>A replica's disk holds a promise.</summary>
    public void OnPromised(ReplicaId replica, Ballot ballot)
    {
        if (ballot < PromisedBy(replica))
        {
            fail($"{replica} promised {PromisedBy(replica)} and now only {ballot}");
        }

        _promised[replica] = ballot;
    }

    /// <summary>A replica's disk is another: what it promised is forgotten. What it has voted for was voted for.</summary>
    public void OnDiskLost(ReplicaId replica) => _promised.Remove(replica);

    /// <summary>A replica's disk holds an accepted value.</summary>
    public void OnAccepted(ReplicaId replica, Incarnation incarnation, AcceptedEntry entry)
    {
        if (!_configurations.TryGetValue(entry.Ballot.Configuration, out var configuration))
        {
            fail($"{replica} accepts {entry.Ballot} in slot {entry.Slot}, but nobody has chosen configuration {entry.Ballot.Configuration}");
            return;
        }

        if (!configuration.Names(replica, incarnation))
        {
            return;
        }

        if (!_votes.TryGetValue((entry.Slot, entry.Ballot), out var vote))
        {
            _votes[(entry.Slot, entry.Ballot)] = vote = (entry.Value, configuration.Quorum.NoVotes());
        }

        if (!vote.Value.Equals(entry.Value))
        {
            fail($"slot {entry.Slot}: {entry.Ballot} proposes both {vote.Value} and {entry.Value}");
        }

        vote.Votes.Add(replica);
        _highest[entry.Slot] = Ballot.Max(entry.Ballot, _highest.GetValueOrDefault(entry.Slot));
        if (entry.Value.Change is { } change)
        {
            _proposedStopSigns.Add((entry.Slot, change.Number));
        }

        if (vote.Votes.IsQuorum)
        {
            OnChosen(entry);
        }

        // P2b: once a value is chosen, every higher-numbered proposal has that value.
        if (_chosen.TryGetValue(entry.Slot, out var chosen) && entry.Ballot > chosen.Ballot && !entry.Value.Equals(chosen.Value))
        {
            fail($"slot {entry.Slot}: {chosen.Value} is chosen under {chosen.Ballot}, yet {entry.Ballot} proposes {entry.Value}");
        }
    }

    private void OnChosen(AcceptedEntry entry)
    {
        var number = entry.Ballot.Configuration;
        if (_stopSigns.TryGetValue(number, out var stop) && entry.Slot > stop)
        {
            fail($"slot {entry.Slot} is chosen under {entry.Ballot}, though configuration {number} ends with slot {stop}");
        }

        if (_stopSigns.TryGetValue(number - 1, out var start) && entry.Slot <= start)
        {
            fail($"slot {entry.Slot} is chosen under {entry.Ballot}, though configuration {number} begins after slot {start}");
        }

        if (_configurations[number].Next(entry.Value) is { } next && _configurations.TryAdd(next.Number, next))
        {
            _stopSigns.Add(number, entry.Slot);
            if (_chosen.Where(chosen => chosen.Key > entry.Slot).Select(chosen => (Slot?)chosen.Key).FirstOrDefault() is { } beyond)
            {
                fail($"slot {entry.Slot} ends configuration {number}, though slot {beyond} beyond it is chosen already");
            }
        }

        if (!_chosen.TryGetValue(entry.Slot, out var before))
        {
            _chosen.Add(entry.Slot, (entry.Ballot, entry.Value));
            RequireSameAbove(entry);
        }
        else if (!before.Value.Equals(entry.Value))
        {
            fail($"slot {entry.Slot}: both {before.Value} under {before.Ballot} and {entry.Value} under {entry.Ballot} are chosen");
        }
    }

    // P2b the other way about: what a disk holds under a higher ballot already.
    private void RequireSameAbove(AcceptedEntry chosen)
    {
        if (_highest[chosen.Slot] > chosen.Ballot
            && _votes.FirstOrDefault(vote => vote.Key.Slot == chosen.Slot && vote.Key.Ballot > chosen.Ballot && !vote.Value.Value.Equals(chosen.Value)) is { Value.Value: { } other } vote)
        {
            fail($"slot {chosen.Slot}: {chosen.Value} is chosen under {chosen.Ballot}, and a disk holds {other} under {vote.Key.Ballot} already");
        }
    }
}
