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
        switch (this)
        {
            case PutDone put:
                return WriteFields(kind: 1, put.Slot, put.Revision, put.Replaced);
            case DeleteDone delete:
                return WriteFields(kind: 2, delete.Slot, delete.Revision, delete.Found);
            case BatchDone batch:
                var writer = Begin(kind: 3, batch.Slot, batch.RevisionBefore, moreBytes: 5 + batch.Writes.Count);
                BatchCodec.Write(writer, batch.RevisionBefore, batch.Writes);
                return writer.ToArray();
            case TransactDone transact:
                writer = Begin(kind: 4, transact.Slot, transact.RevisionBefore, TransactCodec.BytesMax(transact));
                TransactCodec.Write(writer, transact);
                return writer.ToArray();
            case LeaseLives lives:
                return WriteLease(kind: 5, lives.Slot, lives.Revision, lives.Lease, lives.TimeToLiveSeconds);
            case LeaseEnded ended:
                writer = Begin(kind: 6, ended.Slot, ended.RevisionBefore, moreBytes: 8);
                writer.Write(ended.Keys);
                return writer.ToArray();
            case LeaseRefused refused:
                return WriteLease(kind: 7, refused.Slot, refused.Revision, refused.Lease, (long)refused.Why);
            case Withdrawn withdrawn:
                return Begin(kind: 8, withdrawn.Slot, withdrawn.Revision, moreBytes: 0).ToArray();
            default:
                throw new System.Diagnostics.UnreachableException($"an answer of kind {GetType().Name} is never kept");
        }
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    internal static CommandAnswer Decode(byte[] bytes)
    {
        var reader = new FieldReader(bytes);
        var version = reader.ReadByte();
        var kind = reader.ReadByte();
        var slot = new Slot(reader.ReadInt64());
        var revision = reader.ReadInt64();
        CommandAnswer? answer = kind switch
        {
            1 => new PutDone(slot, revision, reader.ReadBoolean()),
            2 => new DeleteDone(slot, revision, reader.ReadBoolean()),
            3 => new BatchDone(slot, revision, BatchCodec.ReadResults(ref reader, revision)),
            4 => TransactCodec.ReadDone(slot, revision, ref reader),
            5 => new LeaseLives(slot, revision, reader.ReadString(), reader.ReadInt64()),
            6 => new LeaseEnded(slot, revision, reader.ReadInt64()),
            7 => new LeaseRefused(slot, revision, reader.ReadString(), (LeaseRefusal)reader.ReadInt64()),
            8 => new Withdrawn(slot, revision),
            _ => null,
        };
        Invariant.Holds(version == FormatVersion && answer is not null && reader.IsAtEnd, "a kept answer is readable");
        return answer;
    }

    private static byte[] WriteFields(byte kind, Slot slot, long revision, bool flag)
    {
        var writer = Begin(kind, slot, revision, moreBytes: 1);
        writer.Write(flag);
        return writer.ToArray();
    }

    private static byte[] WriteLease(byte kind, Slot slot, long revision, string lease, long number)
    {
        var writer = Begin(kind, slot, revision, KeyValueCommand.TextBytesMax(lease) + 8);
        writer.Write(lease);
        writer.Write(number);
        return writer.ToArray();
    }

    private static FieldWriter Begin(byte kind, Slot slot, long revision, int moreBytes)
    {
        var writer = new FieldWriter(18 + moreBytes);
        writer.Write(FormatVersion);
        writer.Write(kind);
        writer.Write(slot.Number);
        writer.Write(revision);
        return writer;
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

/// <summary>The transaction is applied.</summary>
/// <param name="Slot">Where it was chosen.</param>
/// <param name="RevisionBefore">The revision that it found.</param>
/// <param name="Held">Whether every comparison held.</param>
/// <param name="Writes">What came of each write of the branch that was applied, in their order.</param>
/// <param name="Seen">Where it did not hold: the key of each comparison as it was found. Empty where it held.</param>
public sealed record TransactDone(
    Slot Slot, long RevisionBefore, bool Held, IReadOnlyList<BatchWriteDone> Writes, IReadOnlyList<KeySeen> Seen) : CommandAnswer
{
    /// <summary>The revision after it.</summary>
    public long Revision => Writes.Count == 0 ? RevisionBefore : Writes[^1].Revision;

    /// <summary>A repeat's answer is the same when each part of it is.</summary>
    public bool Equals(TransactDone? other) => other is not null
        && (Slot, RevisionBefore, Held) == (other.Slot, other.RevisionBefore, other.Held)
        && Writes.SequenceEqual(other.Writes) && Seen.SequenceEqual(other.Seen);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Slot, RevisionBefore, Held, Writes.Count, Seen.Count);
}

/// <summary>A key as a comparison found it.</summary>
/// <param name="ModificationRevision">The revision at which it was last written; 0: there is no such key.</param>
/// <param name="Version">How often it was written since it was created; 0: there is no such key.</param>
public readonly record struct KeySeen(long ModificationRevision, long Version);

/// <summary>The mutation was withdrawn before it took effect, and never will.</summary>
/// <param name="Slot">Where.</param>
/// <param name="Revision">The revision at that time.</param>
public sealed record Withdrawn(Slot Slot, long Revision) : CommandAnswer;

/// <summary>What came of a mutation is known. Never kept.</summary>
/// <param name="Answer">Its answer; <see cref="Withdrawn"/>: it has no effect.</param>
public sealed record Resolved(CommandAnswer Answer) : CommandAnswer;

/// <summary>A vote on the state was counted; nobody waits for that.</summary>
public sealed record VoteCounted : CommandAnswer;

/// <summary>A change of the configuration was chosen.</summary>
/// <param name="Slot">Where.</param>
/// <param name="Number">The number of the configuration that it asked for.</param>
/// <param name="IsInForce">Whether that is in force; otherwise another change came first, and this one did nothing.</param>
public sealed record ConfigurationDone(Slot Slot, long Number, bool IsInForce) : CommandAnswer;

/// <summary>The session is open.</summary>
public sealed record SessionOpened(string Session) : CommandAnswer;

/// <summary>The session, or its answer to this sequence, is forgotten. Nothing was executed.</summary>
public sealed record SessionForgotten : CommandAnswer;
