using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>The dumb twin of the replicas' audits: it counts the votes that are chosen, and knows from which slot on a majority has one
/// hash of a segment. Whoever has applied that slot, and all of the segment, must know by then whether its own state is right.</summary>
internal sealed class AuditTwin(Configuration first)
{
    private readonly Dictionary<StateSegment, Dictionary<ReplicaId, long>> _votes = [];
    private readonly List<StateAgreement> _agreements = [];
    private Configuration _configuration = first;

    /// <summary>Who votes under the last configuration that was applied.</summary>
    public Quorum Voters => _configuration.Quorum;

    /// <summary>What a majority agreed on, the latest first.</summary>
    public IEnumerable<StateAgreement> Agreements => _agreements.AsEnumerable().Reverse();

    /// <summary>A value is applied that may change the members.</summary>
    public void Reconfigure(Configuration? next)
    {
        if (next?.Number == _configuration.Number + 1)
        {
            _configuration = next;
        }
    }

    /// <summary>A replica's vote is chosen.</summary>
    public void Count(Slot slot, ReplicaId from, StateVote vote)
    {
        var segment = new StateSegment(new Slot(vote.Through - vote.Slots + 1), new Slot(vote.Through));
        if (!_votes.TryGetValue(segment, out var votes))
        {
            _votes[segment] = votes = [];
        }

        votes[from] = vote.Hash;
        var alike = votes.Count(each => each.Value == vote.Hash && Voters.Members.Contains(each.Key));
        if (alike >= Voters.Majority && !_agreements.Exists(agreement => agreement.Segment == segment))
        {
            _agreements.Add(new StateAgreement(segment, slot));
        }
    }
}

/// <summary>Slots whose effects are compared as one.</summary>
internal readonly record struct StateSegment(Slot From, Slot Through);

/// <summary>A majority has one hash of a segment, from a slot on.</summary>
internal readonly record struct StateAgreement(StateSegment Segment, Slot In);
