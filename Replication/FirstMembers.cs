using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>Who was in the cluster when this disk began to vote in it. Until the first change of the members is chosen, that list is what majorities
/// are counted in: a replica that started with another one could take two for a majority of three, while the others go on as three of five.</summary>
/// <remarks>Record of the store: format version (1 byte), the ids of the members, rising (4 bytes each, big-endian).</remarks>
public static class FirstMembers
{
    private const byte FormatVersion = 1;
    private const int IdBytes = 4;

    private static readonly byte[] Key = "first"u8.ToArray();

    /// <summary>Holds what servers.xml says against the disk, before anything is counted there; a disk that has never voted, and one of an earlier build,
    /// takes it as it is. Durable when this returns.</summary>
    /// <param name="store">The disk.</param>
    /// <param name="file">The members that servers.xml has.</param>
    /// <returns>Null where they agree, or the file does not count: the disk is another life than the bootstrap's, or holds a later configuration. The members
    /// that the cluster began with where not.</returns>
    public static IReadOnlyList<ReplicaId>? Compare(IReplicaStore store, IReadOnlyCollection<ReplicaId> file)
    {
        var log = new ReplicaLog(store);
        if (log.Incarnation != Incarnation.First || KeyValueStateMachine.HasConfiguration(store))
        {
            return null;
        }

        ReplicaId[] ids = [.. file.OrderBy(id => id.Number)];
        if (Find(store) is { } known && (known.SequenceEqual(ids) || log.HasVoted || KeyValueStateMachine.HasApplied(store)))
        {
            return known.SequenceEqual(ids) ? null : known;
        }

        var writes = new WriteSet();
        writes.Put(StoreFamily.Meta, Key, Record(ids));
        store.Write(writes, durable: true);
        return null;
    }

    private static ReplicaId[]? Find(IReplicaStore store)
    {
        if (store.Find(StoreFamily.Meta, Key) is not { } record)
        {
            return null;
        }

        Invariant.Holds(
            record.Length > 1 && record[0] == FormatVersion && (record.Length - 1) % IdBytes == 0, "the record of the first members is readable");
        return [.. record.Skip(1).Chunk(IdBytes).Select(id => new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(id)))];
    }

    private static byte[] Record(ReplicaId[] ids)
    {
        var record = new byte[1 + (ids.Length * IdBytes)];
        record[0] = FormatVersion;
        for (var i = 0; i < ids.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(1 + (i * IdBytes)), ids[i].Number);
        }

        return record;
    }
}
