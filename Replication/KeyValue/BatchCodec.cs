using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Batches and their answers as bytes.</summary>
/// <remarks>
/// Writes: their count (7 bits a byte), then for each whether it is a put (1 byte), the key, and a put's value.
/// Results: their count, then a byte for each: 1 when the key was there, 2 when it made the next revision.
/// </remarks>
internal static class BatchCodec
{
    private const int Found = 1;
    private const int Changed = 2;

    public static void Write(BinaryWriter writer, IReadOnlyList<BatchWrite> writes)
    {
        writer.Write7BitEncodedInt(writes.Count);
        foreach (var (key, value) in writes)
        {
            writer.Write(value is not null);
            writer.Write(key);
            if (value is { } put)
            {
                writer.Write7BitEncodedInt(put.Length);
                writer.Write(put.Span);
            }
        }
    }

    /// <exception cref="IOException">There are fewer than announced.</exception>
    public static BatchWrite[] ReadWrites(BinaryReader reader)
    {
        var writes = new BatchWrite[ReadCount(reader)];
        for (var i = 0; i < writes.Length; i++)
        {
            var isPut = reader.ReadBoolean();
            var key = reader.ReadString();
            writes[i] = new BatchWrite(key, isPut ? KeyValueCommand.ReadValue(reader) : (ReadOnlyMemory<byte>?)null);
        }

        return writes;
    }

    public static void Write(BinaryWriter writer, BatchDone done)
    {
        writer.Write7BitEncodedInt(done.Writes.Count);
        var revision = done.RevisionBefore;
        foreach (var write in done.Writes)
        {
            writer.Write((byte)((write.Found ? Found : 0) | (write.Revision > revision ? Changed : 0)));
            revision = write.Revision;
        }
    }

    public static BatchWriteDone[] ReadResults(BinaryReader reader, long revision)
    {
        var results = new BatchWriteDone[ReadCount(reader)];
        for (var i = 0; i < results.Length; i++)
        {
            var flags = reader.ReadByte();
            revision += (flags & Changed) == 0 ? 0 : 1;
            results[i] = new BatchWriteDone(revision, (flags & Found) != 0);
        }

        Invariant.Holds(reader.BaseStream.Position == reader.BaseStream.Length, "a kept answer is readable");
        return results;
    }

    // Nothing is allocated for what was only announced: each item has a byte at least.
    private static int ReadCount(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count >= 0 && count <= left ? count : throw new EndOfStreamException();
    }
}
