using System.Globalization;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>The dumb twin of the key-value state machine: it keeps everything for ever, and so can tell what any replica
/// should hold after any slot, and what any command should have been answered.</summary>
/// <param name="first">The configuration that the cluster begins with.</param>
/// <param name="ledger">Told when a mutation takes effect.</param>
/// <param name="leaseLedger">Told what becomes of leases.</param>
internal sealed class ModelStore(Configuration first, OperationLedger ledger, LeaseLedger leaseLedger)
{
    private readonly Dictionary<string, (long Revision, long Version, long Created)> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<KeyStood>> _historyOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _acknowledgedThrough = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Session, long Sequence), CommandAnswer> _answers = [];
    private readonly Dictionary<string, (long Seconds, long Renewals)> _leases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _leaseOf = new(StringComparer.Ordinal);
    private readonly List<KeyChange> _changes = [];
    private readonly List<long> _restoredAt = [];
    private readonly List<StateNumbers> _numbers = [new(Slot.None, 0, 0)];
    private readonly HashSet<CommandId> _seen = [];
    private readonly Dictionary<ReplicaId, (long Boot, long FinishedThrough)> _origins = [];
    private long _revision;
    private long _restoring;
    private long _lastRestore;

    /// <summary>The last slot that was applied here.</summary>
    public Slot AppliedThrough => new(_numbers.Count - 1);

    /// <summary>How many mutations took effect.</summary>
    public int Executed { get; private set; }

    /// <summary>How many transactions' comparisons held, and how many did not.</summary>
    public (int Held, int Not) Compared { get; private set; }

    /// <summary>What the replicas voted of their states, and what came of it.</summary>
    public AuditTwin Audit { get; } = new(first);

    /// <summary>The last slot that held a step of a restore.</summary>
    public Slot RestoredLast { get; private set; }

    /// <summary>Every key that ever held something.</summary>
    public IEnumerable<string> KeysEver => _historyOf.Keys;

    /// <summary>The state's numbers after a slot.</summary>
    public StateNumbers NumbersAt(Slot slot) => _numbers[(int)slot.Number];

    /// <summary>What a mutation with an identity was answered when it took effect; null when it has not.</summary>
    public CommandAnswer? AnswerOf(ClientIdentity identity) =>
        _answers.GetValueOrDefault((identity.Session, identity.Sequence));

    /// <summary>Whether a session can tell what came of a mutation, or can withdraw it.</summary>
    public bool Knows(string session, long sequence) => _acknowledgedThrough.TryGetValue(session, out var acknowledged) && sequence > acknowledged;

    /// <summary>The revision that wrote what a key held after a slot; zero when it held nothing.</summary>
    public long RevisionAt(string key, Slot slot) => StoodAt(key, slot).Revision;

    /// <summary>How often a key had been written after a slot since it was created; zero when it held nothing.</summary>
    public long VersionAt(string key, Slot slot) => StoodAt(key, slot).Version;

    /// <summary>What became of a key, from the first slot beyond one on.</summary>
    public IEnumerable<KeyStood> HistoryBeyond(Slot slot, string key) => _historyOf.GetValueOrDefault(key)?.SkipWhile(stood => stood.Slot <= slot) ?? [];

    /// <summary>Every change of some keys from a revision on and through another.</summary>
    public IEnumerable<KeyChange> Changes(long from, long through, ChangeFilter filter)
    {
        for (var at = IndexOf(from); at < _changes.Count && _changes[at].Revision <= through; at++)
        {
            if (filter.Matches(_changes[at].Key))
            {
                yield return _changes[at];
            }
        }
    }

    /// <summary>Whether one of these revisions is that of a restore: what changed then is told to nobody.</summary>
    public bool WasRestored(long from, long through) => _restoredAt.Exists(revision => revision >= from && revision <= through);

    /// <summary>Applies the next slot.</summary>
    public void Apply(Slot slot, Value value)
    {
        Audit.Reconfigure(value.Change);
        for (var place = 0; place < value.Commands.Count; place++)
        {
            if (IsFirst(value.Commands[place]))
            {
                Execute(slot, place, value.Commands[place].Id.Origin, KeyValueCommand.Decode(value.Commands[place].Payload));
            }
        }

        _numbers.Add(new StateNumbers(slot, _revision, _keys.Count));
    }

    // The first change of a revision or a later one. Revisions are not the changes' numbers: a restore takes one, or more, for itself.
    private int IndexOf(long revision)
    {
        var (begin, end) = (0, _changes.Count);
        while (begin < end)
        {
            var middle = (begin + end) / 2;
            (begin, end) = _changes[middle].Revision < revision ? (middle + 1, end) : (begin, middle);
        }

        return begin;
    }

    private bool IsFirst(Command command)
    {
        var (boot, finished) = _origins.GetValueOrDefault(command.Id.Origin);
        if (command.Id.Boot < boot)
        {
            return false;
        }

        finished = Math.Max(command.Id.Boot > boot ? 0 : finished, command.FinishedThrough);
        _origins[command.Id.Origin] = (command.Id.Boot, finished);
        return command.Id.Number > finished && _seen.Add(command.Id);
    }

    /// <summary>What a key held after a slot.</summary>
    public KeyStood StoodAt(string key, Slot slot) => _historyOf.GetValueOrDefault(key)?.LastOrDefault(stood => stood.Slot <= slot) ?? default;

    private void Execute(Slot slot, int place, ReplicaId origin, KeyValueCommand? command)
    {
        RestoredLast = command is BeginRestore or RestoreKeys or EndRestore ? slot : RestoredLast;
        switch (command)
        {
            case OpenSession open:
                _acknowledgedThrough.Add(NameOf(slot, place, open.Nonce), 0);
                break;
            case StateVote vote:
                Audit.Count(slot, origin, vote);
                break;
            case Resolve resolve when Knows(resolve.Session, resolve.Sequence) && !_answers.ContainsKey((resolve.Session, resolve.Sequence)):
                _answers.Add((resolve.Session, resolve.Sequence), new Withdrawn(slot, _revision));
                break;
            case BeginRestore begin:
                Begin(slot, begin);
                break;
            case RestoreKeys restored when restored.Restore == _restoring:
                Execute(slot, restored);
                break;
            case EndRestore end when end.Restore == _restoring && end.Keys == _keys.Count:
                _revision = _revision == 0 ? end.Revision : Math.Max(_revision + 1, end.Revision);
                _restoredAt.Add(_revision);
                _restoring = 0;
                break;
            case Put put when MayExecute(put.Identity):
                Answer(put.Identity, put, Execute(slot, put));
                break;
            case Delete delete when MayExecute(delete.Identity):
                Answer(delete.Identity, delete, Execute(slot, delete));
                break;
            case Batch batch when MayExecute(batch.Identity):
                Answer(batch.Identity, batch, Execute(slot, batch));
                break;
            case Transact transact when MayExecute(transact.Identity):
                Answer(transact.Identity, transact, Execute(slot, transact));
                break;
            case GrantLease grant when MayExecute(grant.Identity):
                Answer(grant.Identity, grant, Live(slot, NameOf(slot, place, grant.Nonce), grant.TimeToLiveSeconds, renewals: 0));
                break;
            case KeepLease keep when _restoring == 0 && _leases.TryGetValue(keep.Lease, out var kept):
                Live(slot, keep.Lease, kept.Seconds, kept.Renewals + 1);
                break;
            case RevokeLease revoke when MayExecute(revoke.Identity):
                Answer(revoke.Identity, revoke, _leases.ContainsKey(revoke.Lease)
                    ? End(slot, revoke.Lease, isExpired: false)
                    : new LeaseRefused(slot, _revision, revoke.Lease, LeaseRefusal.NotFound));
                break;
            case ExpireLease expire when _leases.TryGetValue(expire.Lease, out var due) && due.Renewals == expire.Renewals:
                End(slot, expire.Lease, isExpired: true);
                break;
        }
    }

    private static string NameOf(Slot slot, int place, long nonce) => string.Create(CultureInfo.InvariantCulture, $"{slot.Number:x}-{place:x}-{nonce:x16}");

    private LeaseLives Live(Slot slot, string lease, long seconds, long renewals)
    {
        _leases[lease] = (seconds, renewals);
        leaseLedger.OnLives(lease, seconds, slot, _revision);
        return new LeaseLives(slot, _revision, lease, seconds);
    }

    private LeaseEnded End(Slot slot, string lease, bool isExpired)
    {
        var before = _revision;
        string[] keys = [.. _leaseOf.Where(key => key.Value == lease).Select(key => key.Key).Order(StringComparer.Ordinal)];
        _leases.Remove(lease);
        foreach (var key in keys)
        {
            Execute(slot, new Delete(null, key));
        }

        leaseLedger.OnEnded(lease, keys.Length, isExpired);
        return new LeaseEnded(slot, before, keys.Length);
    }

    private void Begin(Slot slot, BeginRestore begin)
    {
        var isRepeat = begin.Restore == _lastRestore;
        var isEmpty = _restoring == 0 && _keys.Count == 0 && _revision == 0;
        var isLate = begin.After is { } after && after != _lastRestore;
        if (!isRepeat && !isLate && (begin.Force || isEmpty))
        {
            foreach (var key in _leaseOf.Keys.Order(StringComparer.Ordinal).ToArray())
            {
                Execute(slot, new Delete(null, key));
            }

            foreach (var lease in _leases.Keys.ToArray())
            {
                End(slot, lease, isExpired: false);
            }

            _restoring = _lastRestore = begin.Restore;
        }
    }

    private void Execute(Slot slot, RestoreKeys restored)
    {
        foreach (var (key, record) in restored.Keys)
        {
            Remember(key, record is null ? new KeyStood(slot, 0, 0) : new KeyStood(slot, record.ModificationRevision, record.Version)
            {
                Created = record.CreateRevision,
                Value = record.Value,
            });
            if (record is null)
            {
                _keys.Remove(key);
            }
            else
            {
                _keys[key] = (record.ModificationRevision, record.Version, record.CreateRevision);
            }
        }
    }

    private bool MayExecute(ClientIdentity? identity)
    {
        if (identity is null)
        {
            return _restoring == 0;
        }

        if (!_acknowledgedThrough.TryGetValue(identity.Session, out var acknowledged))
        {
            return false;
        }

        acknowledged = Math.Max(acknowledged, Math.Min(identity.AcknowledgedThrough, identity.Sequence - 1));
        _acknowledgedThrough[identity.Session] = acknowledged;
        return _restoring == 0 && identity.Sequence > acknowledged && !_answers.ContainsKey((identity.Session, identity.Sequence));
    }

    private void Answer(ClientIdentity? identity, KeyValueCommand command, CommandAnswer answer)
    {
        Executed++;
        if (identity is null)
        {
            ledger.OnExecuted(command, answer);
        }
        else
        {
            _answers.Add((identity.Session, identity.Sequence), answer);
            ledger.OnExecuted(identity, answer);
        }
    }

    private PutDone Execute(Slot slot, Put put, string? lease = null)
    {
        var replaced = _keys.TryGetValue(put.Key, out var before);
        _leaseOf.Remove(put.Key);
        if (lease is not null)
        {
            _leaseOf[put.Key] = lease;
        }

        _revision++;
        var created = replaced ? before.Created : _revision;
        _keys[put.Key] = (_revision, before.Version + 1, created);
        Remember(put.Key, new KeyStood(slot, _revision, before.Version + 1) { Created = created, Value = put.Value, Lease = lease });
        _changes.Add(new KeyChange(_revision, slot, put.Key, put.Value));
        return new PutDone(slot, _revision, replaced);
    }

    private DeleteDone Execute(Slot slot, Delete delete)
    {
        var found = _keys.Remove(delete.Key);
        _leaseOf.Remove(delete.Key);
        if (found)
        {
            _revision++;
            Remember(delete.Key, new KeyStood(slot, 0, 0));
            _changes.Add(new KeyChange(_revision, slot, delete.Key, null));
        }

        return new DeleteDone(slot, _revision, found);
    }

    private CommandAnswer Execute(Slot slot, Batch batch)
    {
        var before = _revision;
        return Over(batch.Writes) is { } over
            ? new LeaseRefused(slot, before, over, LeaseRefusal.NotFound)
            : new BatchDone(slot, before, Execute(slot, batch.Writes));
    }

    // The first lease that some writes name and that is not there.
    private string? Over(IReadOnlyList<BatchWrite> writes) => writes.Select(write => write.Lease).FirstOrDefault(lease => lease is not null && !_leases.ContainsKey(lease));

    private CommandAnswer Execute(Slot slot, Transact transact)
    {
        var before = _revision;
        KeyStood[] stood = [.. transact.Comparisons.Select(comparison => StoodAt(comparison.Key, slot))];
        var held = transact.Comparisons.Zip(stood).All(pair => Holds(pair.First, pair.Second));
        Compared = held ? (Compared.Held + 1, Compared.Not) : (Compared.Held, Compared.Not + 1);
        var writes = held ? transact.Then : transact.Otherwise;
        if (Over(writes) is { } over)
        {
            return new LeaseRefused(slot, before, over, LeaseRefusal.NotFound);
        }

        var results = Execute(slot, writes);
        return new TransactDone(slot, before, held, results, held ? [] : [.. stood.Select(key => new KeySeen(key.Revision, key.Version))]);
    }

    // A key that holds nothing stood at revision and version zero.
    private static bool Holds(KeyComparison comparison, KeyStood stood) => comparison.Kind switch
    {
        ComparisonKind.Value => stood.Revision != 0 && Convert.ToHexString(stood.Value.Span) == Convert.ToHexString(comparison.Value.Span),
        ComparisonKind.Exists => stood.Revision != 0,
        ComparisonKind.Missing => stood.Revision == 0,
        ComparisonKind.ModificationRevision => stood.Revision == comparison.Number,
        _ => stood.Version == comparison.Number,
    };

    private List<BatchWriteDone> Execute(Slot slot, IReadOnlyList<BatchWrite> writes)
    {
        var results = new List<BatchWriteDone>();
        foreach (var write in writes)
        {
            var (key, value) = write;
            var found = _keys.ContainsKey(key);
            if (value is { } put)
            {
                Execute(slot, new Put(null, key, put), write.Lease);
            }
            else
            {
                Execute(slot, new Delete(null, key));
            }

            results.Add(new BatchWriteDone(_revision, found));
        }

        return results;
    }

    private void Remember(string key, KeyStood stood)
    {
        if (!_historyOf.TryGetValue(key, out var history))
        {
            _historyOf[key] = history = [];
        }

        history.Add(stood);
    }
}

/// <summary>What a write made of a key.</summary>
/// <param name="Slot">Where it was chosen.</param>
/// <param name="Revision">Its revision; zero: the key holds nothing since.</param>
/// <param name="Version">How often the key was written since it was created.</param>
internal readonly record struct KeyStood(Slot Slot, long Revision, long Version)
{
    /// <summary>The revision that created the key.</summary>
    public long Created { get; init; }

    /// <summary>Its value.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The lease that it goes with; null: none.</summary>
    public string? Lease { get; init; }

    /// <summary>All of it but the slot, which no replica keeps.</summary>
    public string Text => Revision == 0 && Lease is null
        ? "nothing"
        : $"revision {Revision}, version {Version}, created by {Created}, of {Convert.ToHexString(Value.Span)}{(Lease is null ? "" : $", by lease {Lease}")}";
}
