using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Transactions and their answers as bytes.</summary>
/// <remarks>
/// A transaction: the count of its comparisons (7 bits a byte), then for each its kind (1 byte), the key, and, where the kind has one, the value or
/// the number (8 bytes, little-endian); then the writes of both branches, each list as a batch has it.
/// An answer: whether it held (1 byte), the results of the writes as a batch has them; where it did not hold the count of comparisons, then for each
/// the key's modification revision (8) and version (8).
/// </remarks>
internal static class TransactCodec
{
    private const int NumberBytes = 8;

    public static int BytesMax(Transact transact) => KeyValueCommand.LengthBytesMax
        + transact.Comparisons.Sum(comparison =>
            1 + KeyValueCommand.TextBytesMax(comparison.Key) + KeyValueCommand.LengthBytesMax + Math.Max(NumberBytes, comparison.Value.Length))
        + BatchCodec.BytesMax(transact.Then) + BatchCodec.BytesMax(transact.Otherwise);

    public static void Write(FieldWriter writer, Transact transact)
    {
        writer.WriteCount(transact.Comparisons.Count);
        foreach (var comparison in transact.Comparisons)
        {
            writer.Write((byte)comparison.Kind);
            writer.Write(comparison.Key);
            if (comparison.Kind == ComparisonKind.Value)
            {
                writer.Write(comparison.Value.Span);
            }
            else if (HasNumber(comparison.Kind))
            {
                writer.Write(comparison.Number);
            }
        }

        BatchCodec.Write(writer, transact.Then);
        BatchCodec.Write(writer, transact.Otherwise);
    }

    /// <summary>Null where it is none that a door lets through: what it would be answered may be too large to be kept.</summary>
    public static Transact? Read(ClientIdentity? identity, ref FieldReader reader)
    {
        if (ReadComparisons(ref reader) is not { } comparisons)
        {
            return null;
        }

        var transact = new Transact(identity, comparisons, BatchCodec.ReadWrites(ref reader), BatchCodec.ReadWrites(ref reader));
        return Math.Max(transact.Then.Count, transact.Otherwise.Count) <= StateMachineLimits.TransactWritesMax ? transact : null;
    }

    public static int BytesMax(TransactDone done) =>
        1 + (2 * KeyValueCommand.LengthBytesMax) + done.Writes.Count + (2 * NumberBytes * done.Seen.Count);

    public static void Write(FieldWriter writer, TransactDone done)
    {
        writer.Write(done.Held);
        BatchCodec.Write(writer, done.RevisionBefore, done.Writes);
        if (done.Held)
        {
            return;
        }

        writer.WriteCount(done.Seen.Count);
        foreach (var seen in done.Seen)
        {
            writer.Write(seen.ModificationRevision);
            writer.Write(seen.Version);
        }
    }

    public static TransactDone ReadDone(Slot slot, long revisionBefore, ref FieldReader reader)
    {
        var held = reader.ReadBoolean();
        var writes = BatchCodec.ReadResults(ref reader, revisionBefore);
        var seen = new KeySeen[held ? 0 : reader.ReadCount()];
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i] = new KeySeen(reader.ReadInt64(), reader.ReadInt64());
        }

        return new TransactDone(slot, revisionBefore, held, writes, seen);
    }

    private static KeyComparison[]? ReadComparisons(ref FieldReader reader)
    {
        var count = reader.ReadCount();
        if (count is 0 or > StateMachineLimits.ComparisonsMax)
        {
            return null;
        }

        var comparisons = new KeyComparison[count];
        for (var i = 0; i < count; i++)
        {
            var kind = (ComparisonKind)reader.ReadByte();
            if (kind is < ComparisonKind.Value or > ComparisonKind.Version)
            {
                return null;
            }

            comparisons[i] = new KeyComparison(
                kind, reader.ReadString(), kind == ComparisonKind.Value ? reader.ReadBytes() : default, HasNumber(kind) ? reader.ReadInt64() : 0);
        }

        return comparisons;
    }

    private static bool HasNumber(ComparisonKind kind) => kind is ComparisonKind.ModificationRevision or ComparisonKind.Version;
}
