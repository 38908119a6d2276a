using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Nemesis;

/// <summary>Makes the state of a replica wrong while its process is down, as a fault of its memory would: all checksums are right. The only
/// place here that knows what a store looks like.</summary>
internal static class StateSpoiler
{
    /// <summary>Counts one more version of every key.</summary>
    /// <returns>How many keys are wrong now.</returns>
    public static int Spoil(string path, string cluster, int replica)
    {
        using var directory = ReplicaDirectory.Open(path, cluster, replica, bootstrap: false);
        GenerationStore store = GenerationStore.Over(directory.Store);
        var writes = new WriteSet();
        int keys = 0;
        foreach ((byte[] key, byte[] bytes) in store.Scan(StoreFamily.Keys, [], until: null))
        {
            KeyRecord record = KeyRecord.Decode(bytes);
            writes.Put(StoreFamily.Keys, key, (record with { Version = record.Version + 1 }).Encode());
            keys++;
        }

        store.Write(writes, durable: true);
        return keys;
    }
}
