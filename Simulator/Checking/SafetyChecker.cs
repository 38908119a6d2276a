using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using KeyChange = PaxosWcf.Replication.Changes.KeyChange;

namespace PaxosWcf.Simulator;

/// <summary>Holds every step of a simulated cluster against the rules, with knowledge that no replica has.</summary>
public sealed class SafetyChecker
{
    private readonly Action<string> _end;
    private readonly VoteCounter _votes;
    private readonly ToldWords _words;
    private readonly ModelStore _model;
    private readonly WrongStates _wrong;
    private readonly Dictionary<ReplicaId, Slot> _applied = [];
    private readonly Dictionary<ReplicaId, Slot> _appliesFrom = [];
    private readonly Dictionary<ReplicaId, Ballot> _told = [];
    private readonly Dictionary<Slot, (ReplicaId Replica, string Hash)> _hashes = [];
    private readonly HashSet<(string Session, long Sequence)> _answeredIdentities = [];
    private readonly long _historyRevisionsMax;
    private Slot _answered;

    internal SafetyChecker(Configuration first, long historyRevisionsMax, WrongStates wrong, Func<long> now, Action<string> end)
    {
        _wrong = wrong;
        _historyRevisionsMax = historyRevisionsMax;
        _end = end;
        _votes = new VoteCounter(first, Fail);
        _words = new ToldWords(_votes, Fail);
        LedConfiguration = first.Number;
        Ledger = new OperationLedger(Fail);
        Leases = new LeaseLedger(now, Fail);
        _model = new ModelStore(first, Ledger, Leases);
    }

    /// <summary>How many slots have a chosen value: a quorum's disks hold it.</summary>
    public int Chosen => _votes.Chosen;

    /// <summary>The number of the last configuration that is chosen.</summary>
    public long LatestConfiguration => _votes.LatestConfiguration;

    /// <summary>The number of the last configuration under which somebody led. Until somebody leads under the last one that is chosen, perhaps
    /// only one disk knows that it is.</summary>
    public long LedConfiguration { get; private set; }

    /// <summary>Whether some disk holds a stop-sign that may yet be chosen.</summary>
    public bool MayBeReconfigured => _votes.MayBeReconfigured;

    /// <summary>A replica leads.</summary>
    public void OnLed(Ballot ballot) => LedConfiguration = Math.Max(LedConfiguration, ballot.Configuration);

    /// <summary>How many disks were set back that the others must miss.</summary>
    public int SetBack => _words.SetBack;

    /// <summary>What clients were told of each of their operations.</summary>
    internal OperationLedger Ledger { get; }

    /// <summary>What became of leases, and what their holders were told.</summary>
    internal LeaseLedger Leases { get; }

    /// <summary>How many snapshots were installed.</summary>
    public int Installed { get; private set; }

    /// <summary>How many changes those were told who watch.</summary>
    public int Told { get; private set; }

    /// <summary>How often they were told that what they asked for is compacted.</summary>
    public int Compacted { get; private set; }

    /// <summary>The revision of the last slot that any replica has applied.</summary>
    public long Revision => _model.NumbersAt(_model.AppliedThrough).Revision;

    /// <summary>How many mutations took effect.</summary>
    public int Executed => _model.Executed;

    /// <summary>How many transactions' comparisons held, and how many did not.</summary>
    public (int Held, int Not) Compared => _model.Compared;

    /// <summary>How many operations were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>How many keys those were told who read ranges.</summary>
    public int Ranges { get; private set; }

    /// <summary>How many of them were reads.</summary>
    public int ReadsAnswered { get; private set; }

    /// <summary>The last slot that any replica has applied.</summary>
    public Slot AppliedThrough => _model.AppliedThrough;

    /// <summary>What the replicas voted of their states.</summary>
    internal AuditTwin Audit => _model.Audit;

    /// <summary>The last slot that held a step of a restore.</summary>
    internal Slot RestoredLast => _model.RestoredLast;

    /// <summary>The first slot that a replica's process has applied, or is to apply, without a gap since.</summary>
    internal Slot AppliesFrom(ReplicaId replica) => _appliesFrom[replica];

    /// <summary>How often a key should have been written after a slot since it was created.</summary>
    internal long VersionAt(string key, Slot slot) => _model.VersionAt(key, slot);

    /// <summary>What became of a key, from the first slot beyond one on.</summary>
    internal IEnumerable<KeyStood> HistoryBeyond(Slot slot, string key) => _model.HistoryBeyond(slot, key);

    /// <summary>Replicas that have applied through the same slot hold the same state, to the byte, and the first of them that is looked at the very keys of
    /// the twin. What they applied last may not be in their stores yet.</summary>
    /// <returns>How many of them hold all that any replica has applied.</returns>
    public int CompareStates(IEnumerable<SimulatedReplica> replicas)
    {
        var whole = 0;
        foreach (var replica in replicas.Where(replica => replica.IsUp && !_wrong.Has(replica.Id)))
        {
            var state = StateHasher.Hash(replica.Store);
            var slot = state.Numbers.AppliedThrough;
            if (_hashes.TryAdd(slot, (replica.Id, state.Hash)))
            {
                CompareKeys($"the store of {replica.Id}", StoredKeys.In(replica.Store), slot);
            }
            else if (_hashes[slot].Hash != state.Hash)
            {
                Fail($"{replica.Id} and {_hashes[slot].Replica} have applied through {slot} and hold different states");
            }

            whole += slot == AppliedThrough ? 1 : 0;
        }

        return whole;
    }

    /// <summary>What replicas find of each key, in memory or on disk, is what the twin has of it.</summary>
    internal void CompareFound(IEnumerable<SimulatedReplica> replicas)
    {
        foreach (var replica in replicas.Where(replica => replica.IsUp && !_wrong.Has(replica.Id)))
        {
            var machine = replica.Driver!.Machine;
            var leases = machine.ReadLeases("", int.MaxValue).SelectMany(lease => lease.Keys, (lease, key) => (Key: key, lease.Name))
                .ToDictionary(held => held.Key, held => held.Name, StringComparer.Ordinal);
            CompareKeys(
                $"{replica.Id}",
                _model.KeysEver.Union(leases.Keys).ToDictionary(key => key, key => StoredKeys.Stood(machine.Find(key), leases.GetValueOrDefault(key)), StringComparer.Ordinal),
                machine.Numbers.AppliedThrough);
        }
    }

    private void CompareKeys(string who, Dictionary<string, KeyStood> held, Slot slot)
    {
        foreach (var key in _model.KeysEver.Union(held.Keys))
        {
            var (found, expected) = (held.GetValueOrDefault(key).Text, _model.StoodAt(key, slot).Text);
            if (found != expected)
            {
                Fail($"{who} holds, after slot {slot}, of {key}: {found}; instead of: {expected}");
            }
        }
    }

    /// <summary>A disk was set back to an image of the present configuration, and enough others remember what came after it.</summary>
    internal void OnMissed(SimulatedReplica replica, Incarnation incarnation, Missed missed) =>
        _words.OnMissed(replica.Id, incarnation, LatestConfiguration, missed);

    /// <summary>Somebody who watches was told of a change: whoever reads after that finds no less.</summary>
    internal void OnToldChange(Slot slot) => _answered = Slot.Max(_answered, slot);

    /// <summary>A replica's disk was emptied or set back: nobody can ask it to keep what it said.</summary>
    internal void OnDiskLost(ReplicaId replica)
    {
        _told.Remove(replica);
        _words.OnDiskLost(replica);
        _votes.OnDiskLost(replica);
    }

    internal void OnWritten(ReplicaId replica, Incarnation incarnation, WriteSet writes, bool durable)
    {
        if (!durable)
        {
            return;
        }

        foreach (var write in writes.Writes)
        {
            _words.OnWritten(replica, write);
            if (ReplicaLog.ReadPromise(write) is { } promised)
            {
                _votes.OnPromised(replica, promised);
            }
            else if (ReplicaLog.ReadAccepted(write) is { } entry)
            {
                CountVote(replica, incarnation, entry);
            }
        }
    }

    internal void OnStarted(SimulatedReplica replica)
    {
        var driver = replica.Driver!;
        if (driver.Replica.Promised < _told.GetValueOrDefault(replica.Id))
        {
            Fail($"{replica.Id} told of {_told[replica.Id]} and restarts with {driver.Replica.Promised}");
        }

        // Write sets that nobody heard the end of may have survived: what they hold counts from now on.
        if (driver.Replica.Promised is { } promised && promised > _votes.PromisedBy(replica.Id))
        {
            _votes.OnPromised(replica.Id, promised);
        }

        AcceptedEntry[] log = [.. replica.Store.Scan(StoreFamily.Log, [], until: null)
            .Select(record => ReplicaLog.ReadEntry(record.Key, record.Value)).Where(entry => entry.Ballot != Ballot.None)];
        foreach (var entry in log)
        {
            CountVote(replica.Id, replica.Incarnation, entry, isNew: false);
        }

        // What it applied, or installed, in the very moment of its crash.
        var applied = driver.Machine.Numbers.AppliedThrough;
        _words.OnStarted(replica.Id, applied, log);
        BringModelTo(replica, applied);
        _applied[replica.Id] = applied;
        _appliesFrom[replica.Id] = applied.Next;
        OnRun(replica);
    }

    internal void OnSent(Envelope envelope)
    {
        var told = envelope.Message switch
        {
            Promise promise => promise.Ballot,
            Accepted accepted => accepted.Ballot,
            _ => Ballot.None,
        };
        _told[envelope.From] = Ballot.Max(told, _told.GetValueOrDefault(envelope.From));
        if (told > _votes.PromisedBy(envelope.From))
        {
            Fail($"{envelope} is sent before the disk holds the promise");
        }

        if (envelope.Message is Accepted votes
            && votes.Slots.Any(slot => !_votes.HasVoted(envelope.From, slot, votes.Ballot) && _votes.ChosenAt(slot) is null))
        {
            Fail($"{envelope} is sent before the disk holds the values");
        }

        if (envelope.Message is Accept accept)
        {
            foreach (var proposal in accept.Proposals)
            {
                _votes.OnProposed(accept.Ballot, proposal);
            }
        }

        _words.OnSent(envelope);
    }

    internal void OnApplied(ReplicaId replica, Slot slot, Value value)
    {
        if (slot != _applied.GetValueOrDefault(replica).Next)
        {
            Fail($"{replica} applies slot {slot} after slot {_applied.GetValueOrDefault(replica)}");
        }

        if (_votes.ChosenAt(slot) is not { } chosen || !chosen.Equals(value))
        {
            Fail($"{replica} applies {value} in slot {slot}, where {_votes.ChosenAt(slot)?.ToString() ?? "nothing"} is chosen");
        }

        _applied[replica] = slot;
        if (slot == _model.AppliedThrough.Next)
        {
            _model.Apply(slot, value);
        }
    }

    /// <summary>A replica jumps to the state of another: a state of chosen slots only, whole, and of the one slot that its
    /// numbers say.</summary>
    internal void OnInstalled(SimulatedReplica replica, Slot through)
    {
        if (through <= _applied.GetValueOrDefault(replica.Id))
        {
            Fail($"{replica.Id} installs the state of slot {through} over that of slot {_applied[replica.Id]}");
        }

        Installed++;
        BringModelTo(replica, through);
        _applied[replica.Id] = through;
        _appliesFrom[replica.Id] = through.Next;
        foreach (var key in _model.KeysEver)
        {
            var revision = replica.Driver!.Machine.Find(key)?.ModificationRevision ?? 0;
            if (revision != _model.RevisionAt(key, through))
            {
                Fail($"{replica.Id} has installed the state of slot {through}: {key} is of revision {revision} "
                    + $"instead of {_model.RevisionAt(key, through)}");
            }
        }
    }

    internal void OnRun(SimulatedReplica replica)
    {
        var numbers = replica.Driver!.Machine.Numbers;
        if (numbers != _model.NumbersAt(numbers.AppliedThrough))
        {
            Fail($"{replica.Id} stands at {numbers}, but should at {_model.NumbersAt(numbers.AppliedThrough)}");
        }
    }

    /// <summary>Somebody who watches has read changes at a replica: all that there are through the revision that it was told, each as it
    /// was applied; or they are compacted, and then as many later ones are kept as is promised.</summary>
    /// <returns>The revision to read on from.</returns>
    internal long OnChangesRead(string who, long from, ChangeFilter filter, ChangesRead read, long revision)
    {
        switch (read)
        {
            case ChangesCompacted compacted:
                Compacted++;
                var isShort = revision - compacted.OldestRevision + 1 < _historyRevisionsMax;
                if (compacted.OldestRevision <= from || (isShort && !_model.WasRestored(compacted.OldestRevision - 1, compacted.OldestRevision - 1)))
                {
                    Fail($"{who} is told that revision {from} is compacted and {compacted.OldestRevision} the oldest, where {revision} is the latest");
                }

                return compacted.OldestRevision;
            case ChangesFound found:
                Told += found.Changes.Count;
                var expected = string.Join(' ', _model.Changes(from, found.CompleteThrough, filter).Select(Text));
                var told = string.Join(' ', found.Changes.Select(Text));
                if (told != expected || found.CompleteThrough < from - 1 || found.CompleteThrough > Math.Max(revision, from - 1)
                    || _model.WasRestored(from, found.CompleteThrough))
                {
                    Fail($"{who} is told [{told}] for {from}..{found.CompleteThrough}, where {revision} is the latest, instead of [{expected}]");
                }

                return found.CompleteThrough + 1;
            default:
                throw new System.Diagnostics.UnreachableException($"a reading of kind {read.GetType().Name}");
        }
    }

    /// <summary>Somebody who watches was told, by silence or in words, that nothing came.</summary>
    internal void OnNothingChanged(string who, long from, long completeThrough, ChangeFilter filter)
    {
        if (completeThrough < from - 1 || _model.Changes(from, completeThrough, filter).Any() || _model.WasRestored(from, completeThrough))
        {
            Fail($"{who} is told that nothing came in {from}..{completeThrough}, where {_model.Changes(from, completeThrough, filter).Count()} changes are");
        }
    }

    /// <summary>Somebody who watches asks for changes from a revision on; 0: where the store stands. One that asked for changes already must not
    /// ask that again, for it would miss what came meanwhile.</summary>
    internal void OnWatched(UserOperation watch, long from)
    {
        if (watch.WatchesFrom is null && from > 0 && (watch.Stands.Count == 0 || watch.Stands.Contains(from - 1)))
        {
            watch.WatchesFrom = from;
        }
        else if ((from > 0) != (watch.WatchesFrom > 0))
        {
            Fail($"{watch} asks for {from}, where it began with {watch.WatchesFrom?.ToString() ?? $"where the store stands, {string.Join(", ", watch.Stands)}"}");
        }
    }

    /// <summary>Somebody who watches from now on is told where the store stands: no earlier than anything that was answered before.</summary>
    internal void OnStood(UserOperation watch, long revision)
    {
        var least = _model.NumbersAt(watch.Floor).Revision;
        if (revision < least)
        {
            Fail($"{watch} is told that the store stands at revision {revision}, though {least} was answered before it began");
        }

        watch.Stands.Add(revision);
    }

    /// <summary>The first change of some keys from a revision on that any replica has applied; null: there is none.</summary>
    internal KeyChange? ChangeFrom(long revision, ChangeFilter filter)
    {
        foreach (var change in _model.Changes(revision, Revision, filter))
        {
            return change;
        }

        return null;
    }

    /// <summary>Whether one of these revisions is that of a restore, which ends every watch.</summary>
    internal bool WasRestored(long from, long through) => _model.WasRestored(from, through);

    internal Slot OnInvoked() => _answered;

    // Every operation has its place in the order of slots: a write where it was chosen, a read after the slot that its
    // replica had applied. The history is linearizable when each one's answer is right for its place, and none has its
    // place before an operation that was answered before it began.
    internal void OnCompleted(Operation operation)
    {
        Answered++;
        switch (operation.Answer)
        {
            case null:
                OnRead(operation);
                break;
            case PutDone { Slot: var slot }:
                OnWrite(operation, slot, ((Put)operation.Command!).Identity);
                break;
            case DeleteDone { Slot: var slot }:
                OnWrite(operation, slot, ((Delete)operation.Command!).Identity);
                break;
            case BatchDone { Slot: var slot }:
                OnWrite(operation, slot, ((Batch)operation.Command!).Identity);
                break;
            case TransactDone { Slot: var slot }:
                OnWrite(operation, slot, ((Transact)operation.Command!).Identity);
                break;
            case SessionForgotten:
                Fail($"{operation} was told that its session is forgotten");
                break;
        }
    }

    /// <summary>A client's library gave it the answer of a read.</summary>
    internal void OnReadAnswered(UserOperation read, string key, GetReply reply, ReplicaId from)
    {
        Answered++;
        var readAt = new Slot(reply.AppliedThrough);
        CheckRead($"{read}", read.Floor, key, readAt, reply.ModificationRevision);
        CheckRecord(read, key, readAt, (reply.Version, reply.CreateRevision, reply.Value), from);
    }

    /// <summary>A client's library gave it a page of keys: exactly those that were there after one slot, and what they held then.</summary>
    internal void OnRangeAnswered(UserOperation read, string first, string? until, int keysMax, RangeReply reply, ReplicaId from)
    {
        Answered++;
        Ranges += reply.Keys.Length;
        var readAt = new Slot(reply.AppliedThrough);
        var end = reply.More ? reply.Next : until;
        string[] within = [.. _model.KeysEver.Where(key => key.StartsWith('k') && string.CompareOrdinal(key, first) >= 0).Order(StringComparer.Ordinal)];
        foreach (var key in within.Where(key => end is null || string.CompareOrdinal(key, end) < 0))
        {
            var found = reply.Keys.SingleOrDefault(each => each.Key == key);
            CheckRead($"{read}, {key}", read.Floor, key, readAt, found?.ModificationRevision ?? 0);
            CheckRecord(read, key, readAt, (found?.Version ?? 0, found?.CreateRevision ?? 0, found?.Value), from);
        }

        string[] told = [.. reply.Keys.Select(key => key.Key)];
        var next = within.Where(key => until is null || string.CompareOrdinal(key, until) < 0).Except(told).FirstOrDefault(key =>
            (told.Length == 0 || string.CompareOrdinal(key, told[^1]) > 0) && _model.RevisionAt(key, readAt) != 0);
        if (!told.SequenceEqual(told.Order(StringComparer.Ordinal).Distinct()) || told.Except(within).Any() || told.Length > keysMax
            || reply.Next != next || reply.More != (next is not null) || (reply.More && told.Length == 0)
            || reply.Revision != _model.NumbersAt(readAt).Revision)
        {
            Fail($"{read} was told [{string.Join(' ', told)}], next {reply.Next}, at revision {reply.Revision}; what follows is {next}, and the revision "
                + $"{_model.NumbersAt(readAt).Revision}");
        }

        // It stands at least where it was asked to, whether it found a key or not.
        CheckFloor($"{read}", read.Floor, readAt);
    }

    /// <summary>A client's library told it what came of a write in doubt.</summary>
    internal void OnResolved(UserOperation asked, UserOperation doubtful, (string Session, long Sequence) identity, ResolveReply reply)
    {
        Answered++;
        if (reply.Outcome != ResolveOutcome.Forgotten)
        {
            Ledger.OnResolved(doubtful, reply.Outcome == ResolveOutcome.Applied ? SimulatedResolve.SlotOf(reply) : null);
        }
        else if (_model.Knows(identity.Session, identity.Sequence))
        {
            Fail($"{asked} was told that {identity} is forgotten, though it is not");
        }
    }

    /// <summary>A client's library gave it the answer of a write.</summary>
    internal void OnWriteAnswered(UserOperation write, CommandAnswer answer, Slot slot)
    {
        Answered++;
        Ledger.OnAnswered(write, answer);
        if (slot <= write.Floor)
        {
            Fail($"{write} took effect in slot {slot}, though slot {write.Floor} was answered before it began");
        }

        _answered = Slot.Max(_answered, slot);
    }

    /// <summary>A client's library gave it the answer of a renewal: whoever asks after that finds it.</summary>
    internal void OnRenewed(UserOperation renewal, LeaseReply reply, long asked)
    {
        Answered++;
        Leases.OnHeld(renewal, reply, asked);
        _answered = Slot.Max(_answered, new Slot(reply.Slot));
    }

    /// <summary>A replica's door has the answer of a command that carried an identity.</summary>
    internal void OnDoorAnswered(ClientIdentity identity, CommandAnswer answer)
    {
        if (answer is RestoreIsUnderWay)
        {
            // Nothing was executed, and a repeat may be any moment.
            return;
        }

        if (answer is SessionForgotten ? Ledger.IsOpen(identity) : _model.AnswerOf(identity) != answer)
        {
            Fail($"{identity} was answered {answer} instead of {_model.AnswerOf(identity)?.ToString() ?? "nothing"}");
        }
    }

    private static string Text(KeyChange change) => change.Value is { } value
        ? $"{change.Revision}@{change.Slot} {change.Key}={Convert.ToHexString(value.Span)}"
        : $"{change.Revision}@{change.Slot} -{change.Key}";

    private void BringModelTo(SimulatedReplica replica, Slot through)
    {
        while (_model.AppliedThrough < through)
        {
            var next = _model.AppliedThrough.Next;
            if (_votes.ChosenAt(next) is not { } chosen)
            {
                Fail($"{replica.Id} stands at slot {through}, though nothing is chosen in slot {next}");
                return;
            }

            _model.Apply(next, chosen);
        }
    }

    private void OnRead(Operation read) =>
        CheckRead($"{read}", read.Floor, read.Key, read.ReadAt, read.Found?.ModificationRevision ?? 0);

    private void CheckRecord(UserOperation read, string key, Slot readAt, (long Version, long Created, byte[]? Value) found, ReplicaId from)
    {
        var stood = _model.StoodAt(key, readAt);
        if (!read.MayBeWrongAt.Contains(from)
            && ((found.Version, found.Created) != (stood.Version, stood.Created) || !stood.Value.Span.SequenceEqual(found.Value)))
        {
            Fail($"{read} found version {found.Version} of {key}, created by {found.Created}, of {Convert.ToHexString(found.Value ?? [])} instead of "
                + $"version {stood.Version}, created by {stood.Created}, of {Convert.ToHexString(stood.Value.Span)}");
        }
    }

    private void CheckFloor(string read, Slot floor, Slot readAt)
    {
        if (readAt < floor)
        {
            Fail($"{read} was served at slot {readAt}, though slot {floor} was answered before it began");
        }

        _answered = Slot.Max(_answered, readAt);
    }

    private void CheckRead(string read, Slot floor, string key, Slot readAt, long revision)
    {
        ReadsAnswered++;
        CheckFloor(read, floor, readAt);

        var expected = _model.RevisionAt(key, readAt);
        if (revision != expected)
        {
            Fail($"{read} found revision {revision} instead of {expected}");
        }
    }

    private void OnWrite(Operation write, Slot slot, ClientIdentity? identity)
    {
        // Another operation under the same identity is a repeat: it took effect where the first did.
        var isRepeat = identity is not null && !_answeredIdentities.Add((identity.Session, identity.Sequence));
        if (slot <= write.Floor && !isRepeat)
        {
            Fail($"{write} took effect in slot {slot}, though slot {write.Floor} was answered before it began");
        }

        if (identity is not null && _model.AnswerOf(identity) != write.Answer)
        {
            Fail($"{write} was answered {write.Answer} instead of {_model.AnswerOf(identity)?.ToString() ?? "nothing"}");
        }

        _answered = Slot.Max(_answered, slot);
    }

    private void CountVote(ReplicaId replica, Incarnation incarnation, AcceptedEntry entry, bool isNew = true)
    {
        if (isNew && entry.Ballot < _votes.PromisedBy(replica))
        {
            Fail($"{replica} accepts {entry.Ballot} in slot {entry.Slot}, but has promised {_votes.PromisedBy(replica)}");
        }

        _words.OnVoted(replica, entry.Slot, entry.Ballot);
        _votes.OnAccepted(replica, incarnation, entry);
    }

    private void Fail(string what) => _end(what);
}
