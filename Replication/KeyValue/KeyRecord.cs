using System.Buffers.Binary;
using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>One key's value and history numbers.</summary>
/// <remarks>Layout, little-endian: format version (1 byte), create revision (8), modification revision (8), version (8),
/// the value.</remarks>
/// <param name="CreateRevision">The revision at which the key was created.</param>
/// <param name="ModificationRevision">The revision at which it was last written.</param>
/// <param name="Version">How often it was written since it was created.</param>
/// <param name="Value">Its value.</param>
public sealed record KeyRecord(long CreateRevision, long ModificationRevision, long Version, ReadOnlyMemory<byte> Value)
{
    private const byte FormatVersion = 1;
    private const int HeaderBytes = 25;

    internal byte[] Encode()
    {
        var bytes = new byte[HeaderBytes + Value.Length];
        bytes[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), CreateRevision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), ModificationRevision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Version);
        Value.CopyTo(bytes.AsMemory(HeaderBytes));
        return bytes;
    }

    internal static KeyRecord Decode(byte[] bytes)
    {
        var record = TryDecode(bytes);
        Invariant.Holds(record is not null, "a key's record is readable");
        return record;
    }

    /// <summary>The same of bytes that may be anything; null when they are none. The value is a part of them, not a copy.</summary>
    internal static KeyRecord? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        return span.Length >= HeaderBytes && span[0] == FormatVersion
            ? new KeyRecord(
                BinaryPrimitives.ReadInt64LittleEndian(span[1..]),
                BinaryPrimitives.ReadInt64LittleEndian(span[9..]),
                BinaryPrimitives.ReadInt64LittleEndian(span[17..]),
                bytes[HeaderBytes..])
            : null;
    }
}
