using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Sees what every disk holds, as no replica can, and so knows what is chosen before anyone else does.</summary>
internal sealed class VoteCounter(Quorum quorum, Action<string> fail)
{
    private readonly Dictionary<(Slot Slot, Ballot Ballot), (Value Value, Votes Votes)> _votes = [];
    private readonly Dictionary<Slot, (Ballot Ballot, Value Value)> _chosen = [];
    private readonly Dictionary<ReplicaId, Ballot> _promised = [];

    /// <summary>How many slots have a chosen value.</summary>
    public int Chosen => _chosen.Count;

    /// <summary>The value that is chosen in a slot, if any.</summary>
    public Value? ChosenAt(Slot slot) => _chosen.TryGetValue(slot, out var chosen) ? chosen.Value : null;

    /// <summary>What a replica's disk says it has promised.</summary>
    public Ballot PromisedBy(ReplicaId replica) => _promised.GetValueOrDefault(replica);

    /// <summary>Whether a replica's disk has held a vote for a slot under a ballot.</summary>
    public bool HasVoted(ReplicaId replica, Slot slot, Ballot ballot) =>
        _votes.TryGetValue((slot, ballot), out var vote) && vote.Votes.Has(replica);

    /// <summary>A replica's disk holds a promise.</summary>
    public void OnPromised(ReplicaId replica, Ballot ballot)
    {
        if (ballot < PromisedBy(replica))
        {
            fail($"{replica} promised {PromisedBy(replica)} and now only {ballot}");
        }

        _promised[replica] = ballot;
    }

    /// <summary>A replica's disk holds an accepted value.</summary>
    public void OnAccepted(ReplicaId replica, AcceptedEntry entry)
    {
        if (!_votes.TryGetValue((entry.Slot, entry.Ballot), out var vote))
        {
            _votes[(entry.Slot, entry.Ballot)] = vote = (entry.Value, quorum.NoVotes());
        }

        if (!vote.Value.Equals(entry.Value))
        {
            fail($"slot {entry.Slot}: {entry.Ballot} proposes both {vote.Value} and {entry.Value}");
        }

        vote.Votes.Add(replica);
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
        if (!_chosen.TryGetValue(entry.Slot, out var before))
        {
            _chosen.Add(entry.Slot, (entry.Ballot, entry.Value));
        }
        else if (!before.Value.Equals(entry.Value))
        {
            fail($"slot {entry.Slot}: both {before.Value} under {before.Ballot} and {entry.Value} under {entry.Ballot} are chosen");
        }
    }
}
