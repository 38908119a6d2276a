using System.Buffers.Binary;

namespace PaxosWcf.Consensus;

/// <summary>Names one command for ever: the replica that a client gave it to, which start of that replica's process,
/// and a number that counts up within it.</summary>
public readonly record struct CommandId(ReplicaId Origin, long Boot, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Origin}/{Boot}#{Number}";
}

/// <summary>What a client wants done. Consensus reads only who handed it in; the payload is the state machine's.
/// It is encoded once, where it is handed in, and is the same bytes from there to every disk.</summary>
/// <remarks>Layout, little-endian: origin (4), boot (8), number (8), finished-through (8), payload length (4), payload.</remarks>
public sealed class Command
{
    /// <summary>Bytes that a command has before its payload.</summary>
    public const int HeaderBytes = 32;

    private Command(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        var header = bytes.Span;
        Id = new CommandId(
            new ReplicaId(BinaryPrimitives.ReadInt32LittleEndian(header)),
            BinaryPrimitives.ReadInt64LittleEndian(header[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[12..]));
        FinishedThrough = BinaryPrimitives.ReadInt64LittleEndian(header[20..]);
    }

    /// <summary>Its name.</summary>
    public CommandId Id { get; }

    /// <summary>The origin is done with all its commands up to this number: it will hand in none of them again.</summary>
    public long FinishedThrough { get; }

    /// <summary>The whole command, as it is on the wire and on disk.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The state machine's part.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes[HeaderBytes..];

    /// <summary>Whether it is meant to change the configuration.</summary>
    public bool IsChange => Configuration.IsChange(Payload.Span);

    /// <summary>Encodes a new command.</summary>
    public static Command Create(CommandId id, long finishedThrough, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, id.Origin.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), id.Boot);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), id.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), finishedThrough);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), payload.Length);
        payload.CopyTo(bytes.AsSpan(HeaderBytes));
        return new Command(bytes);
    }

    /// <summary>Reads the command at the start of some bytes; false when they do not hold a whole one.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Command command)
    {
        command = null!;
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        var payloadBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[28..]);
        if (payloadBytes < 0 || payloadBytes > bytes.Length - HeaderBytes)
        {
            return false;
        }

        command = new Command(bytes[..(HeaderBytes + payloadBytes)]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();
}
