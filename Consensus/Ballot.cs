namespace PaxosWcf.Consensus;

/// <summary>A proposal number ("Paxos Made Simple", section 2.2): ordered by round, then by proposer, so that no two
/// proposers ever share one. Prints as <c>7.2</c>: round 7 of replica 2.</summary>
public readonly record struct Ballot(long Round, ReplicaId Proposer) : IComparable<Ballot>
{
    /// <summary>Below every ballot that anyone campaigns with.</summary>
    public static readonly Ballot None;

    /// <summary>The lowest ballot of a proposer that is above this one's round.</summary>
    public Ballot Above(ReplicaId proposer) => new(Round + 1, proposer);

    /// <summary>The higher of two.</summary>
    public static Ballot Max(Ballot left, Ballot right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Ballot other)
    {
        var byRound = Round.CompareTo(other.Round);
        return byRound != 0 ? byRound : Proposer.CompareTo(other.Proposer);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Round}.{Proposer.Number}";

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator <(Ballot left, Ballot right) => left.CompareTo(right) < 0;

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator >(Ballot left, Ballot right) => left.CompareTo(right) > 0;

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator <=(Ballot left, Ballot right) => left.CompareTo(right) <= 0;

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator >=(Ballot left, Ballot right) => left.CompareTo(right) >= 0;
}
