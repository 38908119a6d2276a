using System.Diagnostics.CodeAnalysis;

namespace PaxosWcf.Consensus;

/// <summary>What must be true whatever the network and the disks do. Always on: a replica that breaks one stops, for
/// going on could answer wrongly.</summary>
public static class Invariant
{
    /// <summary>Stops the replica when a condition does not hold.</summary>
    public static void Holds([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition)
        {
            throw new InvariantException(what);
        }
    }
}

/// <summary>A broken invariant: a defect of the program or damage to its data. Never caught and gone on from.</summary>
public sealed class InvariantException(string what)
    : Exception($"Invariant broken: {what}. The replica stops, because going on could give wrong answers.");
