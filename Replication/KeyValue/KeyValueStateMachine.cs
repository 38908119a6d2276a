using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>What a command of a chosen value came to.</summary>
public readonly record struct AppliedCommand(CommandId Id, CommandAnswer Answer);

/// <summary>The replicated key-value state: it applies chosen values in slot order and does nothing else, so every
/// replica that has applied through the same slot holds the same state.</summary>
/// <remarks>
/// <see cref="Apply"/> and <see cref="OnWritten"/> are for the replica's loop alone; everything else may be called from
/// any thread. The record of the state's own numbers: format version (1 byte), applied-through (8), revision (8), keys
/// (8), little-endian.
/// </remarks>
public sealed class KeyValueStateMachine
{
    private const byte FormatVersion = 1;

    private static readonly byte[] StateKey = "state"u8.ToArray();

    private readonly IReplicaStore _store;
    private readonly OriginTable _origins;
    private readonly SessionTable _sessions;

    // What the write set under way changes: reads of the same batch must see it, readers outside must not.
    private readonly Dictionary<string, KeyRecord?> _unwritten = new(StringComparer.Ordinal);
    private Slot _applied;
    private long _revision;
    private long _keys;
    private StateNumbers _written;

    /// <summary>Loads the state that a store holds.</summary>
    public KeyValueStateMachine(IReplicaStore store)
    {
        _store = store;
        _written = ReadNumbers(store.Find(StoreFamily.Meta, StateKey));
        (_applied, _revision, _keys) = (_written.AppliedThrough, _written.Revision, _written.Keys);
        _origins = new OriginTable(store);
        _sessions = new SessionTable(store);
    }

    /// <summary>Where the state stands, as far as it is written to the store.</summary>
    public StateNumbers Numbers => Volatile.Read(ref _written);

    /// <summary>Reads one key.</summary>
    public KeyRecord? Find(string key) =>
        _store.Find(StoreFamily.Keys, Encoding.UTF8.GetBytes(key)) is { } record ? KeyRecord.Decode(record) : null;

    /// <summary>Applies the next chosen value. What it changes goes into the write set; what callers hear into
    /// <paramref name="answers"/>, which nobody may hear before the write set is written.</summary>
    public void Apply(Slot slot, Value value, WriteSet writes, List<AppliedCommand> answers)
    {
        Invariant.Holds(slot == _applied.Next, $"slot {slot} is applied right after slot {_applied}");
        for (var i = 0; i < value.Commands.Count; i++)
        {
            var command = value.Commands[i];
            if (_origins.Admit(command))
            {
                answers.Add(new AppliedCommand(command.Id, Execute(slot, i, command, writes)));
            }
        }

        _applied = slot;
    }

    /// <summary>Adds the state's own numbers to a write set, after the values that it applies.</summary>
    public void Seal(WriteSet writes)
    {
        _origins.Write(writes);
        writes.Put(StoreFamily.Meta, StateKey, WriteNumbers(new StateNumbers(_applied, _revision, _keys)));
    }

    /// <summary>The write set is written: readers may see it.</summary>
    public void OnWritten()
    {
        _unwritten.Clear();
        Volatile.Write(ref _written, new StateNumbers(_applied, _revision, _keys));
    }

    /// <summary>The numbers that a snapshot of the store holds.</summary>
    internal static StateNumbers ReadNumbers(byte[]? record)
    {
        if (record is null)
        {
            return new StateNumbers(Slot.None, 0, 0);
        }

        Invariant.Holds(record.Length == 25 && record[0] == FormatVersion, "the state's numbers are readable");
        return new StateNumbers(
            new Slot(BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(1))),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(9)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(17)));
    }

    /// <summary>The numbers that a snapshot of the store holds.</summary>
    internal static StateNumbers ReadNumbers(IStoreSnapshot snapshot) =>
        ReadNumbers(snapshot.Find(StoreFamily.Meta, StateKey));

    private static byte[] WriteNumbers(StateNumbers numbers)
    {
        var record = new byte[25];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), numbers.AppliedThrough.Number);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), numbers.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(17), numbers.Keys);
        return record;
    }

    private CommandAnswer Execute(Slot slot, int place, Command command, WriteSet writes) =>
        KeyValueCommand.Decode(command.Payload) switch
        {
            OpenSession open => Open(slot, place, open, writes),
            Put put => Once(put.Identity, writes, () => Execute(slot, put, writes)),
            Delete delete => Once(delete.Identity, writes, () => Execute(slot, delete, writes)),
            Batch batch => Once(batch.Identity, writes, () => Execute(slot, batch, writes)),
            _ => new SessionForgotten(),
        };

    private CommandAnswer Once(ClientIdentity? identity, WriteSet writes, Func<CommandAnswer> execute)
    {
        if (identity is null)
        {
            return execute();
        }

        if (!_sessions.Admit(identity, writes, out var answer))
        {
            return answer;
        }

        answer = execute();
        _sessions.Keep(identity, answer, writes);
        return answer;
    }

    private SessionOpened Open(Slot slot, int place, OpenSession open, WriteSet writes)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{slot.Number:x}-{place:x}-{open.Nonce:x16}");
        _sessions.Open(name, writes);
        return new SessionOpened(name);
    }

    private PutDone Execute(Slot slot, Put put, WriteSet writes)
    {
        var before = FindUnwritten(put.Key);
        _revision++;
        var record = new KeyRecord(before?.CreateRevision ?? _revision, _revision, (before?.Version ?? 0) + 1, put.Value);
        writes.Put(StoreFamily.Keys, Encoding.UTF8.GetBytes(put.Key), record.Encode());
        _unwritten[put.Key] = record;
        _keys += before is null ? 1 : 0;
        return new PutDone(slot, _revision, before is not null);
    }

    private DeleteDone Execute(Slot slot, Delete delete, WriteSet writes)
    {
        if (FindUnwritten(delete.Key) is null)
        {
            return new DeleteDone(slot, _revision, Found: false);
        }

        _revision++;
        writes.Delete(StoreFamily.Keys, Encoding.UTF8.GetBytes(delete.Key));
        _unwritten[delete.Key] = null;
        _keys--;
        return new DeleteDone(slot, _revision, Found: true);
    }

    private BatchDone Execute(Slot slot, Batch batch, WriteSet writes)
    {
        var before = _revision;
        var results = new BatchWriteDone[batch.Writes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (key, value) = batch.Writes[i];
            var found = value is { } put
                ? Execute(slot, new Put(null, key, put), writes).Replaced
                : Execute(slot, new Delete(null, key), writes).Found;
            results[i] = new BatchWriteDone(_revision, found);
        }

        return new BatchDone(slot, before, results);
    }

    private KeyRecord? FindUnwritten(string key) => _unwritten.TryGetValue(key, out var record) ? record : Find(key);
}

/// <summary>Where a replica's key-value state stands.</summary>
/// <param name="AppliedThrough">It holds every slot through this one.</param>
/// <param name="Revision">How many writes that changed something it has seen.</param>
/// <param name="Keys">How many keys it holds.</param>
public sealed record StateNumbers(Slot AppliedThrough, long Revision, long Keys);
