using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>One thing that a client wants, from the first try to the answer, for stories that are told to the letter. It
/// is tried on one replica after another until one answers; a mutation keeps its identity over all tries. (The clients of
/// random runs are real ones: <see cref="SimulatedUser"/>.)</summary>
public sealed class Operation
{
    private readonly SimulatedCluster _cluster;
    private readonly int _timeoutTicks;
    private int _tries;

    internal Operation(SimulatedCluster cluster, KeyValueCommand? command, string key, int timeoutTicks)
    {
        _cluster = cluster;
        _timeoutTicks = timeoutTicks;
        Command = command;
        Key = key;
        Number = cluster.NextOperation();
    }

    /// <summary>Counts operations up.</summary>
    public int Number { get; }

    /// <summary>What is to be done; null for a linearizable read of <see cref="Key"/>.</summary>
    public KeyValueCommand? Command { get; }

    /// <summary>The key that is read or written; empty when a session is opened.</summary>
    public string Key { get; }

    /// <summary>Whether it may be tried again on another replica after a time-out.</summary>
    public bool Retries { get; init; } = true;

    /// <summary>Whether all tries go to the same replica.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Whether it was answered.</summary>
    public bool IsDone { get; private set; }

    /// <summary>How often it was handed to a replica.</summary>
    public int Tries => _tries;

    /// <summary>What a mutation came to.</summary>
    public CommandAnswer? Answer { get; private set; }

    /// <summary>Why the last try came to nothing; null when it did not.</summary>
    public Refusal? Refused { get; private set; }

    /// <summary>What a read found.</summary>
    public KeyRecord? Found { get; private set; }

    /// <summary>The slot that the replica had applied through when it served the read.</summary>
    public Slot ReadAt { get; private set; }

    /// <summary>Everything that was answered before this began is at or below this slot: the operation comes after it.</summary>
    internal Slot Floor { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => $"#{Number} {(Command is null ? $"Get {Key}" : $"{Command.GetType().Name} {Key}")}";

    internal void Begin(SimulatedReplica replica)
    {
        Floor = _cluster.Checker.OnInvoked();
        Try(replica);
    }

    private void Try(SimulatedReplica replica)
    {
        var attempt = new Attempt(this, replica, ++_tries);
        _cluster.Write($"{this} at {replica.Id}{(_tries == 1 ? "" : $", try {_tries}")}");
        Refused = null;
        if (Command is not null && !replica.Quota.Takes(Command))
        {
            _cluster.Write($"{this}: the store of {replica.Id} is full");
            AgainSoon(attempt);
            return;
        }

        ReplicaEvent request = Command is null
            ? new ReadRequested(attempt)
            : new CommandSubmitted(Command.Encode(), attempt);
        replica.Post(request);

        // Clients that all retried as fast as they gave up would keep an overloaded cluster overloaded.
        var timeoutTicks = IsPinned ? _timeoutTicks : _timeoutTicks << Math.Min(_tries - 1, 2);
        _cluster.Time.After(timeoutTicks * VirtualTime.Tick, () => OnTimeout(attempt));
    }

    private void OnTimeout(Attempt attempt)
    {
        if (IsDone || attempt.Number != _tries)
        {
            return;
        }

        attempt.Replica.Post(Command is null ? new ReadGivenUp(attempt) : new CommandGivenUp(attempt));
        Again(attempt);
    }

    private void Again(Attempt last)
    {
        if (Retries)
        {
            Try(IsPinned ? last.Replica : _cluster.AnyReplica());
        }
    }

    private void OnAnswer(CommandAnswer answer)
    {
        if (IsDone)
        {
            return;
        }

        Answer = answer;
        Finish($"{this} → {answer}");
    }

    private void OnReady(SimulatedReplica replica)
    {
        if (IsDone)
        {
            return;
        }

        var machine = replica.Driver!.Machine;
        Found = machine.Find(Key);
        ReadAt = machine.Numbers.AppliedThrough;
        Finish($"{this} at {ReadAt} → {(Found is { } found ? $"revision {found.ModificationRevision}" : "nothing")}");
    }

    private void OnRefused(Attempt attempt, Refusal refusal)
    {
        if (IsDone || attempt.Number != _tries)
        {
            return;
        }

        Refused = refusal;
        AgainSoon(attempt);
    }

    private void AgainSoon(Attempt last) => _cluster.Time.After(VirtualTime.Tick, () =>
    {
        if (!IsDone && last.Number == _tries)
        {
            Again(last);
        }
    });

    private void Finish(string line)
    {
        IsDone = true;
        Refused = null;
        _cluster.Write(line);
        _cluster.Checker.OnCompleted(this);
    }

    private sealed class Attempt(Operation operation, SimulatedReplica replica, int number) : ICommandCaller, IReadCaller
    {
        public SimulatedReplica Replica => replica;

        public int Number => number;

        public void OnAnswer(CommandAnswer answer) => operation.OnAnswer(answer);

        public void OnRefused(Refusal refusal) => operation.OnRefused(this, refusal);

        public void OnReady() => operation.OnReady(replica);
    }
}
