namespace PaxosWcf.Consensus;

/// <summary>One life of a replica's disk. An emptied disk begins another: it has forgotten what the one before has promised,
/// so nobody may take it for that. Prints as 16 hexadecimal digits.</summary>
/// <param name="Number">Random, and never 0 but for the disks that the cluster was bootstrapped with.</param>
public readonly record struct Incarnation(long Number)
{
    /// <summary>The disk that a member was bootstrapped with, whatever its number is: the first configuration is written
    /// before anybody knows these.</summary>
    public static readonly Incarnation First;

    /// <inheritdoc/>
    public override string ToString() =>
        this == First ? "first" : Number.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
