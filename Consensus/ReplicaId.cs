namespace PaxosWcf.Consensus;

/// <summary>Names one replica of the cluster. Prints as <c>R3</c>.</summary>
public readonly record struct ReplicaId(int Number) : IComparable<ReplicaId>
{
    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => $"R{Number}";

    /// <summary>Order by number.</summary>
    public static bool operator <(ReplicaId left, ReplicaId right) => left.Number < right.Number;

    /// <summary>Order by number.</summary>
    public static bool operator >(ReplicaId left, ReplicaId right) => left.Number > right.Number;

    /// <summary>Order by number.</summary>
    public static bool operator <=(ReplicaId left, ReplicaId right) => left.Number <= right.Number;

    /// <summary>Order by number.</summary>
    public static bool operator >=(ReplicaId left, ReplicaId right) => left.Number >= right.Number;
}
