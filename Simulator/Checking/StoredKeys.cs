using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>What a store holds of keys, as the twin of the state would have it.</summary>
internal static class StoredKeys
{
    /// <summary>Every key of the live state in a store, with the lease that it goes with.</summary>
    public static Dictionary<string, KeyStood> In(IReplicaStore store)
    {
        var live = GenerationStore.Over(store);
        var leases = live.Scan(StoreFamily.Sessions, [Lease.KeyPrefix], [Lease.KeyPrefix + 1])
            .Select(record => Lease.LoadKey(record.Key, record.Value)).ToLookup(held => held.Key, held => held.Lease, StringComparer.Ordinal);
        var keys = live.Scan(StoreFamily.Keys, [], until: null).ToDictionary(
            record => Encoding.UTF8.GetString(record.Key),
            record => Stood(KeyRecord.Decode(record.Value), null),
            StringComparer.Ordinal);
        foreach (var key in leases)
        {
            // A key of two leases, or one that is not there, is no key of the twin's either.
            keys[key.Key] = keys.GetValueOrDefault(key.Key) with { Lease = string.Join(" and ", key) };
        }

        return keys;
    }

    /// <summary>A key as a replica finds it.</summary>
    /// <param name="found">Its record; null: the replica holds none.</param>
    /// <param name="lease">The lease that it goes with; null: none.</param>
    public static KeyStood Stood(KeyRecord? found, string? lease) => found is null
        ? new KeyStood { Lease = lease }
        : new KeyStood(Slot.None, found.ModificationRevision, found.Version) { Created = found.CreateRevision, Value = found.Value, Lease = lease };
}
