using System.Buffers.Binary;
using System.Security.Cryptography;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>A hash over the whole replicated state of one replica as of one moment.</summary>
/// <param name="Numbers">Where the state stood.</param>
/// <param name="KeysRead">How many keys were read.</param>
/// <param name="Hash">SHA-256, lower-case hex.</param>
public sealed record StateHash(StateNumbers Numbers, long KeysRead, string Hash);

/// <summary>Reads a store through and hashes it: replicas that have applied through the same slot must agree.</summary>
public static class StateHasher
{
    /// <summary>Hashes keys, values, revisions, sessions and the state's numbers, in key order.</summary>
    public static StateHash Hash(IReplicaStore store) => HashUnlessCancelled(store, CancellationToken.None);

    /// <summary>The same on a thread of the pool, for whoever may give it up: it reads the whole state.</summary>
    public static Task<StateHash> DigestAsync(IReplicaStore store, CancellationToken cancellationToken) =>
        Task.Run(() => HashUnlessCancelled(store, cancellationToken), cancellationToken);

    private static StateHash HashUnlessCancelled(IReplicaStore store, CancellationToken cancellationToken)
    {
        using var snapshot = GenerationSnapshot.Of(store.Snapshot());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var numbers = KeyValueStateMachine.ReadNumbers(snapshot);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(header, numbers.AppliedThrough.Number);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], numbers.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], numbers.Keys);
        hash.AppendData(header);
        var keys = Append(snapshot, StoreFamily.Keys, hash, cancellationToken);
        Append(snapshot, StoreFamily.Sessions, hash, cancellationToken);
        return new StateHash(numbers, keys, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static long Append(GenerationSnapshot snapshot, StoreFamily family, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var count = 0L;
        Span<byte> lengths = stackalloc byte[8];
        foreach (var (key, record) in snapshot.Scan(family, [], until: null))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Lengths first, so that no two different states run together into the same bytes.
            BinaryPrimitives.WriteInt32LittleEndian(lengths, key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], record.Length);
            hash.AppendData(lengths);
            hash.AppendData(key);
            hash.AppendData(record);
            count++;
        }

        return count;
    }
}
