using System.Diagnostics;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Snapshots;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>Runs one replica: steps the core through a batch of events and carries its effects out in the order that
/// safety asks for. No clock, no thread, no network: the host's loop and the simulator run this same class.</summary>
public sealed class ReplicaDriver
{
    private readonly Replica _replica;
    private readonly ReplicaLog _log;
    private readonly LogRetention _retention;
    private readonly GenerationStore _store;
    private readonly OpenSnapshots _snapshots;
    private readonly SnapshotStage _stage;
    private readonly KeyValueStateMachine _machine;
    private readonly IReplicaOutput _output;
    private readonly ConsensusOptions _options;
    private readonly Effects _effects = new();
    private readonly WriteSet _writes = new();
    private readonly List<AppliedCommand> _applied = [];
    private readonly Queue<Envelope> _loopback = [];
    private readonly Callers _callers = new();
    private readonly Watches _watches = new();
    private readonly StateAudit _audit;
    private readonly LeaseClock _leases;
    private Divergence? _divergence;
    private readonly List<Action<HandOverResult>> _handOvers = [];
    private bool _tickPassed;

    /// <summary>Starts a replica from what its store holds. Everything is reloaded before anything is answered.</summary>
    /// <param name="self">Its name.</param>
    /// <param name="first">The configuration that the cluster was bootstrapped with; the store may hold a later one.</param>
    /// <param name="options">Limits and patience.</param>
    /// <param name="store">Its disk.</param>
    /// <param name="random">Its dice.</param>
    /// <param name="output">The world around it.</param>
    /// <param name="storage">How much of the log and of snapshots it keeps; null: the defaults.</param>
    /// <param name="tickMilliseconds">How long the host's ticks are, at least: leases are counted in them.</param>
    public ReplicaDriver(
        ReplicaId self, Configuration first, ConsensusOptions options, IReplicaStore store, Random random, IReplicaOutput output,
        StorageOptions? storage = null, int tickMilliseconds = 50)
    {
        storage ??= new StorageOptions();
        _store = GenerationStore.Over(store);
        _output = output;
        _options = options;
        _log = new ReplicaLog(_store);
        _audit = new StateAudit(first.Quorum, storage.AuditSlots);
        _machine = new KeyValueStateMachine(_store, _audit, storage);
        _leases = new LeaseClock(_machine, tickMilliseconds);
        _retention = new LogRetention(_store, storage, _machine.Numbers.AppliedThrough);
        _stage = new SnapshotStage(_store);
        TidyStage();
        var state = _log.Recover(_machine.Numbers.AppliedThrough) with { Staged = _stage.Progress, Configuration = _machine.Configuration };
        _snapshots = new OpenSnapshots(_store, storage, state.Boot);
        _replica = new Replica(self, first, options, state, random);
        if (_replica.Complaint.Length > 0)
        {
            // It does not become so, it starts so: nothing else would say it.
            output.OnNote(new StandingChanged(_replica.Standing, _replica.Complaint));
        }

        _divergence = DivergenceRecord.Read(_store);
        if (_divergence is not null)
        {
            output.OnNote(new Diverged(_divergence));
        }

        PublishFigures();
    }

    /// <summary>Set when the last batch answered callers who may come back at once, and other commands wait to be proposed together with what
    /// these bring: another batch is to be run soon, even an empty one.</summary>
    public bool WaitsForCallers { get; private set; }

    /// <summary>The core, to look at.</summary>
    public Replica Replica => _replica;

    /// <summary>The key-value state, to read.</summary>
    public KeyValueStateMachine Machine => _machine;

    /// <summary>Set when this replica's state was found to differ from that of a majority: it neither serves nor votes. May be
    /// asked from any thread.</summary>
    public Divergence? Divergence => Volatile.Read(ref _divergence);

    /// <summary>How it is as of the last batch. May be asked from any thread.</summary>
    public ReplicaFigures Figures { get; } = new();

    /// <summary>Takes in a batch of events and does all that follows from them.</summary>
    /// <exception cref="StoreFailedException">The disk failed: the replica must stop.</exception>
    /// <exception cref="InvariantException">The replica must stop.</exception>
    public void Run(IReadOnlyList<ReplicaEvent> batch)
    {
        try
        {
            RunAll(batch);
        }
        catch
        {
            _machine.OnFailed();
            throw;
        }
    }

    /// <summary>Writes what the store lacks of the state: when the replica stops in order, it has nothing to learn again.</summary>
    /// <exception cref="StoreFailedException">The disk failed; nothing that was answered is lost by that.</exception>
    public void Stop()
    {
        if (_machine.HasUnwritten && _divergence is null)
        {
            _writes.Clear();
            WriteState(flush: false);
        }

        _snapshots.CloseAll();
        _watches.RefuseAll(Refusal.NotExecuted);
    }

    private void RunAll(IReadOnlyList<ReplicaEvent> batch)
    {
        WaitsForCallers = false;
        foreach (var happened in batch)
        {
            if (_divergence is null)
            {
                Take(happened);
            }
            else
            {
                Refuse(happened);
            }
        }

        if (_divergence is null)
        {
            Settle();
        }

        // Before anybody hears what came of the batch: whoever was answered finds it counted.
        PublishFigures();
    }

    private void PublishFigures() => Figures.Publish(_replica, _divergence is not null, _stage.Progress is not null, _watches.Count);

    private void Take(ReplicaEvent happened)
    {
        switch (happened)
        {
            case MessageArrived { Envelope: var envelope }: _replica.Step(envelope, _effects); break;
            case TickPassed:
                _store.ThrowIfFailed();
                Tick();
                break;
            case CommandSubmitted submitted: Submit(submitted); break;
            case ChangeRequested change: Change(change); break;
            case CommandGivenUp { Caller: var caller, IfKept: var ifKept }: GiveUp(caller, ifKept); break;
            case ReadRequested { Caller: var caller }: _replica.Read(_callers.Add(caller)); break;
            case ReadGivenUp { Caller: var caller }: GiveUp(caller); break;
            case WatchRequested watch: _watches.Add(watch, _machine.Numbers.Revision); break;
            case WatchGivenUp { Caller: var caller }: _watches.Remove(caller); break;
            case AcceptorSwitched switched: Switch(switched); break;
            case HandOverAsked asked: HandOver(asked); break;
            case StatusAsked asked: asked.Report(Snapshot()); break;
            default: throw new UnreachableException($"an event of kind {happened.GetType().Name}");
        }
    }

    // To the others a replica whose state is wrong is as one that is down: whatever it said could be wrong too.
    private void Refuse(ReplicaEvent happened)
    {
        switch (happened)
        {
            case CommandSubmitted submitted: submitted.Caller.OnRefused(Refusal.Fenced); break;
            case WatchRequested watch: watch.Caller.OnRefused(Refusal.Fenced); break;
            case AcceptorSwitched switched: switched.Report(false); break;
            case ChangeRequested change: change.OnRefused(new($"The state of {_replica.Self} differs from that of the others, and it is fenced; ask another replica.", MayPass: true)); break;
            case HandOverAsked asked: asked.Report(new HandOverResult(Led: false, Leader: null)); break;
            case StatusAsked asked: asked.Report(Snapshot()); break;
            case MessageArrived or TickPassed or CommandGivenUp or ReadRequested or ReadGivenUp or WatchGivenUp: break;
            default: throw new UnreachableException($"an event of kind {happened.GetType().Name}");
        }
    }

    // What a replica says to itself goes around like any other message, only at once: a question before the flush, its
    // own word after it. So its own acceptor is a voter like the others.
    private void Settle()
    {
        bool stages;
        do
        {
            Converse();
            var reconfigures = _effects.Deliveries.Exists(delivery => delivery.Reconfigures);
            if (reconfigures)
            {
                // Before any word under the new configuration: its voters have to hold what those of the old one held. In one write with what is
                // to be on disk, or a crash could leave a promise under a configuration that the disk has not learned.
                Apply(withPersists: true);
                Send(_effects.SendsAfterPersist);
                Answer();
            }
            else if (AnswersFirst())
            {
                Apply(withPersists: false);
                Answer();
                Persist();
                Send(_effects.SendsAfterPersist);
            }
            else
            {
                Persist();
                Send(_effects.SendsAfterPersist);
                Apply(withPersists: false);
                Answer();
            }

            WaitsForCallers = _effects.WaitsForCallers;
            var stagings = _effects.Stagings.ToArray();
            _effects.Clear();
            Stage(stagings);
            stages = stagings.Length > 0;
        }
        while (_loopback.Count > 0 || stages);
    }

    // What is chosen is on the disks of a majority, and what this replica is about to accept beyond it is another matter: where the disk is slow, whoever waits for the one need not wait
    // for the other. Where it is not, those who asked to accept are waited for longer than those who are to hear.
    private bool AnswersFirst() =>
        _store.FlushesSlowly && _effects.Persists.Count > 0 && _effects.Deliveries.Count > 0
        && _effects.Persists.TrueForAll(record => record is PersistRemembered || (record is PersistAccepted accepted && accepted.Entry.Slot > _effects.Deliveries[^1].Slot));

    private void Converse()
    {
        do
        {
            while (_loopback.TryDequeue(out var envelope))
            {
                _replica.Step(envelope, _effects);
            }

            _replica.EndBatch(_effects);
            TakeDown();
            Send(_effects.Sends);
        }
        while (_loopback.Count > 0);
    }

    private void Send(List<Envelope> envelopes)
    {
        foreach (var envelope in envelopes)
        {
            if (envelope.To == _replica.Self)
            {
                _loopback.Enqueue(envelope);
            }
            else
            {
                Reply(envelope);
            }
        }

        envelopes.Clear();
    }

    private void Reply(Envelope envelope) => _output.Send(envelope with { Incarnation = _replica.Incarnation });

    private void Persist()
    {
        if (_effects.Persists.Count == 0)
        {
            return;
        }

        _writes.Clear();
        WritePersists();
        Flush();
    }

    private void Flush()
    {
        // As at the end of a batch: whoever was answered finds it counted.
        PublishFigures();
        _output.OnFlushing();
        _store.Write(_writes, durable: true);
    }

    private void WritePersists()
    {
        foreach (var record in _effects.Persists)
        {
            ReplicaLog.Write(record, _writes);
        }
    }

    // Chosen values are durable at a quorum, so applying them needs no disk at all before their callers are answered: after
    // a crash they are learned and applied again.
    private void Apply(bool withPersists)
    {
        _applied.Clear();
        _writes.Clear();
        if (withPersists)
        {
            // First: what is delivered may count on a log record that is among them.
            WritePersists();
        }

        var revision = _machine.Numbers.Revision;
        foreach (var delivery in _effects.Deliveries)
        {
            if (!delivery.InLog)
            {
                ReplicaLog.WriteChosen(delivery.Slot, delivery.Value, _writes);
            }

            _machine.Apply(delivery.Slot, delivery.Value, _applied);
            _retention.OnApplied(delivery.Slot, delivery.Value);
        }

        if (_audit.Divergence is { } divergence)
        {
            Fence(divergence);
            return;
        }

        WakeWatches(revision);
        if (withPersists || _writes.Count > 0 || _machine.IsWriteDue || (_tickPassed && _machine.HasUnwritten))
        {
            WriteState(flush: withPersists);
        }

        _tickPassed = false;
        foreach (var delivery in _effects.Deliveries)
        {
            _output.OnApplied(delivery.Slot, delivery.Value);
        }

        if (!_replica.NamesAreItsOwn)
        {
            return;
        }

        foreach (var (id, answer) in _applied)
        {
            _callers.Take(id)?.OnAnswer(answer);
        }
    }

    // Before the changes go to the store, while they are at hand.
    private void WakeWatches(long seenThrough)
    {
        if (_machine.Restoring != 0 || _machine.CompactedThrough > seenThrough)
        {
            _watches.OnReplaced(seenThrough);
        }
        else if (_watches.Count > 0)
        {
            foreach (var changes in _machine.UnwrittenChanges(seenThrough + 1))
            {
                _watches.OnApplied(changes.Span);
            }
        }
    }

    // Nothing of this batch is answered: it was applied to a state that is wrong. What is on the disk stays as it is, to be
    // looked at.
    private void Fence(Divergence divergence)
    {
        _writes.Clear();
        DivergenceRecord.Write(divergence, _writes);
        _store.Write(_writes, durable: true);
        Volatile.Write(ref _divergence, divergence);
        _output.OnNote(new Diverged(divergence));
        _callers.RefuseAll();
        _watches.RefuseAll(Refusal.Fenced);
        _snapshots.CloseAll();
        _handOvers.ForEach(report => report(new HandOverResult(Led: true, Leader: null)));
        _handOvers.Clear();
        _effects.Clear();
        _loopback.Clear();
    }

    // State, applied-through and, where the log lacks it, the value move in one write set, so that a crash leaves the state
    // of one slot. With them goes what the log need not keep any more.
    private void WriteState(bool flush)
    {
        _machine.Seal(_writes);
        _retention.Truncate(_writes, _snapshots.HeldFrom);
        if (flush)
        {
            Flush();
        }
        else
        {
            _store.Write(_writes, durable: false);
        }

        _machine.OnWritten();
    }

    private void Answer()
    {
        Vote();
        foreach (var answer in _effects.Answers)
        {
            switch (answer)
            {
                case ReadReady ready:
                    _callers.Hold(ready.Read, ready.Index);
                    break;
                case GivenUp givenUp:
                    _callers.Take(givenUp.Id)?.OnRefused(givenUp.HandedOver ? Refusal.OutcomeUnknown : Refusal.NotExecuted);
                    break;
                case HandOverEnded ended:
                    _handOvers.ForEach(report => report(new HandOverResult(Led: true, ended.Leader)));
                    _handOvers.Clear();
                    break;
                default:
                    throw new UnreachableException($"an answer of kind {answer.GetType().Name}");
            }
        }

        _callers.ReleaseReads(_machine.Numbers.AppliedThrough);
        foreach (var read in _effects.LogReads)
        {
            var applied = _machine.Numbers.AppliedThrough;
            var values = _log.ReadChosen(read.From, applied, _options.MessageBytesMax, _options.CatchUpSlotsMax);
            Reply(new Envelope(_replica.Self, read.To, new CatchUpReply(read.From, values, applied, _retention.TruncatedThrough), read.Call));
        }

        foreach (var read in _effects.SnapshotReads)
        {
            var reply = _snapshots.Read(read.To, read.Snapshot, read.Chunk);
            Reply(new Envelope(_replica.Self, read.To, reply, read.Call));
        }

        TakeDown();
    }

    // Whoever reads along hears why before what comes of it.
    private void TakeDown()
    {
        foreach (var note in _effects.Notes)
        {
            _output.OnNote(note);
        }

        _effects.Notes.Clear();
    }

    // Through the log, as a client's command; one that is far behind has no say in what the others settled long ago.
    private void Vote()
    {
        if (!_replica.IsFull && !_replica.RefusesCommands && _audit.TakeVote() is { } vote && _replica.KnownThrough.Number - vote.Through < vote.Slots)
        {
            _replica.Propose(vote.Encode());
        }
    }

    private void Stage(IReadOnlyList<StageChunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            _writes.Clear();
            var outcome = _stage.Stage(chunk, _machine.Numbers.AppliedThrough, _writes);
            if (outcome is StageOutcome.Staged or StageOutcome.Installed)
            {
                _store.Write(_writes, durable: false);
            }

            _replica.OnStaged(outcome, _effects);
            if (outcome == StageOutcome.Installed)
            {
                Install(chunk.From);
            }
        }
    }

    // One write set makes the staged state the state, with its numbers, and takes away the log that it stands for: a crash
    // leaves the old state or the new one. It is durable before the core hears of it, for what this replica says it has
    // learned others count upon; and what was live before goes only then.
    private void Install(ReplicaId from)
    {
        var seenThrough = _machine.Numbers.Revision;
        _machine.OnExchanging();
        _writes.Clear();
        var through = _stage.Install(_writes);
        _retention.Restart(through, _writes);
        _store.Exchange(_writes);
        _machine.Reload();
        _output.OnInstalled(through);
        _watches.OnReplaced(seenThrough);
        TidyStage();
        _replica.OnSnapshotInstalled(from, through, _machine.Configuration, _effects);

        // What this replica's clients have in that state is never delivered here, and so never answered. A repeat under the
        // same identity gets the answer.
        foreach (var id in _callers.Commands.Where(_machine.IsOver))
        {
            _callers.Take(id)?.OnRefused(Refusal.OutcomeUnknown);
            _replica.GiveUp(id, _effects);
        }
    }

    private void TidyStage()
    {
        _writes.Clear();
        if (_stage.Tidy(_store, _machine.Numbers.AppliedThrough, _writes))
        {
            _store.Write(_writes, durable: false);
        }
    }

    private void Tick()
    {
        _tickPassed = true;
        _watches.Tick(_machine.Numbers.Revision, hearsLeader: _replica.Leader is not null);
        _snapshots.Tick();
        if (_stage.Progress is not null)
        {
            TidyStage();
        }

        _leases.Tick(_replica.Leading is not null, _replica.IsPending, End);
        _replica.Tick(_effects);
    }

    // Through the log, as a client's command.
    private CommandId? End(ExpireLease over) => _replica.IsFull || _replica.RefusesCommands ? null : _replica.Propose(over.Encode());

    private void Submit(CommandSubmitted submitted)
    {
        if (_replica.RefusesCommands)
        {
            submitted.Caller.OnRefused(Refusal.Fenced);
            return;
        }

        if (_replica.IsFull)
        {
            submitted.Caller.OnRefused(_replica.IsFullOfBytes ? Refusal.OverloadedBytes : Refusal.Overloaded);
            return;
        }

        _callers.Add(_replica.Propose(submitted.Payload.Span), submitted.Caller);
    }

    private void Change(ChangeRequested change)
    {
        if (_replica.Change(change.Change, out var refusal) is { } next)
        {
            Submit(new CommandSubmitted(next.Encode(), change.Caller));
        }
        else
        {
            change.OnRefused(refusal!);
        }
    }

    private void GiveUp(ICommandCaller caller, bool ifKept)
    {
        if (_callers.Find(caller) is { } id && !(ifKept && !_replica.Keeps(id)) && !_replica.GiveUp(id, _effects))
        {
            // Learned, but never to be answered: the state machine had forgotten its number.
            _callers.Take(id)?.OnRefused(Refusal.OutcomeUnknown);
        }
    }

    private void GiveUp(IReadCaller caller)
    {
        if (_callers.Remove(caller) is { } read)
        {
            _replica.GiveUpRead(read);
        }
    }

    private void Switch(AcceptorSwitched switched)
    {
        if (_replica.AcceptorUp == switched.Up)
        {
            switched.Report(false);
            return;
        }

        // All that the acceptor has said so far gets to the disk first: an acceptor that fails loses its memory, not
        // what was on its way to the disk while it answered.
        Settle();
        if (_divergence is not null)
        {
            switched.Report(false);
            return;
        }

        if (switched.Up)
        {
            // What it says that its disk holds is through what is learned, which is applied without a flush.
            _writes.Clear();
            WriteState(flush: true);
            _replica.ReviveAcceptor(_log.RecoverAcceptor(_replica.LearnedThrough));
        }
        else
        {
            _replica.FailAcceptor();
        }

        switched.Report(true);
    }

    private void HandOver(HandOverAsked asked)
    {
        if (_replica.BeginHandOver(asked.To, _effects))
        {
            _handOvers.Add(asked.Report);
        }
        else
        {
            asked.Report(new HandOverResult(Led: false, _replica.Leader));
        }
    }

    private ReplicaSnapshot Snapshot() => new(
        _replica.Self, _replica.Leading is not null, _replica.Preparing is not null, _replica.Leader, _replica.Promised,
        _replica.AcceptorUp, _replica.LearnedThrough, _machine.Numbers, _divergence, _audit.AgreedThrough)
    {
        Incarnation = _replica.Incarnation,
        Standing = _replica.Standing,
        Complaint = _replica.Complaint,
        Configuration = _replica.Configuration,
        LeadsConfiguration = _replica.Leading is { } leading && leading.Ballot.Configuration == _replica.Configuration.Number,
    };
}
