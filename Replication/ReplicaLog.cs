using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>What Paxos keeps on disk: promise, campaign, boot count, incarnation, what is remembered of the members, and the
/// log, as records of the store.</summary>
/// <remarks>A log record at or below applied-through holds the chosen value; one above it holds what the acceptor
/// accepted. Layout of a log record: format version (1 byte), ballot, the value's bytes. A ballot is round (8) and proposer (4),
/// and in version 2, which is written from the first change of the configuration on, configuration (8). What is remembered of a
/// member: format version (1), incarnation (8), boot (8), start (8), configuration (8), round (8) and proposer (4) of the
/// promise, held through (8). What was held at a start: format version (1), number of the start that was vouched for (8), configuration (8), round (8) and proposer (4)
/// of the promise, held through (8). Boot count and incarnation: format version (1), number (8). Starts: format version (1), and of each number (8) and name (8). All
/// big-endian.</remarks>
public sealed class ReplicaLog(IReplicaStore store)
{
    private const byte FormatVersion = 1;
    private const byte WithConfigurationVersion = 2;
    private const int BallotBytes = 12;
    private const int ConfigurationBytes = 8;
    private const int NumberBytes = 8;
    private const byte RememberedPrefix = (byte)'m';
    private const int RememberedBytes = 53;
    private const int HeldBytes = 37;

    private static readonly byte[] PromisedKey = "promised"u8.ToArray();
    private static readonly byte[] CampaignedKey = "campaigned"u8.ToArray();
    private static readonly byte[] BootKey = "boot"u8.ToArray();
    private static readonly byte[] IncarnationKey = "incarnation"u8.ToArray();
    private static readonly byte[] StartsKey = "starts"u8.ToArray();
    private static readonly byte[] HeldKey = "held"u8.ToArray();

    /// <summary>Reads what a restarting replica must know, and counts the start. The new boot number is durable when this
    /// returns: names given in this start can never have been given in another.</summary>
    public ReplicaState Recover(Slot appliedThrough)
    {
        var boot = (store.Find(StoreFamily.Meta, BootKey) is { } stored ? ReadBoot(stored) : 0) + 1;
        List<NamedStart> starts = store.Find(StoreFamily.Meta, StartsKey) is { } named ? ReadStarts(named) : [];
        var held = store.Find(StoreFamily.Meta, HeldKey) is { } record ? ReadHeld(record) : null;
        var acceptor = RecoverAcceptor(appliedThrough);
        var writes = new WriteSet();
        writes.Put(StoreFamily.Meta, BootKey, [FormatVersion, .. Number(boot)]);
        if (held?.IsOf(starts) != true)
        {
            // Before anything is learned: what the disk lacks it must not seem to have had.
            held = new HeldAtStart(starts.Count == 0 ? 0 : starts[0].Boot, acceptor.Promised, HeldThrough(acceptor, appliedThrough));
            WriteHeld(held, writes);
        }

        store.Write(writes, durable: true);
        return new ReplicaState(boot, ReadBallotAt(CampaignedKey), appliedThrough, acceptor)
        {
            Incarnation = Incarnation,
            Roll = [.. store.Scan(StoreFamily.Meta, [RememberedPrefix], [RememberedPrefix + 1])
                .Where(record => record.Key.Length == 5).Select(record => ReadRemembered(record.Key, record.Value))],
            Starts = starts,
            Held = held,
            AsksFirst = true,
        };
    }

    private static Slot HeldThrough(AcceptorState acceptor, Slot appliedThrough) =>
        acceptor.Accepted.Aggregate(appliedThrough, (highest, entry) => Slot.Max(highest, entry.Slot));

    /// <summary>Makes an empty store that of another life of a replica's disk: it was not there when the cluster was
    /// bootstrapped, and no configuration names it yet. Durable when this returns.</summary>
    public static void Begin(IReplicaStore store, Incarnation incarnation)
    {
        var writes = new WriteSet();
        Write(new PersistIncarnation(incarnation), writes);
        store.Write(writes, durable: true);
    }

    /// <summary>Which life of the replica's disk this is.</summary>
    public Incarnation Incarnation =>
        store.Find(StoreFamily.Meta, IncarnationKey) is { } incarnation ? ReadIncarnation(incarnation) : Incarnation.First;

    /// <summary>Whether this disk holds a word that was given to others: a promise, a campaign, or a value.</summary>
    public bool HasVoted =>
        ReadBallotAt(PromisedKey) != Ballot.None || ReadBallotAt(CampaignedKey) != Ballot.None || store.Scan(StoreFamily.Log, [], until: null).Any();

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
            case PersistIncarnation { Incarnation: var incarnation }:
                writes.Put(StoreFamily.Meta, IncarnationKey, [FormatVersion, .. Number(incarnation.Number)]);
                break;
            case PersistStarts { Starts: var starts, Held: var held }:
                WriteHeld(held, writes);
                writes.Put(StoreFamily.Meta, StartsKey, [FormatVersion, .. starts.SelectMany(start => (byte[])[.. Number(start.Boot), .. Number(start.Name)])]);
                break;
            case PersistRemembered { Remembered: var remembered }: WriteRemembered(remembered, writes); break;
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
    public static Ballot? ReadPromise(StoreWrite record) => ReadBallot(record, PromisedKey);

    /// <summary>The ballot of a campaign that a record of the store holds; null when it is another record.</summary>
    public static Ballot? ReadCampaign(StoreWrite record) => ReadBallot(record, CampaignedKey);

    private static Ballot? ReadBallot(StoreWrite record, byte[] key) =>
        record is { Family: StoreFamily.Meta, Value: { } bytes } && record.Key.AsSpan().SequenceEqual(key) ? ReadBallot(bytes) : null;

    /// <summary>What is remembered of a member in a store; null: nothing. For whoever looks on.</summary>
    public static Remembered? FindRemembered(IReplicaStore store, ReplicaId member)
    {
        var key = new byte[5];
        key[0] = RememberedPrefix;
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(1), member.Number);
        return store.Find(StoreFamily.Meta, key) is { } record ? ReadRemembered(key, record) : null;
    }

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
        var ballotBytes = BytesOf(entry.Ballot);
        var record = new byte[1 + ballotBytes + entry.Value.Bytes.Length];
        WriteBallot(entry.Ballot, record);
        entry.Value.Bytes.CopyTo(record.AsMemory(1 + ballotBytes));
        writes.Put(StoreFamily.Log, Key(entry.Slot), record);
    }

    private static AcceptedEntry ReadRecord(Slot slot, byte[] record)
    {
        var ballotBytes = record.Length > 0 && record[0] == WithConfigurationVersion ? BallotBytes + ConfigurationBytes : BallotBytes;
        var known = record.Length > 1 + ballotBytes && record[0] is FormatVersion or WithConfigurationVersion;
        var value = Value.Noop;
        Invariant.Holds(
            known && Value.TryRead(record.AsMemory(1 + ballotBytes), out value), $"the log record of slot {slot} is readable");
        return new AcceptedEntry(slot, ReadBallot(record), value);
    }

    private Ballot ReadBallotAt(byte[] key) =>
        store.Find(StoreFamily.Meta, key) is { } record ? ReadBallot(record) : Ballot.None;

    private static byte[] Record(Ballot ballot)
    {
        var record = new byte[1 + BytesOf(ballot)];
        WriteBallot(ballot, record);
        return record;
    }

    private static int BytesOf(Ballot ballot) => ballot.Configuration == 0 ? BallotBytes : BallotBytes + ConfigurationBytes;

    private static void WriteBallot(Ballot ballot, Span<byte> record)
    {
        record[0] = ballot.Configuration == 0 ? FormatVersion : WithConfigurationVersion;
        BinaryPrimitives.WriteInt64BigEndian(record[1..], ballot.Round);
        BinaryPrimitives.WriteInt32BigEndian(record[9..], ballot.Proposer.Number);
        if (ballot.Configuration != 0)
        {
            BinaryPrimitives.WriteInt64BigEndian(record[13..], ballot.Configuration);
        }
    }

    private static Ballot ReadBallot(ReadOnlySpan<byte> record)
    {
        var hasConfiguration = record.Length >= 1 + BallotBytes + ConfigurationBytes && record[0] == WithConfigurationVersion;
        Invariant.Holds(
            hasConfiguration || (record.Length >= 1 + BallotBytes && record[0] == FormatVersion), "a ballot record is readable");
        return new Ballot(
            BinaryPrimitives.ReadInt64BigEndian(record[1..]), new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(record[9..])))
        {
            Configuration = hasConfiguration ? BinaryPrimitives.ReadInt64BigEndian(record[13..]) : 0,
        };
    }

    private static Incarnation ReadIncarnation(byte[] record) => new(ReadNumber(record, "the incarnation's record is readable"));

    // The first builds wrote the bare number.
    private static List<NamedStart> ReadStarts(byte[] record)
    {
        Invariant.Holds(record.Length % (2 * NumberBytes) == 1 && record[0] == FormatVersion, "the record of starts is readable");
        var starts = new List<NamedStart>();
        for (var at = 1; at < record.Length; at += 2 * NumberBytes)
        {
            starts.Add(new NamedStart(
                BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(at)), BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(at + NumberBytes))));
        }

        return starts;
    }

    private static void WriteHeld(HeldAtStart? held, WriteSet writes)
    {
        if (held is null)
        {
            writes.Delete(StoreFamily.Meta, HeldKey);
            return;
        }

        var record = new byte[HeldBytes];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(1), held.Vouched);
        WriteWord(held.Promised, held.HeldThrough, record.AsSpan(9));
        writes.Put(StoreFamily.Meta, HeldKey, record);
    }

    private static HeldAtStart ReadHeld(byte[] record)
    {
        Invariant.Holds(record.Length == HeldBytes && record[0] == FormatVersion, "what was held at a start is readable");
        var (promised, heldThrough) = ReadWord(record.AsSpan(9));
        return new HeldAtStart(BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(1)), promised, heldThrough);
    }

    private static void WriteWord(Ballot promised, Slot heldThrough, Span<byte> record)
    {
        BinaryPrimitives.WriteInt64BigEndian(record, promised.Configuration);
        BinaryPrimitives.WriteInt64BigEndian(record[8..], promised.Round);
        BinaryPrimitives.WriteInt32BigEndian(record[16..], promised.Proposer.Number);
        BinaryPrimitives.WriteInt64BigEndian(record[20..], heldThrough.Number);
    }

    private static (Ballot Promised, Slot HeldThrough) ReadWord(ReadOnlySpan<byte> record) => (
        new Ballot(BinaryPrimitives.ReadInt64BigEndian(record[8..]), new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(record[16..])))
        {
            Configuration = BinaryPrimitives.ReadInt64BigEndian(record),
        },
        new Slot(BinaryPrimitives.ReadInt64BigEndian(record[20..])));

    private static long ReadBoot(byte[] record) => record.Length == NumberBytes
        ? BinaryPrimitives.ReadInt64BigEndian(record)
        : ReadNumber(record, "the record of how often the replica was started is readable");

    private static long ReadNumber(byte[] record, string rule)
    {
        Invariant.Holds(record.Length == 1 + NumberBytes && record[0] == FormatVersion, rule);
        return BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(1));
    }

    private static void WriteRemembered(Remembered remembered, WriteSet writes)
    {
        var key = new byte[5];
        key[0] = RememberedPrefix;
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(1), remembered.Member.Number);
        var record = new byte[RememberedBytes];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(1), remembered.Incarnation.Number);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(9), remembered.Boot);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(17), remembered.Start);
        WriteWord(remembered.Promised, remembered.HeldThrough, record.AsSpan(25));
        writes.Put(StoreFamily.Meta, key, record);
    }

    private static Remembered ReadRemembered(byte[] key, byte[] record)
    {
        Invariant.Holds(record.Length == RememberedBytes && record[0] == FormatVersion, "what is remembered of a member is readable");
        var (promised, heldThrough) = ReadWord(record.AsSpan(25));
        return new Remembered(
            new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(1))),
            new Incarnation(BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(1))),
            BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(9)),
            BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(17)),
            promised,
            heldThrough);
    }

    /// <summary>The key of a slot's record.</summary>
    internal static byte[] Key(Slot slot) => Number(slot.Number);

    /// <summary>The slot of a record's key.</summary>
    internal static Slot SlotOf(byte[] key) => new(BinaryPrimitives.ReadInt64BigEndian(key));

    private static byte[] Number(long number)
    {
        var bytes = new byte[NumberBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
