using System.Text;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>Short ways to write and read text in a store.</summary>
internal static class StoreReading
{
    public static byte[] Bytes(this string text) => Encoding.UTF8.GetBytes(text);

    public static void Put(this IReplicaStore store, string key, string value, bool durable = true)
        => store.Put(StoreFamily.Keys, key, value, durable);

    public static void Put(this IReplicaStore store, StoreFamily family, string key, string value, bool durable = true)
    {
        var writes = new WriteSet();
        writes.Put(family, key.Bytes(), value.Bytes());
        store.Write(writes, durable);
    }

    public static string? Text(this IReplicaStore store, string key, StoreFamily family = StoreFamily.Keys)
        => store.Find(family, key.Bytes()) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>A family as "a=1 b=2".</summary>
    public static string Dump(this IReplicaStore store, StoreFamily family = StoreFamily.Keys, string from = "", string? until = null)
        => Dump(store.Scan(family, from.Bytes(), until?.Bytes()));

    public static string Dump(this IStoreSnapshot snapshot, StoreFamily family = StoreFamily.Keys)
        => Dump(snapshot.Scan(family, [], null));

    /// <summary>All families, byte for byte.</summary>
    public static string DumpAll(this IReplicaStore store)
        => string.Join('\n', Enum.GetValues<StoreFamily>().Select(family => $"{family}: " + string.Join(
            ' ', store.Scan(family, [], null).Select(r => Convert.ToHexString(r.Key) + "=" + Convert.ToHexString(r.Value)))));

    private static string Dump(IEnumerable<KeyValuePair<byte[], byte[]>> records) => string.Join(
        ' ', records.Select(r => Encoding.UTF8.GetString(r.Key) + "=" + Encoding.UTF8.GetString(r.Value)));
}
