using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Replication.Changes;

/// <summary>Changes of consecutive revisions as one record of the store.</summary>
/// <remarks>Layout: format version (1 byte), the first revision (8, little-endian), then for each change the slot (8), 1 for a put or 0
/// for a delete (1), the key (counted) and a put's value (counted). A count is written 7 bits a byte.</remarks>
internal static class ChangeBlock
{
    /// <summary>Bytes of a block, at most; a single larger change makes a block of its own.</summary>
    public const int BytesMax = 64 * 1024;

    private const byte FormatVersion = 1;
    private const int HeaderBytes = 9;
    private const int ChangeHeaderBytes = 9;

    /// <summary>How many of some changes go into a block: at least one.</summary>
    public static int Fitting(ReadOnlySpan<KeyChange> changes)
    {
        var bytes = HeaderBytes + Bytes(changes[0]);
        var count = 1;
        while (count < changes.Length && (bytes += Bytes(changes[count])) <= BytesMax)
        {
            count++;
        }

        return count;
    }

    /// <summary>The record of some changes.</summary>
    public static byte[] Encode(ReadOnlySpan<KeyChange> changes)
    {
        var bytes = HeaderBytes;
        foreach (var change in changes)
        {
            bytes += Bytes(change);
        }

        var writer = new FieldWriter(bytes);
        writer.Write(FormatVersion);
        writer.Write(changes[0].Revision);
        foreach (var change in changes)
        {
            writer.Write(change.Slot.Number);
            writer.Write(change.Value is not null);
            writer.Write(change.Key);
            if (change.Value is { } value)
            {
                writer.Write(value.Span);
            }
        }

        return writer.ToArray();
    }

    /// <summary>The changes of a record. Values are parts of it, not copies.</summary>
    public static List<KeyChange> Decode(byte[] record)
    {
        var changes = new List<KeyChange>();
        var reader = new FieldReader(record);
        var version = reader.ReadByte();
        var revision = reader.ReadInt64();
        while (reader is { IsAtEnd: false, HasFailed: false })
        {
            var slot = new Slot(reader.ReadInt64());
            var isPut = reader.ReadBoolean();
            var key = reader.ReadString();
            changes.Add(new KeyChange(revision++, slot, key, isPut ? reader.ReadBytes() : (ReadOnlyMemory<byte>?)null));
        }

        Invariant.Holds(version == FormatVersion && reader.IsAtEnd, "a block of changes is readable");
        return changes;
    }

    private static int Bytes(KeyChange change)
    {
        var key = Encoding.UTF8.GetByteCount(change.Key);
        return ChangeHeaderBytes + CountBytes(key) + key + (change.Value is { } value ? CountBytes(value.Length) + value.Length : 0);
    }

    private static int CountBytes(int count) => count switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        < 1 << 28 => 4,
        _ => 5,
    };
}
