using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>Decides what of the log is truncated: applied slots only, oldest first, a piece at a time, once the rest is
/// as much as is to be kept.</summary>
/// <remarks>The truncation goes with the write set that holds the state of the slots that go, or with a later one, and a
/// crash leaves a prefix of the write sets: so there is never a store that lacks both a slot and its effect. The record of
/// how far it went: format version (1 byte), slot (8, big-endian).</remarks>
internal sealed class LogRetention
{
    private const byte FormatVersion = 1;
    private const int PiecesPerMax = 16;

    private static readonly byte[] TruncatedKey = "truncated"u8.ToArray();

    private readonly StorageOptions _options;
    private readonly Queue<Piece> _pieces = [];
    private Piece _last;
    private long _bytes;

    /// <summary>Takes stock of the log that a store holds.</summary>
    public LogRetention(IReplicaStore store, StorageOptions options, Slot appliedThrough)
    {
        _options = options;
        TruncatedThrough = ReadTruncated(store);
        var piece = Math.Max(1, options.LogSlotsMax / PiecesPerMax);
        var from = Slot.Max(TruncatedThrough.Next, new Slot(appliedThrough.Number - options.LogSlotsMax - piece));

        // What lies before that is too much anyway: a store that was never truncated need not be read through for it.
        _last = new Piece(new Slot(from.Number - 1), from.Number - 1 - TruncatedThrough.Number, 0);
        foreach (var (key, record) in store.Scan(StoreFamily.Log, ReplicaLog.Key(from), ReplicaLog.Key(appliedThrough.Next)))
        {
            Add(ReplicaLog.SlotOf(key), record.Length);
        }
    }

    /// <summary>The log does not hold this slot and those before it.</summary>
    public Slot TruncatedThrough { get; private set; }

    /// <summary>A value is applied, so that it may go one day.</summary>
    public void OnApplied(Slot slot, Value value) => Add(slot, ReplicaLog.RecordBytes(value));

    /// <summary>Adds what is due to the write set that holds the state of all applied slots.</summary>
    /// <param name="writes">The write set.</param>
    /// <param name="heldFrom">Somebody will ask for the slots from this one on; null: nobody will.</param>
    public void Truncate(WriteSet writes, Slot? heldFrom)
    {
        var through = TruncatedThrough;
        while (_pieces.TryPeek(out var oldest) && IsTooMuch(oldest) && !IsHeld(oldest, heldFrom))
        {
            _pieces.Dequeue();
            _bytes -= oldest.Bytes;
            through = oldest.Through;
        }

        if (through > TruncatedThrough)
        {
            writes.DeleteRange(StoreFamily.Log, ReplicaLog.Key(TruncatedThrough.Next), ReplicaLog.Key(through.Next));
            WriteTruncated(through, writes);
            TruncatedThrough = through;
        }
    }

    /// <summary>The state is of a slot that the log does not reach: adds the removal of all through it to the write set that
    /// installs the state.</summary>
    public void Restart(Slot through, WriteSet writes)
    {
        writes.DeleteRange(StoreFamily.Log, ReplicaLog.Key(TruncatedThrough.Next), ReplicaLog.Key(through.Next));
        WriteTruncated(through, writes);
        TruncatedThrough = through;
        _pieces.Clear();
        _last = new Piece(through, 0, 0);
        _bytes = 0;
    }

    /// <summary>How far the log that a store holds is truncated.</summary>
    internal static Slot ReadTruncated(IReplicaStore store)
    {
        if (store.Find(StoreFamily.Meta, TruncatedKey) is not { } record)
        {
            return Slot.None;
        }

        Invariant.Holds(record.Length == 9 && record[0] == FormatVersion, "the record of how far the log is truncated is readable");
        return new Slot(BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(1)));
    }

    private static void WriteTruncated(Slot through, WriteSet writes)
    {
        var record = new byte[9];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(1), through.Number);
        writes.Put(StoreFamily.Meta, TruncatedKey, record);
    }

    private bool IsTooMuch(Piece oldest) =>
        _last.Through.Number - oldest.Through.Number >= _options.LogSlotsMax || _bytes - oldest.Bytes >= _options.LogBytesMax;

    private bool IsHeld(Piece oldest, Slot? heldFrom) =>
        oldest.Through >= heldFrom && _bytes - oldest.Bytes < _options.LogHeldBytesMax;

    private void Add(Slot slot, int bytes)
    {
        _bytes += bytes;
        _last = new Piece(slot, _last.Slots + 1, _last.Bytes + bytes);
        if (_last.Slots >= _options.LogSlotsMax / PiecesPerMax || _last.Bytes >= _options.LogBytesMax / PiecesPerMax)
        {
            _pieces.Enqueue(_last);
            _last = new Piece(slot, 0, 0);
        }
    }

    /// <summary>A run of slots that go together.</summary>
    private readonly record struct Piece(Slot Through, long Slots, long Bytes);
}
