using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>What a replica keeps on its disk of a difference that was found in its state: a restart makes nothing right.</summary>
/// <remarks>Layout: format version (1 byte), from slot (8), through slot (8), big-endian.</remarks>
internal static class DivergenceRecord
{
    private const byte FormatVersion = 1;
    private const int Bytes = 17;

    private static readonly byte[] DivergedKey = "diverged"u8.ToArray();

    /// <summary>The difference that was found in the state of this store, if any.</summary>
    public static Divergence? Read(IReplicaStore store)
    {
        if (store.Find(StoreFamily.Meta, DivergedKey) is not { } record)
        {
            return null;
        }

        Invariant.Holds(record.Length == Bytes && record[0] == FormatVersion, "the record of a divergence is readable");
        return new Divergence(
            new Slot(BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(1))),
            new Slot(BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(9))));
    }

    /// <summary>Adds a difference to a write set.</summary>
    public static void Write(Divergence divergence, WriteSet writes)
    {
        var record = new byte[Bytes];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(1), divergence.From.Number);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(9), divergence.Through.Number);
        writes.Put(StoreFamily.Meta, DivergedKey, record);
    }
}
