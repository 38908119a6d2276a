using System.Buffers.Binary;
using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>The answer to one request of a session: encoded once, written with each change beside it, and decoded only for who asks again. A session
/// keeps many, and those to large batches take ten times the room of their bytes.</summary>
/// <remarks>Layout, little-endian: sequence (8 bytes), length (4), the answer.</remarks>
internal readonly record struct KeptAnswer(long Sequence, byte[] Bytes)
{
    private const int HeaderBytes = 12;

    public CommandAnswer Answer => CommandAnswer.Decode(Bytes);

    public int RecordBytes => HeaderBytes + Bytes.Length;

    /// <summary>What it counts against the limits of <see cref="StateMachineLimits"/>.</summary>
    public long MemoryBytes => Bytes.Length + StateMachineLimits.AnswerBytesMore;

    public static KeptAnswer Read(ReadOnlySpan<byte> record)
    {
        var length = record.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
        Invariant.Holds(length >= 0 && length <= record.Length - HeaderBytes, "a kept answer is whole");
        return new KeptAnswer(BinaryPrimitives.ReadInt64LittleEndian(record), record.Slice(HeaderBytes, length).ToArray());
    }

    public void WriteTo(Span<byte> record)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], Bytes.Length);
        Bytes.CopyTo(record[HeaderBytes..]);
    }
}
