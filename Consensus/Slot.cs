namespace PaxosWcf.Consensus;

/// <summary>A place in the log; each is one instance of Paxos. The first is 1; <see cref="None"/> comes before it.</summary>
public readonly record struct Slot(long Number) : IComparable<Slot>
{
    /// <summary>Before the first slot: "through None" means nothing yet.</summary>
    public static readonly Slot None;

    /// <summary>The slot after this one.</summary>
    public Slot Next => new(Number + 1);

    /// <summary>The later of two.</summary>
    public static Slot Max(Slot left, Slot right) => left >= right ? left : right;

    /// <summary>The slot so many places further on.</summary>
    public Slot Plus(long slots) => new(Number + slots);

    /// <inheritdoc/>
    public int CompareTo(Slot other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Order in the log.</summary>
    public static bool operator <(Slot left, Slot right) => left.Number < right.Number;

    /// <summary>Order in the log.</summary>
    public static bool operator >(Slot left, Slot right) => left.Number > right.Number;

    /// <summary>Order in the log.</summary>
    public static bool operator <=(Slot left, Slot right) => left.Number <= right.Number;

    /// <summary>Order in the log.</summary>
    public static bool operator >=(Slot left, Slot right) => left.Number >= right.Number;
}
