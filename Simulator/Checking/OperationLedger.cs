using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>One call of a client's user, whatever its library makes of it.</summary>
/// <param name="Text">What it asks, for a trace.</param>
/// <param name="Floor">Everything that was answered before it began is at or below this slot.</param>
internal sealed record UserOperation(string Text, Slot Floor)
{
    /// <summary>The identity under which it took effect, null where it carried none, and what it came to.</summary>
    public (ClientIdentity? Identity, CommandAnswer Answer)? Effect { get; set; }

    /// <summary>For one that watches from now on: the revisions that it was told, by one replica or another, to be now.</summary>
    public HashSet<long> Stands { get; } = [];

    /// <summary>For one that watches: the first revision that it asked for.</summary>
    public long? WatchesFrom { get; set; }

    /// <summary>For a read: the replicas that answered it from a state that was made wrong on purpose.</summary>
    public HashSet<ReplicaId> MayBeWrongAt { get; } = [];

    /// <summary>How often it went out to a replica.</summary>
    public int Attempts { get; set; }

    /// <summary>How often it went out under an identity.</summary>
    public int Sent { get; set; }

    /// <summary>When its library was told that a store is full and takes no puts; null: it was not.</summary>
    public long? ToldFullAt { get; set; }

    /// <summary>Whether its user was told something.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether its user was told that it has no effect and never will.</summary>
    public bool HasNoEffect { get; set; }

    /// <summary>Whether its user was told so by what became of it: that the lease which it named is over, or that it was withdrawn.</summary>
    public bool IsWithdrawn { get; set; }

    public override string ToString() => Text;
}

/// <summary>Holds what clients are told against what takes effect: each call at most once, under whatever identities it
/// went out; what was acknowledged took effect as acknowledged; what was called off never does.</summary>
internal sealed class OperationLedger(Action<string> fail)
{
    private readonly Dictionary<(string Session, long Sequence), UserOperation> _byIdentity = [];
    private readonly Dictionary<string, UserOperation> _byValue = new(StringComparer.Ordinal);

    /// <summary>How many calls ended without a certain outcome.</summary>
    public int Doubtful { get; private set; }

    /// <summary>How many of them turned out to have taken effect, and how many not.</summary>
    public (int Applied, int Not) Resolved { get; private set; }

    /// <summary>How many calls certainly had no effect.</summary>
    public int WithoutEffect { get; private set; }

    /// <summary>How many calls were refused because a store was full.</summary>
    public int RefusedAsFull { get; private set; }

    /// <summary>A client's library sends a mutation under this identity. That a store is full is its last word where it is the first: nobody is asked
    /// again.</summary>
    public void OnSent(UserOperation operation, RequestIdentity identity)
    {
        operation.Sent++;
        if (operation is { ToldFullAt: not null, Sent: 2 })
        {
            fail($"{operation} goes out again, though a replica has refused it because its store is full");
        }

        if (!_byIdentity.TryAdd((identity.Session, identity.Sequence), operation)
            && !ReferenceEquals(_byIdentity[(identity.Session, identity.Sequence)], operation))
        {
            fail($"{operation} goes out as {identity.Session}#{identity.Sequence}, as another call did");
        }
    }

    /// <summary>A user who has no identity sends a mutation, once, with a value that nobody else writes.</summary>
    public void OnSent(UserOperation operation, byte[] value) => _byValue.Add(Convert.ToHexString(value), operation);

    /// <summary>Whether the user still waits for the call that this identity belongs to.</summary>
    public bool IsOpen(ClientIdentity identity) =>
        _byIdentity.GetValueOrDefault((identity.Session, identity.Sequence)) is { IsOver: false };

    /// <summary>A mutation takes effect.</summary>
    public void OnExecuted(ClientIdentity identity, CommandAnswer answer)
    {
        if (_byIdentity.TryGetValue((identity.Session, identity.Sequence), out var operation))
        {
            OnEffect(operation, identity, answer);
        }
    }

    /// <summary>A mutation without an identity takes effect, or is a transaction that chose the other of its two lists.</summary>
    public void OnExecuted(KeyValueCommand command, CommandAnswer answer)
    {
        foreach (var value in ValuesOf(command))
        {
            if (_byValue.TryGetValue(Convert.ToHexString(value.Span), out var operation))
            {
                OnEffect(operation, identity: null, answer);
            }
        }
    }

    /// <summary>The user has an answer.</summary>
    public void OnAnswered(UserOperation operation, CommandAnswer answer)
    {
        operation.IsOver = true;
        if (operation.Effect?.Answer != answer)
        {
            fail($"{operation} was answered {answer}, but came to {operation.Effect?.Answer.ToString() ?? "nothing"}");
        }
    }

    /// <summary>The user is told that the call has no effect and never will.</summary>
    public void OnCalledOff(UserOperation operation)
    {
        WithoutEffect++;
        operation.IsOver = operation.HasNoEffect = true;
        CheckCalledOff(operation);
    }

    /// <summary>The user is told that the lease which the call named is over, and that it has no effect: if it comes to anything, it comes to that.</summary>
    public void OnRefusedByLease(UserOperation operation)
    {
        operation.IsOver = operation.IsWithdrawn = true;
        CheckCalledOff(operation);
    }

    /// <summary>The user is told, with the refusal of a replica and not some time after it, that the store is full: the call has no effect and
    /// never will.</summary>
    public void OnRefusedAsFull(UserOperation operation, long now)
    {
        RefusedAsFull++;
        if (operation.ToldFullAt != now)
        {
            fail($"{operation} is refused because a store is full, which a replica said {(operation.ToldFullAt is null ? "never" : "earlier")}");
        }

        OnCalledOff(operation);
    }

    /// <summary>The user is told that nobody knows.</summary>
    public void OnDoubtful(UserOperation operation)
    {
        Doubtful++;
        if (operation is { ToldFullAt: not null, Sent: 1 })
        {
            fail($"{operation} went out once and was refused because a store is full, and its user is told that nobody knows");
        }

        operation.IsOver = true;
    }

    /// <summary>A user who was told that nobody knows has found out.</summary>
    /// <param name="operation">What it was about.</param>
    /// <param name="applied">The slot where it took effect; null: it has no effect and never will.</param>
    public void OnResolved(UserOperation operation, Slot? applied)
    {
        Resolved = applied is null ? (Resolved.Applied, Resolved.Not + 1) : (Resolved.Applied + 1, Resolved.Not);
        if (applied is null)
        {
            operation.IsWithdrawn = true;
            CheckCalledOff(operation);
        }
        else if (operation.Effect is not { } effect || SimulatedResolve.SlotOf(effect.Answer) != applied)
        {
            fail($"{operation} took effect in slot {applied}, as its user has found out, but came to {operation.Effect?.Answer.ToString() ?? "nothing"}");
        }
    }

    private void OnEffect(UserOperation operation, ClientIdentity? identity, CommandAnswer answer)
    {
        if (operation.Effect is { } before)
        {
            fail($"{operation} took effect twice, as {Text(before.Identity)} and as {Text(identity)}: {before.Answer}, {answer}");
        }

        operation.Effect = (identity, answer);
        CheckCalledOff(operation);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ValuesOf(KeyValueCommand command) => command switch
    {
        Put put => [put.Value],
        Batch batch => batch.Writes.Where(write => write.Value.HasValue).Select(write => write.Value!.Value),
        Transact transact => transact.Then.Concat(transact.Otherwise).Where(write => write.Value.HasValue).Select(write => write.Value!.Value),
        _ => [],
    };

    private static string Text(ClientIdentity? identity) => identity?.ToString() ?? "a call without an identity";

    private void CheckCalledOff(UserOperation operation)
    {
        if (operation.Effect is { } effect && (operation.HasNoEffect || (operation.IsWithdrawn && effect.Answer is not LeaseRefused)))
        {
            fail($"{operation} took effect as {Text(effect.Identity)}, though its user was told that it never would");
        }
    }
}
