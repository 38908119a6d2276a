using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>What came of a command. A closed family.</summary>
/// <remarks>Layout on disk: format version (1 byte), kind (1), then the fields as BinaryWriter writes them.</remarks>
public abstract record CommandAnswer
{
    private const byte FormatVersion = 1;

    /// <summary>The bytes that a session keeps, for a repeat of the command.</summary>
    internal byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(FormatVersion);
        switch (this)
        {
            case PutDone put:
                WriteFields(writer, kind: 1, put.Slot, put.Revision, put.Replaced);
                break;
            case DeleteDone delete:
                WriteFields(writer, kind: 2, delete.Slot, delete.Revision, delete.Found);
                break;
            case BatchDone batch:
                writer.Write((byte)3);
                writer.Write(batch.Slot.Number);
                writer.Write(batch.RevisionBefore);
                BatchCodec.Write(writer, batch);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"an answer of kind {GetType().Name} is never kept");
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    internal static CommandAnswer Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        Invariant.Holds(bytes.Length >= 19 && reader.ReadByte() == FormatVersion, "a kept answer is readable");
        var kind = reader.ReadByte();
        Invariant.Holds(kind is 1 or 2 or 3, "a kept answer is of a known kind");
        var slot = new Slot(reader.ReadInt64());
        var revision = reader.ReadInt64();
        if (kind == 3)
        {
            return new BatchDone(slot, revision, BatchCodec.ReadResults(reader, revision));
        }

        Invariant.Holds(bytes.Length == 19, "a kept answer is readable");
        var flag = reader.ReadBoolean();
        return kind == 1 ? new PutDone(slot, revision, flag) : new DeleteDone(slot, revision, flag);
    }

    private static void WriteFields(BinaryWriter writer, byte kind, Slot slot, long revision, bool flag)
    {
        writer.Write(kind);
        writer.Write(slot.Number);
        writer.Write(revision);
        writer.Write(flag);
    }
}

/// <summary>The value is written.</summary>
/// <param name="Slot">Where it was chosen.</param>
/// <param name="Revision">The revision that it made.</param>
/// <param name="Replaced">Whether the key was there before.</param>
public sealed record PutDone(Slot Slot, long Revision, bool Replaced) : CommandAnswer;

/// <summary>The key is gone.</summary>
/// <param name="Slot">Where it was chosen.</param>
/// <param name="Revision">The revision after it.</param>
/// <param name="Found">Whether there was a key to delete.</param>
public sealed record DeleteDone(Slot Slot, long Revision, bool Found) : CommandAnswer;

/// <summary>The batch is applied.</summary>
/// <param name="Slot">Where it was chosen.</param>
/// <param name="RevisionBefore">The revision that it found.</param>
/// <param name="Writes">What came of each write, in their order.</param>
public sealed record BatchDone(Slot Slot, long RevisionBefore, IReadOnlyList<BatchWriteDone> Writes) : CommandAnswer
{
    /// <summary>The revision after it.</summary>
    public long Revision => Writes.Count == 0 ? RevisionBefore : Writes[^1].Revision;

    /// <summary>A repeat's answer is the same when each write's is.</summary>
    public bool Equals(BatchDone? other) => other is not null
        && Slot == other.Slot && RevisionBefore == other.RevisionBefore && Writes.SequenceEqual(other.Writes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Slot, RevisionBefore, Writes.Count);
}

/// <summary>What came of one write of a batch.</summary>
/// <param name="Revision">The revision after it.</param>
/// <param name="Found">Whether the key was there before it.</param>
public readonly record struct BatchWriteDone(long Revision, bool Found);

/// <summary>The session is open.</summary>
public sealed record SessionOpened(string Session) : CommandAnswer;

/// <summary>The session, or its answer to this sequence, is forgotten. Nothing was executed.</summary>
public sealed record SessionForgotten : CommandAnswer;
