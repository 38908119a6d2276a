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

    /// <summary>What some writes take at most.</summary>
    public static int BytesMax(IReadOnlyList<BatchWrite> writes) => KeyValueCommand.LengthBytesMax
        + writes.Sum(write => 1 + KeyValueCommand.TextBytesMax(write.Key) + KeyValueCommand.LengthBytesMax + (write.Value?.Length ?? 0));

    public static void Write(FieldWriter writer, IReadOnlyList<BatchWrite> writes)
    {
        writer.WriteCount(writes.Count);
        foreach (var (key, value) in writes)
        {
            writer.Write(value is not null);
            writer.Write(key);
            if (value is { } put)
            {
                writer.Write(put.Span);
            }
        }
    }

    public static BatchWrite[] ReadWrites(ref FieldReader reader)
    {
        var writes = new BatchWrite[reader.ReadCount()];
        for (var i = 0; i < writes.Length && !reader.HasFailed; i++)
        {
            var isPut = reader.ReadBoolean();
            var key = reader.ReadString();
            writes[i] = new BatchWrite(key, isPut ? reader.ReadBytes() : (ReadOnlyMemory<byte>?)null);
        }

        return writes;
    }

    public static void Write(FieldWriter writer, long revision, IReadOnlyList<BatchWriteDone> writes)
    {
        writer.WriteCount(writes.Count);
        foreach (var write in writes)
        {
            writer.Write((byte)((write.Found ? Found : 0) | (write.Revision > revision ? Changed : 0)));
            revision = write.Revision;
        }
    }

    public static BatchWriteDone[] ReadResults(ref FieldReader reader, long revision)
    {
        var results = new BatchWriteDone[reader.ReadCount()];
        for (var i = 0; i < results.Length; i++)
        {
            var flags = reader.ReadByte();
            revision += (flags & Changed) == 0 ? 0 : 1;
            results[i] = new BatchWriteDone(revision, (flags & Found) != 0);
        }

        return results;
    }
}
