using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>What a command of a chosen value came to.</summary>
public readonly record struct AppliedCommand(CommandId Id, CommandAnswer Answer);

/// <summary>The replicated key-value state: it applies chosen values in slot order and does nothing else, so every
/// replica that has applied through the same slot holds the same state.</summary>
/// <remarks>
/// What is applied is kept in memory first and goes to the store from time to time, in one write set: all changes of a
/// session, and all of a key, cost one record then. A crash takes the store back to what was written last, as one that
/// loses write sets without a flush may at any time; the log has the rest.
/// <see cref="Apply"/>, <see cref="Seal"/> and <see cref="OnWritten"/> are for the replica's loop alone; everything else
/// may be called from any thread. The record of the state's own numbers: format version (1 byte), applied-through (8),
/// revision (8), keys (8), little-endian.
/// </remarks>
public sealed class KeyValueStateMachine
{
    private const byte FormatVersion = 1;

    private static readonly byte[] StateKey = "state"u8.ToArray();

    // In the family of the sessions, so that it travels with everything else that is replicated.
    private static readonly byte[] ConfigurationKey = "c"u8.ToArray();

    private readonly IReplicaStore _store;
    private readonly StateAudit _audit;
    private readonly ChangeHistory _changes;
    private readonly UnwrittenKeys _unwritten = new();
    private readonly BatchWrites _batches = new();
    private OriginTable _origins;
    private SessionTable _sessions;
    private RestoreProgress _restore;
    private LeaseTable _leases;
    private KeyHistories _histories = new();
    private long _revision;
    private long _keys;
    private Slot _writtenThrough;
    private long _changesWritten;
    private StateNumbers _numbers;
    private Configuration? _configuration;
    private bool _configurationChanged;
    private int _steps;
    private volatile bool _hasFailed;

    /// <summary>Loads the state that a store holds, whichever generation of it is live.</summary>
    public KeyValueStateMachine(IReplicaStore store)
        : this(GenerationStore.Over(store), new StateAudit(new Quorum([new ReplicaId(1)]), long.MaxValue))
    {
    }

    /// <summary>Loads the state that a store holds, and tells an audit of all that is applied to it.</summary>
    internal KeyValueStateMachine(IReplicaStore store, StateAudit audit, StorageOptions? options = null)
    {
        _store = store;
        _audit = audit;
        _changes = new ChangeHistory(store, options ?? new StorageOptions());
        Load();
    }

    /// <summary>The last configuration that was chosen; null while the first is in force, which is in servers.xml.</summary>
    public Configuration? Configuration => Volatile.Read(ref _configuration);

    /// <summary>Where the state stands.</summary>
    public StateNumbers Numbers => Volatile.Read(ref _numbers);

    /// <summary>The restore of a backup that is under way, or was interrupted: until it ends, or another does, nothing else is
    /// written, and what is read is a part of a backup. 0: none.</summary>
    public long Restoring => _restore.Current;

    /// <summary>The restore that was begun last, over by now or not; 0: there never was one.</summary>
    public long LastRestore => _restore.Last;

    /// <summary>How many puts and deletes of keys the store was given since this replica started, those of a restore among them.</summary>
    public long ChangesWritten => Volatile.Read(ref _changesWritten);

    /// <summary>Whether the store lacks something of the state.</summary>
    public bool HasUnwritten => _numbers.AppliedThrough > _writtenThrough;

    /// <summary>Whether the store lacks as much as it may: <see cref="Seal"/> is due.</summary>
    public bool IsWriteDue =>
        _unwritten.Changes >= StateMachineLimits.UnwrittenChangesMax
        || _unwritten.Bytes >= StateMachineLimits.UnwrittenBytesMax
        || _numbers.AppliedThrough.Number - _writtenThrough.Number >= StateMachineLimits.UnwrittenSlotsMax;

    /// <summary>Reads one key. Of a batch all is read, or nothing: any thread may ask while one is applied.</summary>
    public KeyRecord? Find(string key)
    {
        var wait = new SpinWait();
        while (true)
        {
            if (_batches.IsAtRest(out var seen))
            {
                var found = FindNow(key);
                if (_batches.IsStill(seen))
                {
                    return found;
                }
            }

            WaitForStep(ref wait);
        }
    }

    /// <summary>Reads a page of keys, all as of one slot: any thread may ask while others are applied. The replica's loop waits for nobody who
    /// reads.</summary>
    /// <param name="range">Which keys.</param>
    /// <param name="keysMax">So many keys, at most.</param>
    /// <param name="bytesMax">So many bytes of keys and values, at most; a single larger key is read all the same.</param>
    public RangeRead ReadRange(KeyRange range, int keysMax, long bytesMax)
    {
        using var reading = Begin(range);
        return reading.Read(keysMax, bytesMax);
    }

    private RangeReading Begin(KeyRange range) => OfOneSlot(() =>
    {
        // In this order: what is not unwritten any more is in the store by then.
        var unwritten = _unwritten.All();
        return new RangeReading(range, _store.Snapshot(), unwritten, Numbers);
    });

    // Of the moment between two slots: the number of steps is odd while one is applied, and while the state is exchanged for another.
    private T OfOneSlot<T>(Func<T> read)
    {
        var wait = new SpinWait();
        while (true)
        {
            var seen = Volatile.Read(ref _steps);
            if ((seen & 1) == 0)
            {
                var found = read();

                // What was read before is not to be read after this.
                Volatile.ReadBarrier();
                if (Volatile.Read(ref _steps) == seen)
                {
                    return found;
                }

                (found as IDisposable)?.Dispose();
            }

            WaitForStep(ref wait);
        }
    }

    // Whoever applies a slot ends it, or has failed within it.
    private void WaitForStep(ref SpinWait wait)
    {
        if (_hasFailed)
        {
            throw new StoreFailedException("The replica stopped in the middle of a slot, and its state is read no more.");
        }

        wait.SpinOnce();
    }

    private KeyRecord? FindNow(string key)
    {
        // In this order: what is not unwritten any more is in the store by then.
        if (_unwritten.TryGet(key, out var unwritten))
        {
            return unwritten;
        }

        return _store.Find(StoreFamily.Keys, Encoding.UTF8.GetBytes(key)) is { } record ? KeyRecord.Decode(record) : null;
    }

    /// <summary>How many leases there are. Any thread may ask.</summary>
    public int LeaseCount => Volatile.Read(ref _leases).Count;

    /// <summary>A lease as of some slot, with all keys that it has then; null: there is none of this name. Any thread may ask.</summary>
    public Lease? ReadLease(string name) => OfOneSlot(() => Volatile.Read(ref _leases).Find(name));

    /// <summary>A lease as it is now; null: there is none of this name. For the replica's loop.</summary>
    internal Lease? FindLease(string name) => _leases.Find(name);

    /// <summary>The leases from a name on, in the order of names, each as it was at some moment meanwhile. Any thread may ask.</summary>
    public IReadOnlyList<Lease> ReadLeases(string from, int leasesMax) => Volatile.Read(ref _leases).Page(from, leasesMax);

    /// <summary>The leases that were granted, renewed or ended since the last call, and those that were loaded; null for one that has ended. For the replica's loop.</summary>
    internal IReadOnlyList<(string Name, Lease? Lease)> TakeTouchedLeases() => _leases.TakeTouched();

    /// <summary>The history does not have the changes of this revision and of those before it.</summary>
    public long CompactedThrough => _changes.CompactedThrough;

    /// <summary>Reads the changes of keys from a revision on.</summary>
    /// <param name="from">1 or more; it may be yet to come.</param>
    /// <param name="filter">Which keys.</param>
    /// <param name="changesMax">So many changes, at most.</param>
    /// <param name="bytesMax">So many bytes of keys and values, at most; a single larger change is read all the same.</param>
    public ChangesRead ReadChanges(long from, ChangeFilter filter, int changesMax, long bytesMax) =>
        _changes.Read(from, filter, changesMax, bytesMax);

    /// <summary>Applies the next chosen value; what callers hear goes into <paramref name="answers"/>.</summary>
    public void Apply(Slot slot, Value value, List<AppliedCommand> answers)
    {
        Invariant.Holds(slot == _numbers.AppliedThrough.Next, $"slot {slot} is applied right after slot {_numbers.AppliedThrough}");
        Interlocked.Increment(ref _steps);
        _audit.Begin(slot);
        var isInForce = Reconfigure(value);
        for (var i = 0; i < value.Commands.Count; i++)
        {
            var command = value.Commands[i];
            if (_origins.Admit(command))
            {
                answers.Add(new AppliedCommand(
                    command.Id,
                    command.IsChange ? new ConfigurationDone(slot, value.Change?.Number ?? 0, isInForce) : Execute(slot, i, command)));
            }
        }

        _audit.End(slot);
        _changes.Publish(_revision);
        Volatile.Write(ref _numbers, new StateNumbers(slot, _revision, _keys));
        Interlocked.Increment(ref _steps);
    }

    /// <summary>The changes from a revision on that the store lacks.</summary>
    internal IEnumerable<ReadOnlyMemory<KeyChange>> UnwrittenChanges(long from) => _changes.Unwritten(from);

    /// <summary>Adds all that the store lacks to a write set, the state's own numbers with it.</summary>
    public void Seal(WriteSet writes)
    {
        _unwritten.WriteTo(writes);
        _sessions.Write(writes);
        _restore.Write(writes);
        _leases.Write(writes);
        _origins.Write(writes);
        _changes.Seal(writes);
        writes.Put(StoreFamily.Meta, StateKey, WriteNumbers(_numbers));
        if (_configurationChanged)
        {
            writes.Put(StoreFamily.Sessions, ConfigurationKey, _configuration!.Encode());
        }
    }

    /// <summary>That write set is in the store.</summary>
    public void OnWritten()
    {
        Volatile.Write(ref _changesWritten, _changesWritten + _unwritten.Changes);
        _unwritten.Clear();
        _changes.OnWritten();
        _configurationChanged = false;
        _writtenThrough = _numbers.AppliedThrough;
    }

    /// <summary>Whether a command was applied, or never will be.</summary>
    public bool IsOver(CommandId id) => _origins.IsOver(id);

    /// <summary>Whoever applies has failed, and the state stays where it is, perhaps within a slot: nobody may wait for the end of that.</summary>
    internal void OnFailed() => _hasFailed = true;

    /// <summary>The store is about to hold another state; <see cref="Reload"/> follows.</summary>
    public void OnExchanging()
    {
        Interlocked.Increment(ref _steps);
        _changes.Withhold();
    }

    /// <summary>The store holds another state than before: all that is kept of it in memory is loaded anew. The numbers come
    /// last, so that a reader who waits for them finds all of it.</summary>
    public void Reload()
    {
        _audit.Restart();
        Volatile.Write(ref _changesWritten, _changesWritten + 1);
        _unwritten.Forget();
        _histories = new KeyHistories();
        Load();
        Interlocked.Increment(ref _steps);
    }

    /// <summary>Whether the state that a store holds has a configuration: the members were changed.</summary>
    internal static bool HasConfiguration(IReplicaStore store) => GenerationStore.Over(store).Find(StoreFamily.Sessions, ConfigurationKey) is not null;

    /// <summary>Whether a store holds the state of any slot.</summary>
    internal static bool HasApplied(IReplicaStore store) => ReadNumbers(store.Find(StoreFamily.Meta, StateKey)).AppliedThrough > Slot.None;

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

    /// <summary>The record of the numbers that a snapshot of the store holds; of a fresh state if there is none.</summary>
    internal static byte[] ReadNumbersRecord(IStoreSnapshot snapshot) =>
        snapshot.Find(StoreFamily.Meta, StateKey) ?? WriteNumbers(ReadNumbers((byte[]?)null));

    /// <summary>Adds the record of another state's numbers to the write set that makes it the state here.</summary>
    internal static void PutNumbersRecord(byte[] record, WriteSet writes) => writes.Put(StoreFamily.Meta, StateKey, record);

    private static byte[] WriteNumbers(StateNumbers numbers)
    {
        var record = new byte[25];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), numbers.AppliedThrough.Number);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), numbers.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(17), numbers.Keys);
        return record;
    }

    [MemberNotNull(nameof(_origins), nameof(_sessions), nameof(_restore), nameof(_leases), nameof(_numbers))]
    private void Load()
    {
        var numbers = ReadNumbers(_store.Find(StoreFamily.Meta, StateKey));
        (_writtenThrough, _revision, _keys) = (numbers.AppliedThrough, numbers.Revision, numbers.Keys);
        _origins = new OriginTable(_store);
        _sessions = new SessionTable(_store);
        _restore = new RestoreProgress(_store);
        Volatile.Write(ref _leases, new LeaseTable(_store));
        _changes.Load(_revision);
        Volatile.Write(ref _numbers, numbers);
        _configurationChanged = false;
        Configuration? configuration = null;
        if (_store.Find(StoreFamily.Sessions, ConfigurationKey) is { } record)
        {
            Invariant.Holds(Configuration.TryRead(record, out configuration), "the configuration's record is readable");
        }

        Volatile.Write(ref _configuration, configuration);
        if (configuration is not null)
        {
            _audit.Reconfigure(configuration.Quorum);
        }
    }

    // Whether a value begins a configuration depends on nothing but the one before, as it does for Consensus: not on who
    // handed it in, nor on how often.
    private bool Reconfigure(Value value)
    {
        if (value.Change is not { } change || change.Number != (_configuration?.Number ?? 0) + 1)
        {
            return false;
        }

        Volatile.Write(ref _configuration, change);
        _configurationChanged = true;
        _audit.Reconfigure(change.Quorum);
        return true;
    }

    private CommandAnswer Execute(Slot slot, int place, Command command) =>
        KeyValueCommand.Decode(command.Payload) switch
        {
            OpenSession open => Open(slot, place, open),
            Put put => Once(slot, put, put.Identity),
            Delete delete => Once(slot, delete, delete.Identity),
            Batch batch => Once(slot, batch, batch.Identity),
            Transact transact => Once(slot, transact, transact.Identity),
            GrantLease grant => Once(slot, grant, grant.Identity, place),
            RevokeLease revoke => Once(slot, revoke, revoke.Identity),
            KeepLease keep => Execute(slot, keep),
            ExpireLease expire => Execute(slot, expire),
            Resolve resolve => Execute(slot, resolve),
            StateVote vote => Count(command.Id.Origin, vote),
            BeginRestore begin => Execute(slot, begin),
            RestoreKeys keys => Execute(keys),
            EndRestore end => Execute(end),
            _ when KeyValueCommand.IsOfNewerBuild(command.Payload.Span) => throw new NewerCommandException(slot),
            _ => new SessionForgotten(),
        };

    private RestoreAnswer Execute(Slot slot, BeginRestore begin)
    {
        if (begin.Restore == _restore.Last)
        {
            return Answer(_restore.Current == begin.Restore ? RestoreStep.Done : RestoreStep.NotUnderWay);
        }

        if (begin.After is { } after && after != _restore.Last)
        {
            // It waited somewhere, while another was begun and perhaps long ended: what was written since is not its to remove.
            return Answer(RestoreStep.NotUnderWay);
        }

        if (!begin.Force && _restore.Current != 0)
        {
            return Answer(RestoreStep.AnotherUnderWay);
        }

        // Not the keys alone: where there once were some, clients have seen revisions that the backup would give out again.
        if (!begin.Force && (_keys > 0 || _revision > 0))
        {
            return Answer(RestoreStep.NotEmpty);
        }

        // Whoever holds a lease is a client of the state that goes, and no backup has the keys.
        WriteAll(slot, [.. _leases.EndAll().Select(key => new BatchWrite(key, null))]);
        _restore.Begin(begin.Restore);
        return Answer(RestoreStep.Done);
    }

    private RestoreAnswer Execute(RestoreKeys restored)
    {
        // A late one must not undo what was written since its restore was over.
        if (_restore.Current != restored.Restore || restored.Restore == 0)
        {
            return Answer(RestoreStep.NotUnderWay);
        }

        foreach (var (key, record) in restored.Keys)
        {
            ref var history = ref HistoryOf(key);
            _keys += (record is null ? 0 : 1) - (history.Version != 0 ? 1 : 0);
            history = record is null ? default : new KeyHistory(record.CreateRevision, record.Version);
            if (record is null)
            {
                _audit.OnRemoved(key, _revision);
            }
            else
            {
                _audit.OnSet(key, history, record.ModificationRevision, record.Value.Span);
            }

            _unwritten.Set(key, record);
        }

        return Answer(RestoreStep.Done);
    }

    private RestoreAnswer Execute(EndRestore end)
    {
        if (_restore.Current != end.Restore || end.Restore == 0)
        {
            // Its answer may have been lost: nothing but its end leaves the last restore over.
            return Answer(_restore.Current == 0 && _restore.Last == end.Restore && end.Restore != 0 ? RestoreStep.Done : RestoreStep.NotUnderWay);
        }

        if (_keys != end.Keys)
        {
            return Answer(RestoreStep.Incomplete);
        }

        // Where there was a state before, its replacement is a revision of its own: or whoever watches from the next one on would
        // not notice it.
        _revision = _revision == 0 ? end.Revision : Math.Max(_revision + 1, end.Revision);
        _changes.Restart(_revision);
        _restore.End();
        return Answer(RestoreStep.Done);
    }

    private RestoreAnswer Answer(RestoreStep step) => new(step, _keys, _revision);

    private CommandAnswer Once(Slot slot, KeyValueCommand mutation, ClientIdentity? identity, int place = 0)
    {
        if (identity is not null && !_sessions.Admit(identity, out var kept))
        {
            return kept;
        }

        if (_restore.Current != 0)
        {
            // Not kept: the same request, repeated once the restore is over, is executed then.
            return new RestoreIsUnderWay(_restore.Current);
        }

        CommandAnswer answer = mutation switch
        {
            Put put => Execute(slot, put),
            Delete delete => Execute(slot, delete),
            Batch batch => Execute(slot, batch),
            Transact transact => Execute(slot, transact),
            GrantLease grant => Execute(slot, place, grant),
            RevokeLease revoke => End(slot, revoke.Lease),
            _ => throw new UnreachableException($"a mutation of kind {mutation.GetType().Name}"),
        };
        if (identity is not null)
        {
            _sessions.Keep(identity, answer);
        }

        return answer;
    }

    // What its session has forgotten nobody can tell any more; it takes no effect from now on either.
    private CommandAnswer Execute(Slot slot, Resolve resolve)
    {
        var identity = new ClientIdentity(resolve.Session, resolve.Sequence, AcknowledgedThrough: 0);
        if (!_sessions.Admit(identity, out var kept))
        {
            return kept is SessionForgotten ? kept : new Resolved(kept);
        }

        var withdrawn = new Withdrawn(slot, _revision);
        _sessions.Keep(identity, withdrawn);
        return new Resolved(withdrawn);
    }

    private VoteCounted Count(ReplicaId from, StateVote vote)
    {
        _audit.Count(from, vote);
        return new VoteCounted();
    }

    private SessionOpened Open(Slot slot, int place, OpenSession open)
    {
        var name = NameOf(slot, place, open.Nonce);
        _sessions.Open(name);
        return new SessionOpened(name);
    }

    // Never used for another session or lease.
    private static string NameOf(Slot slot, int place, long nonce) => string.Create(CultureInfo.InvariantCulture, $"{slot.Number:x}-{place:x}-{nonce:x16}");

    private CommandAnswer Execute(Slot slot, int place, GrantLease grant)
    {
        var name = NameOf(slot, place, grant.Nonce);
        if (!_leases.Grant(name, grant.TimeToLiveSeconds))
        {
            return Refuse(slot, "", LeaseRefusal.TooManyLeases);
        }

        _audit.OnLease(name, grant.TimeToLiveSeconds);
        return new LeaseLives(slot, _revision, name, grant.TimeToLiveSeconds);
    }

    private CommandAnswer Execute(Slot slot, KeepLease keep)
    {
        if (_restore.Current != 0)
        {
            return new RestoreIsUnderWay(_restore.Current);
        }

        if (_leases.Find(keep.Lease) is null)
        {
            return Refuse(slot, keep.Lease, LeaseRefusal.NotFound);
        }

        var lease = _leases.Renew(keep.Lease);
        _audit.OnLease(lease.Name, lease.Renewals);
        return new LeaseLives(slot, _revision, lease.Name, lease.TimeToLiveSeconds);
    }

    // Whoever proposes it may not have known of the last renewal.
    private CommandAnswer Execute(Slot slot, ExpireLease expire) => _leases.Find(expire.Lease)?.Renewals == expire.Renewals
        ? End(slot, expire.Lease)
        : Refuse(slot, expire.Lease, LeaseRefusal.NotFound);

    private CommandAnswer End(Slot slot, string name)
    {
        if (_leases.Find(name) is null)
        {
            return Refuse(slot, name, LeaseRefusal.NotFound);
        }

        var before = _revision;
        _audit.OnLease(name, -1);
        WriteAll(slot, [.. _leases.End(name).Select(key => new BatchWrite(key, null))]);
        return new LeaseEnded(slot, before, _revision - before);
    }

    private LeaseRefused Refuse(Slot slot, string lease, LeaseRefusal why)
    {
        _audit.OnLease(lease, (long)why);
        return new LeaseRefused(slot, _revision, lease, why);
    }

    private PutDone Execute(Slot slot, Put put)
    {
        var replaced = Set(slot, put.Key, put.Value, lease: null);
        return new PutDone(slot, _revision, replaced);
    }

    private DeleteDone Execute(Slot slot, Delete delete)
    {
        var found = Remove(slot, delete.Key);
        return new DeleteDone(slot, _revision, found);
    }

    private CommandAnswer Execute(Slot slot, Batch batch)
    {
        if (_leases.Refuses(batch.Writes) is { } refusal)
        {
            return Refuse(slot, refusal.Lease, refusal.Why);
        }

        var before = _revision;
        return new BatchDone(slot, before, WriteAll(slot, batch.Writes));
    }

    // Comparisons see what the command before this one left, whether the store has that yet or not, and nothing of this one.
    private CommandAnswer Execute(Slot slot, Transact transact)
    {
        var before = _revision;
        var seen = new KeySeen[transact.Comparisons.Count];
        var held = true;
        KeyRecord? record = null;
        for (var i = 0; i < seen.Length; i++)
        {
            var comparison = transact.Comparisons[i];
            if (i == 0 || comparison.Key != transact.Comparisons[i - 1].Key)
            {
                // Once for a key, which is often compared in two ways: it may have 1 MiB.
                record = FindNow(comparison.Key);
            }

            held &= comparison.Holds(record);
            seen[i] = new KeySeen(record?.ModificationRevision ?? 0, record?.Version ?? 0);
        }

        seen = held ? [] : seen;
        _audit.OnCompared(held, seen);
        var writes = held ? transact.Then : transact.Otherwise;
        return _leases.Refuses(writes) is { } refusal
            ? Refuse(slot, refusal.Lease, refusal.Why)
            : new TransactDone(slot, before, held, WriteAll(slot, writes), seen);
    }

    private BatchWriteDone[] WriteAll(Slot slot, IReadOnlyList<BatchWrite> writes)
    {
        var results = new BatchWriteDone[writes.Count];
        _batches.Begin();
        for (var i = 0; i < results.Length; i++)
        {
            var (key, value) = writes[i];
            var found = value is { } put ? Set(slot, key, put, writes[i].Lease) : Remove(slot, key);
            results[i] = new BatchWriteDone(_revision, found);
        }

        _batches.Publish(_unwritten);
        return results;
    }

    // True when the key was there before.
    private bool Set(Slot slot, string key, ReadOnlyMemory<byte> value, string? lease)
    {
        ref var history = ref HistoryOf(key);
        var isNew = history.Version == 0;
        _revision++;
        history = new KeyHistory(isNew ? _revision : history.CreateRevision, history.Version + 1);
        _audit.OnSet(key, history, _revision, value.Span);
        Attach(key, lease);
        _changes.Add(new KeyChange(_revision, slot, key, value));
        Write(key, new KeyRecord(history.CreateRevision, _revision, history.Version, value));
        _keys += isNew ? 1 : 0;
        return !isNew;
    }

    // True when the key was there.
    private bool Remove(Slot slot, string key)
    {
        // Whether it is there or not: in a state that is wrong a lease may end whose key is missing.
        Attach(key, null);
        ref var history = ref HistoryOf(key);
        if (history.Version == 0)
        {
            return false;
        }

        _revision++;
        history = default;
        _audit.OnRemoved(key, _revision);
        _changes.Add(new KeyChange(_revision, slot, key, null));
        Write(key, null);
        _keys--;
        return true;
    }

    private void Attach(string key, string? lease)
    {
        if (_leases.Attach(key, lease))
        {
            _audit.OnAttached(key, lease);
        }
    }

    private void Write(string key, KeyRecord? record)
    {
        if (!_batches.Takes(key, record))
        {
            _unwritten.Set(key, record);
        }
    }

    // Where it is kept, so that setting it takes no second search. It holds until the next key is asked for. A store that fails here leaves a
    // history of none behind; nothing is applied or written after that.
    private ref KeyHistory HistoryOf(string key)
    {
        ref var history = ref _histories.PlaceOf(key, out var isHere);
        if (!isHere && (_batches.TryGet(key, out var gathered) ? gathered : FindNow(key)) is { } record)
        {
            history = new KeyHistory(record.CreateRevision, record.Version);
        }

        return ref history;
    }
}

/// <summary>Where a replica's key-value state stands.</summary>
/// <param name="AppliedThrough">It holds every slot through this one.</param>
/// <param name="Revision">How many writes that changed something it has seen.</param>
/// <param name="Keys">How many keys it holds.</param>
public sealed record StateNumbers(Slot AppliedThrough, long Revision, long Keys);
