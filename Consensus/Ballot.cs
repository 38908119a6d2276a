namespace PaxosWcf.Consensus;

/// <summary>A proposal number ("Paxos Made Simple", section 2.2): ordered by round, then by proposer, so that no two
/// proposers ever share one. Prints as <c>7.2</c>: round 7 of replica 2; <c>7.2@3</c> under configuration 3.</summary>
/// <remarks>The configuration that it is used under comes before all: whatever was accepted under an earlier one loses to
/// what is proposed under a later one.</remarks>
public readonly record struct Ballot(long Round, ReplicaId Proposer) : IComparable<Ballot>
{
    /// <summary>Below every ballot that anyone campaigns with.</summary>
    public static readonly Ballot None;

    /// <summary>The lowest ballot of a proposer that is above this one's round, under the same configuration.</summary>
    public Ballot Above(ReplicaId proposer) => this with { Round = Round + 1, Proposer = proposer };

    /// <summary>The number of the configuration whose quorums decide under it.</summary>
    public long Configuration { get; init; }

    /// <summary>The higher of two.</summary>
    public static Ballot Max(Ballot left, Ballot right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Ballot other)
    {
        var byConfiguration = Configuration.CompareTo(other.Configuration);
        var byRound = Round.CompareTo(other.Round);
        return byConfiguration != 0 ? byConfiguration : byRound != 0 ? byRound : Proposer.CompareTo(other.Proposer);
    }

    /// <inheritdoc/>
    public override string ToString() => Configuration == 0 ? $"{Round}.{Proposer.Number}" : $"{Round}.{Proposer.Number}@{Configuration}";

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator <(Ballot left, Ballot right) => left.CompareTo(right) < 0;

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator >(Ballot left, Ballot right) => left.CompareTo(right) > 0;

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator <=(Ballot left, Ballot right) => left.CompareTo(right) <= 0;

    /// <summary>Order by round, then proposer.</summary>
    public static bool operator >=(Ballot left, Ballot right) => left.CompareTo(right) >= 0;
}
