namespace PaxosWcf.Client;

// A closed family: every way in which a call of this library can fail. Each message is a sentence for a person.

/// <summary>A call failed.</summary>
public abstract class PaxosClientException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No replica took the call before its deadline. It certainly had no effect and never will.</summary>
public sealed class StoreUnavailableException(string message) : PaxosClientException(message);

/// <summary>The mutation was sent, but no certain answer came back: it may have taken effect, may yet, or may never.</summary>
/// <remarks>It was repeated until the deadline: a longer <see cref="PaxosClientOptions.OperationTimeout"/> rides out longer failures.</remarks>
public sealed class OutcomeUnknownException(string message, string session, long sequence, Exception? inner = null) : PaxosClientException(message, inner)
{
    /// <summary>The session that the mutation carried.</summary>
    public string Session { get; } = session;

    /// <summary>The sequence that the mutation carried.</summary>
    public long Sequence { get; } = sequence;
}

/// <summary>Whoever asked for a mutation gave up waiting when it was on its way: it may have taken effect, may yet, or may never. <see cref="PaxosKeyValueClient.ResolveAsync(string, long, CancellationToken)"/>
/// finds out. One that had not left ends with a bare <see cref="OperationCanceledException"/>.</summary>
public sealed class MutationCanceledException(string session, long sequence, Exception inner, CancellationToken cancel) : OperationCanceledException(
    "The call was cancelled while the mutation was on its way. It may or may not have taken effect.", inner, cancel)
{
    /// <summary>The session that the mutation carried.</summary>
    public string Session { get; } = session;

    /// <summary>The sequence that the mutation carried.</summary>
    public long Sequence { get; } = sequence;
}

/// <summary>A replica is of another cluster than the one that is meant (<see cref="PaxosClientOptions.Cluster"/>). Nothing was executed.</summary>
public sealed class WrongClusterException(int replica, string cluster, string meant) : PaxosClientException(
    $"What answers at the address of replica {replica} is of cluster \"{cluster}\", and \"{meant}\" is meant; nothing was done there. Correct the addresses, or the name.")
{
    /// <summary>The name of the cluster that answered.</summary>
    public string Cluster { get; } = cluster;
}

/// <summary>Something in the call is not as the store takes it. Nothing was executed.</summary>
public sealed class InvalidRequestException(string field, string reason) : PaxosClientException(reason)
{
    /// <summary>The parameter at fault.</summary>
    public string Field { get; } = field;
}

/// <summary>A value is larger than the store takes. Nothing was executed.</summary>
public sealed class RequestTooLargeException(string message, long bytes, long bytesMax) : PaxosClientException(message)
{
    /// <summary>Its size.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The most that is taken.</summary>
    public long BytesMax { get; } = bytesMax;
}

/// <summary>The store has reached its size limit and takes no puts until there is room. Nothing was executed.</summary>
public sealed class StorageFullException(long usedBytes, long limitBytes) : PaxosClientException(
    $"The store is full: it takes {usedBytes} of {limitBytes} bytes. Reads and deletes go on; delete keys, or have the limit raised.")
{
    /// <summary>What the store's files take at the replica that refused.</summary>
    public long UsedBytes { get; } = usedBytes;

    /// <summary>Its limit.</summary>
    public long LimitBytes { get; } = limitBytes;
}

/// <summary>There is no such lease: it was not renewed in time, or revoked, or never was. Nothing was executed, and its keys are gone.</summary>
public sealed class LeaseNotFoundException(string lease) : PaxosClientException(
    $"There is no lease {lease}: it was not renewed in time, or revoked, or never was. Its keys are gone; grant another.")
{
    /// <summary>The lease.</summary>
    public string Lease { get; } = lease;
}

/// <summary>There are as many leases, or keys of leases, as there may be. Nothing was executed.</summary>
public sealed class LeaseLimitException(string limit, long max) : PaxosClientException(
    $"There are as many leases, or keys of leases, as there may be ({limit} is {max}). Revoke a lease, or let one end.")
{
    /// <summary>The limit that was reached, by name.</summary>
    public string Limit { get; } = limit;

    /// <summary>Its value.</summary>
    public long Max { get; } = max;
}

/// <summary>The lease of somebody who waited for a lock ended meanwhile, and with it the place in the queue.</summary>
public sealed class LockLostException(string name, Exception? inner = null) : PaxosClientException(
    $"The place in the queue for lock {name} was lost: its lease ended, for it was revoked or could not be renewed in time. Ask again.", inner)
{
    /// <summary>The lock.</summary>
    public string Name { get; } = name;
}

/// <summary>The store no longer has the changes that were to be watched: read the keys as they are now, and watch on from there.</summary>
public sealed class CompactedException(long oldestRevision) : PaxosClientException(
    $"The changes from there on are compacted; the oldest that are kept are those of revision {oldestRevision}. Read the keys as they are now, and watch from there.")
{
    /// <summary>The oldest revision that can be watched from.</summary>
    public long OldestRevision { get; } = oldestRevision;
}

/// <summary>One replica, asked as an operator asks it, gave no answer.</summary>
public sealed class ReplicaUnavailableException(int replica, string message, bool mayHaveTakenEffect = true) : PaxosClientException(message)
{
    /// <summary>The replica that was asked.</summary>
    public int Replica { get; } = replica;

    /// <summary>Whether what was asked may have been done: not where the replica could not be reached at all, or said that it did nothing.</summary>
    public bool MayHaveTakenEffect { get; } = mayHaveTakenEffect;
}

/// <summary>The replica was asked for what only a leader does, and does not lead.</summary>
public sealed class NotLeaderException(int replica, int? leader) : PaxosClientException(
    $"Replica {replica} does not lead; {(leader is { } known ? $"replica {known} does" : "it knows of no leader")}.")
{
    /// <summary>Who leads, as far as the replica knows.</summary>
    public int? Leader { get; } = leader;
}

/// <summary>A change of the members was not made. Nothing was done.</summary>
public sealed class ChangeRefusedException(string reason, bool mayPass = false) : PaxosClientException(reason)
{
    /// <summary>Whether the same change may be taken in a moment, without anybody doing anything about it.</summary>
    public bool MayPass { get; } = mayPass;
}

/// <summary>A change of the members was asked for, and no certain answer came back: it may have been made, may yet, or may never. Or it is made, and nobody has led under it yet.</summary>
public sealed class ChangeUnknownException(string message, bool isChosen = false) : PaxosClientException(message)
{
    /// <summary>Whether it is certain that the change is made: do not ask for it again. Until somebody leads under it, the disks of the configuration before are still needed.</summary>
    public bool IsChosen { get; } = isChosen;
}

/// <summary>The replica does not let faults be injected.</summary>
public sealed class FaultLabOffException(int replica) : PaxosClientException(
    $"The fault lab is off at replica {replica}: servers.xml must say <faults enabled=\"true\" …> for it.");
