using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>What Paxos keeps on disk: promise, campaign, boot count and the log, as records of the store.</summary>
/// <remarks>A log record at or below applied-through holds the chosen value; one above it holds what the acceptor
/// accepted. Layout of a log record: format version (1 byte), round (8), proposer (4), the value's bytes.</remarks>
public sealed class ReplicaLog(IReplicaStore store)
{
    private const byte FormatVersion = 1;
    private const int BallotBytes = 12;

    private static readonly byte[] PromisedKey = "promised"u8.ToArray();
    private static readonly byte[] CampaignedKey = "campaigned"u8.ToArray();
    private static readonly byte[] BootKey = "boot"u8.ToArray();

    /// <summary>Reads what a restarting replica must know, and counts the start. The new boot number is durable when this
    /// returns: names given in this start can never have been given in another.</summary>
    public ReplicaState Recover(Slot appliedThrough)
    {
        var boot = (store.Find(StoreFamily.Meta, BootKey) is { } stored ? BinaryPrimitives.ReadInt64BigEndian(stored) : 0) + 1;
        var writes = new WriteSet();
        writes.Put(StoreFamily.Meta, BootKey, Number(boot));
        store.Write(writes, durable: true);
        return new ReplicaState(boot, ReadBallotAt(CampaignedKey), appliedThrough, RecoverAcceptor(appliedThrough));
    }

    /// <summary>Reads what a restarting acceptor must know: its promise, and what it accepted above a slot.</summary>
    public AcceptorState RecoverAcceptor(Slot learnedThrough)
    {
        var accepted = new List<AcceptedEntry>();
        foreach (var (key, record) in store.Scan(StoreFamily.Log, Key(learnedThrough.Next), until: null))
        {
            accepted.Add(ReadRecord(SlotOf(key), record));
        }

        return new AcceptorState(ReadBallotAt(PromisedKey), accepted);
    }

    /// <summary>Adds one of Consensus' records to a write set.</summary>
    public static void Write(Persist persist, WriteSet writes)
    {
        switch (persist)
        {
            case PersistAccepted { Entry: var entry }: WriteEntry(entry, writes); break;
            case PersistPromise { Ballot: var ballot }: writes.Put(StoreFamily.Meta, PromisedKey, Record(ballot)); break;
            case PersistCampaign { Ballot: var ballot }: writes.Put(StoreFamily.Meta, CampaignedKey, Record(ballot)); break;
            default: throw new System.Diagnostics.UnreachableException($"a record of kind {persist.GetType().Name}");
        }
    }

    /// <summary>Adds a chosen value that the acceptor does not hold; it goes with the write set that applies it.</summary>
    public static void WriteChosen(Slot slot, Value value, WriteSet writes) =>
        WriteEntry(new AcceptedEntry(slot, Ballot.None, value), writes);

    /// <summary>Chosen values of consecutive slots, as many as fit the limit, but at least one if there is one.</summary>
    public IReadOnlyList<Value> ReadChosen(Slot from, Slot appliedThrough, int bytesMax, int slotsMax)
    {
        var values = new List<Value>();
        if (from > appliedThrough || from <= Slot.None)
        {
            return values;
        }

        var bytes = 0;
        var next = from;
        var until = from.Plus(Math.Min(slotsMax, appliedThrough.Number - from.Number + 1));
        foreach (var (key, record) in store.Scan(StoreFamily.Log, Key(from), Key(until)))
        {
            var entry = ReadRecord(SlotOf(key), record);
            bytes += record.Length;
            if (entry.Slot != next || (bytes > bytesMax && values.Count > 0))
            {
                break;
            }

            values.Add(entry.Value);
            next = next.Next;
        }

        return values;
    }

    /// <summary>The promise that a record of the store holds; null when it is another record.</summary>
    public static Ballot? ReadPromise(StoreWrite record) =>
        record is { Family: StoreFamily.Meta, Value: { } bytes } && record.Key.AsSpan().SequenceEqual(PromisedKey)
            ? ReadBallot(bytes)
            : null;

    /// <summary>The accepted value that a record of the store holds; null when it is another record, or a chosen value
    /// that its acceptor did not accept.</summary>
    public static AcceptedEntry? ReadAccepted(StoreWrite record) =>
        record is { Family: StoreFamily.Log, Value: { } bytes } && ReadBallot(bytes) != Ballot.None
            ? ReadRecord(SlotOf(record.Key), bytes)
            : null;

    /// <summary>The value that a log record holds, chosen or only accepted.</summary>
    public static AcceptedEntry ReadEntry(byte[] key, byte[] record) => ReadRecord(SlotOf(key), record);

    /// <summary>Bytes of the record of a value.</summary>
    internal static int RecordBytes(Value value) => 1 + BallotBytes + value.Bytes.Length;

    private static void WriteEntry(AcceptedEntry entry, WriteSet writes)
    {
        var record = new byte[RecordBytes(entry.Value)];
        WriteBallot(entry.Ballot, record);
        entry.Value.Bytes.CopyTo(record.AsMemory(1 + BallotBytes));
        writes.Put(StoreFamily.Log, Key(entry.Slot), record);
    }

    private static AcceptedEntry ReadRecord(Slot slot, byte[] record)
    {
        var known = record.Length > 1 + BallotBytes && record[0] == FormatVersion;
        var value = Value.Noop;
        Invariant.Holds(
            known && Value.TryRead(record.AsMemory(1 + BallotBytes), out value), $"the log record of slot {slot} is readable");
        return new AcceptedEntry(slot, ReadBallot(record), value);
    }

    private Ballot ReadBallotAt(byte[] key) =>
        store.Find(StoreFamily.Meta, key) is { } record ? ReadBallot(record) : Ballot.None;

    private static byte[] Record(Ballot ballot)
    {
        var record = new byte[1 + BallotBytes];
        WriteBallot(ballot, record);
        return record;
    }

    private static void WriteBallot(Ballot ballot, Span<byte> record)
    {
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64BigEndian(record[1..], ballot.Round);
        BinaryPrimitives.WriteInt32BigEndian(record[9..], ballot.Proposer.Number);
    }

    private static Ballot ReadBallot(ReadOnlySpan<byte> record)
    {
        Invariant.Holds(record.Length >= 1 + BallotBytes && record[0] == FormatVersion, "a ballot record is readable");
        return new Ballot(
            BinaryPrimitives.ReadInt64BigEndian(record[1..]), new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(record[9..])));
    }

    /// <summary>The key of a slot's record.</summary>
    internal static byte[] Key(Slot slot) => Number(slot.Number);

    /// <summary>The slot of a record's key.</summary>
    internal static Slot SlotOf(byte[] key) => new(BinaryPrimitives.ReadInt64BigEndian(key));

    private static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
