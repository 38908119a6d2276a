using System.Numerics;

namespace PaxosWcf.Consensus;

/// <summary>Who is in the cluster, and how many of them decide: any two majorities share a replica, and on that
/// everything else rests ("Paxos Made Simple", section 2.2).</summary>
public sealed class Quorum
{
    /// <summary>The most replicas that a cluster may have.</summary>
    public const int MembersMax = 31;

    private readonly ReplicaId[] _members;

    /// <summary>Makes the quorum system of the given replicas.</summary>
    public Quorum(IEnumerable<ReplicaId> members)
    {
        _members = [.. members.Distinct().Order()];
        Invariant.Holds(_members.Length is >= 1 and <= MembersMax, "a cluster has 1 to 31 replicas");
    }

    /// <summary>The replicas, in order of their ids.</summary>
    public IReadOnlyList<ReplicaId> Members => _members;

    /// <summary>How many replicas make a majority.</summary>
    public int Majority => (_members.Length / 2) + 1;

    /// <summary>An empty set of votes.</summary>
    public Votes NoVotes() => new(this);

    internal int PlaceOf(ReplicaId replica) => Array.BinarySearch(_members, replica);
}

/// <summary>Which replicas have voted for one thing. A replica counts once, however often it is heard; one that is not a
/// member does not count.</summary>
public sealed class Votes
{
    private readonly Quorum _quorum;
    private uint _places;

    internal Votes(Quorum quorum) => _quorum = quorum;

    /// <summary>How many replicas have voted.</summary>
    public int Count => BitOperations.PopCount(_places);

    /// <summary>Whether a majority has voted.</summary>
    public bool IsQuorum => Count >= _quorum.Majority;

    /// <summary>Counts one replica's vote.</summary>
    public void Add(ReplicaId replica)
    {
        var place = _quorum.PlaceOf(replica);
        if (place >= 0)
        {
            _places |= 1u << place;
        }
    }

    /// <summary>Whether a replica has voted.</summary>
    public bool Has(ReplicaId replica)
    {
        var place = _quorum.PlaceOf(replica);
        return place >= 0 && (_places & (1u << place)) != 0;
    }
}
