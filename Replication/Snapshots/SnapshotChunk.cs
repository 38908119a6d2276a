using System.Security.Cryptography;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Snapshots;

/// <summary>One record of the replicated state.</summary>
/// <param name="Family">Keys or Sessions.</param>
/// <param name="Key">Its key in the store.</param>
/// <param name="Value">Its record in the store.</param>
public readonly record struct SnapshotRecord(StoreFamily Family, byte[] Key, byte[] Value);

/// <summary>A piece of the replicated state as of one slot. All chunks of a snapshot, in order, are the whole state.</summary>
/// <remarks>Layout: format version (1 byte), number (8, little-endian), 1 when it is the last (1), the record of the state's
/// numbers as the store has it (counted), the records; at the end SHA-256 of all that (32 bytes). A record: 1 of Keys or 2 of
/// Sessions (1 byte), key (counted), value (counted). A count is written 7 bits a byte, as BinaryWriter does.</remarks>
/// <param name="Number">From 0 on.</param>
/// <param name="IsLast">Whether the snapshot ends with it.</param>
/// <param name="NumbersRecord">Where the state stands, as the store has it; the same in every chunk of a snapshot.</param>
/// <param name="Records">In the order of families and keys.</param>
public sealed record SnapshotChunk(long Number, bool IsLast, byte[] NumbersRecord, IReadOnlyList<SnapshotRecord> Records)
{
    private const byte FormatVersion = 1;
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
        writer.Write(FormatVersion);
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
        while (version == FormatVersion && reader is { IsAtEnd: false, HasFailed: false })
        {
            var family = FamilyOf(reader.ReadByte());
            var record = new SnapshotRecord(family ?? default, reader.ReadBytes().ToArray(), reader.ReadBytes().ToArray());
            if (family is null)
            {
                return null;
            }

            records.Add(record);
        }

        return version == FormatVersion && reader.IsAtEnd && number >= 0 ? new SnapshotChunk(number, isLast, numbers, records) : null;
    }

    private static byte CodeOf(StoreFamily family)
    {
        Invariant.Holds(family is StoreFamily.Keys or StoreFamily.Sessions, "a snapshot is made of keys and sessions");
        return family == StoreFamily.Keys ? (byte)1 : (byte)2;
    }

    private static StoreFamily? FamilyOf(byte code) => code switch
    {
        1 => StoreFamily.Keys,
        2 => StoreFamily.Sessions,
        _ => null,
    };
}
