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
        Invariant.Holds(bytes.Length >= HeaderBytes && bytes[0] == FormatVersion, "a key's record is readable");
        return new KeyRecord(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(17)),
            bytes.AsMemory(HeaderBytes));
    }
}
