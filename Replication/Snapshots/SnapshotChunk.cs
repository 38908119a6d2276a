using System.Security.Cryptography;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Snapshots;

/// <summary>One record of the replicated state.</summary>
/// <param name="Family">Keys, Sessions or Changes.</param>
/// <param name="Key">Its key in the store.</param>
/// <param name="Value">Its record in the store.</param>
public readonly record struct SnapshotRecord(StoreFamily Family, byte[] Key, byte[] Value);

/// <summary>A piece of the replicated state as of one slot. All chunks of a snapshot, in order, are the whole state.</summary>
/// <remarks>Layout: format version (1 byte), number (8, little-endian), 1 when it is the last (1), the record of the state's
/// numbers as the store has it (counted), the records; at the end SHA-256 of all that (32 bytes). A record: 1 of Keys, 2 of
/// Sessions or 3 of Changes (1 byte), key (counted), value (counted). Version 2 has records of Changes among others, version 1 none. A count is written 7 bits a byte, as BinaryWriter does.</remarks>
/// <param name="Number">From 0 on.</param>
/// <param name="IsLast">Whether the snapshot ends with it.</param>
/// <param name="NumbersRecord">Where the state stands, as the store has it; the same in every chunk of a snapshot.</param>
/// <param name="Records">In the order of families and keys.</param>
public sealed record SnapshotChunk(long Number, bool IsLast, byte[] NumbersRecord, IReadOnlyList<SnapshotRecord> Records)
{
    private const byte FormatVersion = 1;
    private const byte WithChangesVersion = 2;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int HeaderBytesMax = 128;

    /// <summary>Bytes that a record takes beside its key and value, at most.</summary>
    internal const int RecordOverheadMax = 11;

    /// <summary>Where the state stands that this is a piece of.</summary>
    public StateNumbers Numbers => KeyValueStateMachine.ReadNumbers(NumbersRecord);

    /// <summary>The bytes that travel.</summary>
    public byte[] Encode()
    {
        var records = Records.Sum(record => record.Key.Length + record.Value.Length + RecordOverheadMax);
        var writer = new FieldWriter(HeaderBytesMax + records + HashBytes);
        writer.Write(Records.Any(record => record.Family == StoreFamily.Changes) ? WithChangesVersion : FormatVersion);
        writer.Write(Number);
        writer.Write(IsLast);
        writer.Write(NumbersRecord.AsSpan());
        foreach (var record in Records)
        {
            writer.Write(CodeOf(record.Family));
            writer.Write(record.Key.AsSpan());
            writer.Write(record.Value.AsSpan());
        }

        writer.WriteHash();
        return writer.ToArray();
    }

    /// <summary>Reads a chunk; null when its checksum is wrong, or it is of no known format.</summary>
    public static SnapshotChunk? Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HashBytes || !SHA256.HashData(bytes.Span[..^HashBytes]).AsSpan().SequenceEqual(bytes.Span[^HashBytes..]))
        {
            return null;
        }

        var reader = new FieldReader(bytes[..^HashBytes]);
        var version = reader.ReadByte();
        var number = reader.ReadInt64();
        var isLast = reader.ReadBoolean();
        var numbers = reader.ReadBytes().ToArray();
        var records = new List<SnapshotRecord>();
        var isKnown = version is FormatVersion or WithChangesVersion;
        while (isKnown && reader is { IsAtEnd: false, HasFailed: false })
        {
            var family = FamilyOf(reader.ReadByte());
            var record = new SnapshotRecord(family ?? default, reader.ReadBytes().ToArray(), reader.ReadBytes().ToArray());
            if (family is null)
            {
                return null;
            }

            records.Add(record);
        }

        return isKnown && reader.IsAtEnd && number >= 0 ? new SnapshotChunk(number, isLast, numbers, records) : null;
    }

    private static byte CodeOf(StoreFamily family)
    {
        Invariant.Holds(
            family is StoreFamily.Keys or StoreFamily.Sessions or StoreFamily.Changes, "a snapshot is made of keys, sessions and changes");
        return family switch { StoreFamily.Keys => 1, StoreFamily.Sessions => 2, _ => 3 };
    }

    private static StoreFamily? FamilyOf(byte code) => code switch
    {
        1 => StoreFamily.Keys,
        2 => StoreFamily.Sessions,
        3 => StoreFamily.Changes,
        _ => null,
    };
}
