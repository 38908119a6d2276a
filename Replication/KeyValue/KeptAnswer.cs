using System.Buffers.Binary;
using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>The answer to one request of a session, with its bytes: encoded once, written with each change beside it.</summary>
/// <remarks>Layout, little-endian: sequence (8 bytes), length (4), the answer.</remarks>
internal readonly record struct KeptAnswer(long Sequence, CommandAnswer Answer, byte[] Bytes)
{
    private const int HeaderBytes = 12;

    public int RecordBytes => HeaderBytes + Bytes.Length;

    public static KeptAnswer Read(ReadOnlySpan<byte> record)
    {
        var length = record.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
        Invariant.Holds(length >= 0 && length <= record.Length - HeaderBytes, "a kept answer is whole");
        var bytes = record.Slice(HeaderBytes, length).ToArray();
        return new KeptAnswer(BinaryPrimitives.ReadInt64LittleEndian(record), CommandAnswer.Decode(bytes), bytes);
    }

    public void WriteTo(Span<byte> record)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], Bytes.Length);
        Bytes.CopyTo(record[HeaderBytes..]);
    }
}
