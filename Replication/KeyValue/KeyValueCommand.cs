using System.Text;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Names one mutation of a client for ever, so that a repeat of it is recognised.</summary>
/// <param name="Session">The session's name.</param>
/// <param name="Sequence">1 or more; the same for a repeat.</param>
/// <param name="AcknowledgedThrough">The client will not ask again about sequences up to this one.</param>
public sealed record ClientIdentity(string Session, long Sequence, long AcknowledgedThrough);

/// <summary>What a client wants done to the key-value state. A closed family.</summary>
/// <remarks>Layout: format version (1 byte), kind (1), then the fields as BinaryWriter writes them.</remarks>
public abstract record KeyValueCommand
{
    private const byte FormatVersion = 1;

    private enum Kind : byte
    {
        OpenSession = 1,
        Put = 2,
        Delete = 3,
        Batch = 4,
    }

    /// <summary>The bytes that travel as a command's payload.</summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(FormatVersion);
        switch (this)
        {
            case OpenSession open:
                writer.Write((byte)Kind.OpenSession);
                writer.Write(open.Nonce);
                break;
            case Put put:
                writer.Write((byte)Kind.Put);
                WriteIdentity(writer, put.Identity);
                writer.Write(put.Key);
                writer.Write7BitEncodedInt(put.Value.Length);
                writer.Write(put.Value.Span);
                break;
            case Delete delete:
                writer.Write((byte)Kind.Delete);
                WriteIdentity(writer, delete.Identity);
                writer.Write(delete.Key);
                break;
            case Batch batch:
                writer.Write((byte)Kind.Batch);
                WriteIdentity(writer, batch.Identity);
                BatchCodec.Write(writer, batch.Writes);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"a command of kind {GetType().Name}");
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a command; null when the bytes are none of a known version. Every replica must come to the same
    /// answer, so that an unreadable command is skipped by all alike.</summary>
    public static KeyValueCommand? Decode(ReadOnlyMemory<byte> payload)
    {
        using var stream = new MemoryStream(payload.ToArray(), writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        try
        {
            return reader.ReadByte() == FormatVersion && Decode(reader) is { } command
                && stream.Position == stream.Length ? command : null;
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static KeyValueCommand? Decode(BinaryReader reader) => (Kind)reader.ReadByte() switch
    {
        Kind.OpenSession => new OpenSession(reader.ReadInt64()),
        Kind.Put => new Put(ReadIdentity(reader), reader.ReadString(), ReadValue(reader)),
        Kind.Delete => new Delete(ReadIdentity(reader), reader.ReadString()),
        Kind.Batch => new Batch(ReadIdentity(reader), BatchCodec.ReadWrites(reader)),
        _ => null,
    };

    /// <summary>Reads a value with its length before it.</summary>
    /// <exception cref="EndOfStreamException">It is longer than what is left.</exception>
    internal static byte[] ReadValue(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return length <= left ? reader.ReadBytes(length) : throw new EndOfStreamException();
    }

    private static void WriteIdentity(BinaryWriter writer, ClientIdentity? identity)
    {
        writer.Write(identity is not null);
        if (identity is not null)
        {
            writer.Write(identity.Session);
            writer.Write(identity.Sequence);
            writer.Write(identity.AcknowledgedThrough);
        }
    }

    private static ClientIdentity? ReadIdentity(BinaryReader reader) => reader.ReadBoolean()
        ? new ClientIdentity(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64())
        : null;
}

/// <summary>Opens a session; its name is made of the slot that this command is chosen in.</summary>
/// <param name="Nonce">Keeps the names of two clusters apart.</param>
public sealed record OpenSession(long Nonce) : KeyValueCommand;

/// <summary>Writes one value.</summary>
public sealed record Put(ClientIdentity? Identity, string Key, ReadOnlyMemory<byte> Value) : KeyValueCommand;

/// <summary>Removes one key.</summary>
public sealed record Delete(ClientIdentity? Identity, string Key) : KeyValueCommand;

/// <summary>Puts and deletes that are applied in their order as one command.</summary>
public sealed record Batch(ClientIdentity? Identity, IReadOnlyList<BatchWrite> Writes) : KeyValueCommand;

/// <summary>One write of a batch.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What a put writes; null: the key is removed.</param>
public readonly record struct BatchWrite(string Key, ReadOnlyMemory<byte>? Value);
