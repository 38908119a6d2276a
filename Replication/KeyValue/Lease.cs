using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>A lease as it was after some slot: keys that live only for as long as somebody renews it.</summary>
/// <remarks>
/// Records, in family Sessions, little-endian: 'l' + name → format version (1 byte), time to live in seconds (8), renewals (8);
/// and for each of its keys 'k' + name + 0 + key in UTF-8 → format version (1 byte).
/// </remarks>
/// <param name="Name">Its name.</param>
/// <param name="TimeToLiveSeconds">How long it lives without being renewed.</param>
/// <param name="Renewals">How often it was renewed.</param>
/// <param name="Keys">Its keys, in the order of their characters.</param>
public sealed record Lease(string Name, long TimeToLiveSeconds, long Renewals, ImmutableSortedSet<string> Keys)
{
    internal const byte Prefix = (byte)'l';
    internal const byte KeyPrefix = (byte)'k';

    private const byte FormatVersion = 1;
    private const int RecordBytes = 17;

    internal static byte[] KeyRecord => [FormatVersion];

    internal static Lease New(string name, long timeToLiveSeconds) =>
        new(name, timeToLiveSeconds, 0, ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    internal static byte[] StoreKeyOf(string name) => [Prefix, .. Encoding.UTF8.GetBytes(name)];

    internal static byte[] StoreKeyOf(string name, string key) => [KeyPrefix, .. Encoding.UTF8.GetBytes(name), 0, .. Encoding.UTF8.GetBytes(key)];

    internal static Lease Load(byte[] storeKey, byte[] record)
    {
        Invariant.Holds(record.Length == RecordBytes && record[0] == FormatVersion, "a lease's record is readable");
        return New(Encoding.UTF8.GetString(storeKey.AsSpan(1)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(1))) with
        {
            Renewals = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(9)),
        };
    }

    /// <summary>The lease's name and the key in the store's key of one of its keys.</summary>
    internal static (string Lease, string Key) LoadKey(byte[] storeKey, byte[] record)
    {
        var end = storeKey.AsSpan().IndexOf((byte)0);
        Invariant.Holds(end > 0 && record is [FormatVersion], "the record of a lease's key is readable");
        return (Encoding.UTF8.GetString(storeKey.AsSpan(1, end - 1)), Encoding.UTF8.GetString(storeKey.AsSpan(end + 1)));
    }

    internal byte[] Encode()
    {
        var record = new byte[RecordBytes];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), TimeToLiveSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), Renewals);
        return record;
    }
}
