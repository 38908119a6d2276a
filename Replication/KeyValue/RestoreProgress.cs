using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Whether a backup is being restored, and which restore was the last: a part of the replicated state.</summary>
/// <remarks>Kept in family Sessions under key <c>b</c>. Layout: format version (1 byte), number of the restore (8,
/// little-endian), 1 while it is under way (1).</remarks>
internal sealed class RestoreProgress
{
    private const byte FormatVersion = 1;
    private const int RecordBytes = 10;

    private static readonly byte[] Key = "b"u8.ToArray();

    private long _last;
    private long _current;
    private bool _unwritten;

    /// <summary>Loads what a store holds.</summary>
    public RestoreProgress(IReplicaStore store)
    {
        (_last, _current) = Read(store.Find(StoreFamily.Sessions, Key));
    }

    /// <summary>The restore that is under way in the state that a snapshot holds; 0: none.</summary>
    public static long CurrentIn(IStoreSnapshot snapshot) => Read(snapshot.Find(StoreFamily.Sessions, Key)).Current;

    /// <summary>The restore that is under way; 0: none. May be read by any thread.</summary>
    public long Current => Volatile.Read(ref _current);

    /// <summary>The restore that was begun last, over by now or not; 0: there never was one.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>A restore begins, in place of one that may have been under way.</summary>
    public void Begin(long restore) => Set(restore, restore);

    /// <summary>The restore that is under way is complete.</summary>
    public void End() => Set(Last, 0);

    /// <summary>Adds what the store lacks to a write set.</summary>
    public void Write(WriteSet writes)
    {
        if (!_unwritten)
        {
            return;
        }

        var record = new byte[RecordBytes];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), Last);
        record[9] = _current == 0 ? (byte)0 : (byte)1;
        writes.Put(StoreFamily.Sessions, Key, record);
        _unwritten = false;
    }

    private static (long Last, long Current) Read(byte[]? record)
    {
        if (record is null)
        {
            return (0, 0);
        }

        Invariant.Holds(record.Length == RecordBytes && record[0] == FormatVersion, "the record of a restore is readable");
        var last = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(1));
        return (last, record[9] == 0 ? 0 : last);
    }

    private void Set(long last, long current)
    {
        Volatile.Write(ref _last, last);
        Volatile.Write(ref _current, current);
        _unwritten = true;
    }
}
