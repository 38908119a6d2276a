namespace PaxosWcf.Replication.KeyValue;

/// <summary>Batches and their answers as bytes.</summary>
/// <remarks>
/// Writes: their count (7 bits a byte), then for each a byte (0: delete; 1: put; 2: put by a lease), the key, a put's value, and the lease's name.
/// Results: their count, then a byte for each: 1 when the key was there, 2 when it made the next revision.
/// </remarks>
internal static class BatchCodec
{
    private const byte Delete = 0;
    private const byte Put = 1;
    private const byte LeasedPut = 2;
    private const int Found = 1;
    private const int Changed = 2;

    /// <summary>What some writes take at most.</summary>
    public static int BytesMax(IReadOnlyList<BatchWrite> writes) => KeyValueCommand.LengthBytesMax
        + writes.Sum(write => 1 + KeyValueCommand.TextBytesMax(write.Key) + KeyValueCommand.LengthBytesMax + (write.Value?.Length ?? 0)
            + (write.Lease is { } lease ? KeyValueCommand.TextBytesMax(lease) : 0));

    public static void Write(FieldWriter writer, IReadOnlyList<BatchWrite> writes)
    {
        writer.WriteCount(writes.Count);
        foreach (var write in writes)
        {
            writer.Write(write.Value is null ? Delete : write.Lease is null ? Put : LeasedPut);
            writer.Write(write.Key);
            if (write.Value is not { } put)
            {
                continue;
            }

            writer.Write(put.Span);
            if (write.Lease is { } lease)
            {
                writer.Write(lease);
            }
        }
    }

    public static BatchWrite[] ReadWrites(ref FieldReader reader)
    {
        var writes = new BatchWrite[reader.ReadCount()];
        for (var i = 0; i < writes.Length && !reader.HasFailed; i++)
        {
            var kind = reader.ReadByte();
            writes[i] = new BatchWrite(reader.ReadString(), kind == Delete ? (ReadOnlyMemory<byte>?)null : reader.ReadBytes())
            {
                Lease = kind == LeasedPut ? reader.ReadString() : null,
            };
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
