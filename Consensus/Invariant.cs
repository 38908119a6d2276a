using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

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

    /// <summary>The same with an interpolated text, which is made only when the condition does not hold.</summary>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Words what)
    {
        if (!condition)
        {
            throw new InvariantException(what.ToString());
        }
    }

    /// <summary>Takes an interpolated text in, if a condition does not hold.</summary>
    [InterpolatedStringHandler]
    public ref struct Words
    {
        private DefaultInterpolatedStringHandler _text;

        /// <summary>Called by the compiler.</summary>
        public Words(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            _text = isNeeded
                ? new DefaultInterpolatedStringHandler(
                    literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture)
                : default;
        }

        /// <summary>Called by the compiler.</summary>
        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        /// <summary>Called by the compiler.</summary>
        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        /// <inheritdoc/>
        public override string ToString() => _text.ToStringAndClear();
    }
}

/// <summary>A broken invariant: a defect of the program or damage to its data. Never caught and gone on from.</summary>
public sealed class InvariantException(string what)
    : Exception($"Invariant broken: {what}. The replica stops, because going on could give wrong answers.");
