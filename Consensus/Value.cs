using System.Buffers.Binary;

namespace PaxosWcf.Consensus;

/// <summary>What one slot decides: a batch of commands, in order. Immutable; its bytes are what is voted on.</summary>
/// <remarks>Layout, little-endian: format version (1 byte, now 1), number of commands (4), the commands.</remarks>
public sealed class Value : IEquatable<Value>
{
    /// <summary>The only format version so far.</summary>
    public const byte FormatVersion = 1;

    private const int HeaderBytes = 5;

    /// <summary>Decides nothing. It fills the holes that a new leader finds ("Paxos Made Simple", section 3).</summary>
    public static readonly Value Noop = Of([]);

    private Value(ReadOnlyMemory<byte> bytes, IReadOnlyList<Command> commands)
    {
        Bytes = bytes;
        Commands = commands;
        Change = commands.Count == 1 && Configuration.TryRead(commands[0].Payload.Span, out var change) ? change : null;
    }

    /// <summary>The value as it is on the wire and on disk.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The commands, in the order in which they apply.</summary>
    public IReadOnlyList<Command> Commands { get; }

    /// <summary>The configuration that it may begin: a change is a value of its own. Null for all other values.</summary>
    public Configuration? Change { get; }

    /// <summary>Makes a value of commands.</summary>
    public static Value Of(IReadOnlyList<Command> commands)
    {
        var length = HeaderBytes;
        foreach (var command in commands)
        {
            length += command.Bytes.Length;
        }

        var bytes = new byte[length];
        bytes[0] = FormatVersion;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), commands.Count);
        var at = HeaderBytes;
        foreach (var command in commands)
        {
            command.Bytes.CopyTo(bytes.AsMemory(at));
            at += command.Bytes.Length;
        }

        return new Value(bytes, [.. commands]);
    }

    /// <summary>Reads a value; false when the bytes are not exactly one, of a known version.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Value value)
    {
        value = Noop;
        if (bytes.Length < HeaderBytes || bytes.Span[0] != FormatVersion)
        {
            return false;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[1..]);
        if (count < 0 || count > bytes.Length / Command.HeaderBytes)
        {
            return false;
        }

        var commands = new Command[count];
        var rest = bytes[HeaderBytes..];
        for (var i = 0; i < count; i++)
        {
            if (!Command.TryRead(rest, out commands[i]))
            {
                return false;
            }

            rest = rest[commands[i].Bytes.Length..];
        }

        value = new Value(bytes, commands);
        return rest.IsEmpty;
    }

    /// <inheritdoc/>
    public bool Equals(Value? other) =>
        ReferenceEquals(this, other) || (other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Commands.Count == 0 ? "Noop" : $"({string.Join(' ', Commands)})";
}
