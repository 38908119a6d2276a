using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

// A closed family: everything a client may be refused with. Each is thrown as FaultException<T> whose code is the
// fault's name without "Fault", in the services namespace, and whose reason is a sentence for a person.

/// <summary>Something in the request is not as the contract says. Nothing was executed.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record InvalidRequestFault
{
    /// <summary>The parameter or member at fault.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Field { get; init; }

    /// <summary>What is wrong with it, and what would be right.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Reason { get; init; }
}

/// <summary>A value is larger than the store takes. Nothing was executed.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RequestTooLargeFault
{
    /// <summary>The parameter at fault.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Field { get; init; }

    /// <summary>Its size in bytes.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Bytes { get; init; }

    /// <summary>The most that is taken, in bytes.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long BytesMax { get; init; }
}

/// <summary>No majority of replicas could be reached before the deadline. The request certainly had no effect and
/// never will.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record NoQuorumFault
{
    /// <summary>How long the replica tried, in milliseconds.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long WaitedMilliseconds { get; init; }
}

/// <summary>The mutation was handed to the cluster, but its fate is not known: it may have taken effect, may yet, or
/// may never. Ask again with the same <see cref="RequestIdentity"/> to learn it.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record OutcomeUnknownFault
{
    /// <summary>How long the replica waited, in milliseconds.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long WaitedMilliseconds { get; init; }
}

/// <summary>The store no longer knows the session, or no longer the answer to this sequence. This call executed
/// nothing; whether an earlier call with the same identity did is not known.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record SessionExpiredFault
{
    /// <summary>The session of the request.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Session { get; init; }

    /// <summary>The sequence of the request.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Sequence { get; init; }
}

/// <summary>This replica has all the work it may hold. Nothing was executed; ask again later or elsewhere.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record OverloadedFault
{
    /// <summary>The limit that was reached, by name.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Limit { get; init; }

    /// <summary>Its value.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Max { get; init; }
}

/// <summary>The replica's store has reached its size limit: puts are refused, reads and deletes go on. Nothing was executed.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record StorageFullFault
{
    /// <summary>What the store's files take, in bytes.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long UsedBytes { get; init; }

    /// <summary>The limit, in bytes.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long LimitBytes { get; init; }
}

/// <summary>The history of changes no longer has what was asked for: read the keys as they are now, and watch on from there.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record CompactedFault
{
    /// <summary>The oldest revision that can be watched from.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long OldestRevision { get; init; }
}

/// <summary>A backup is being restored, or its restore was interrupted: until one is complete nothing else is written or read. Nothing
/// was executed; ask again later.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RestoringFault
{
    /// <summary>Number of the restore.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Restore { get; init; }
}

/// <summary>There is no such lease: it was not renewed in time, or revoked, or never was. Nothing was executed; its keys are gone. Grant another.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LeaseNotFoundFault
{
    /// <summary>The lease.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string LeaseId { get; init; }
}

/// <summary>There are as many leases, or keys of leases, as there may be. Nothing was executed; revoke a lease, or let one end.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LeaseLimitFault
{
    /// <summary>The limit that was reached, by name: LeasesMax, LeaseKeysMax or LeasedKeysMax.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Limit { get; init; }

    /// <summary>Its value.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Max { get; init; }
}

/// <summary>The replica does not lead, and was asked for what only a leader does. Nothing was done.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record NotLeaderFault
{
    /// <summary>The replica that refused.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>The replica that it takes for the leader; left out when it knows none.</summary>
    [DataMember(Order = 2)]
    public int? Leader { get; init; }
}

/// <summary>Faults can be injected only where servers.xml says <c>&lt;faults enabled="true"&gt;</c>. Nothing was done.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record FaultLabOffFault
{
    /// <summary>The replica that refused.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }
}

/// <summary>This replica is fenced: it is no member, its disk is not the one that the cluster knows, or its state differs from
/// that of the others. Nothing was executed; ask another replica.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ReplicaFencedFault
{
    /// <summary>The replica that refused.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }
}

/// <summary>A change of the members was not made: another is under way or came first, it would lose the quorum, or there is
/// nothing to change. Nothing was done.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ChangeRefusedFault
{
    /// <summary>Why, as a sentence.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Reason { get; init; }

    /// <summary>The replica that leads as far as the refusing one knows, when that is not itself: ask there.</summary>
    [DataMember(Order = 2)]
    public int? Leader { get; init; }

    /// <summary>Whether the same change may be taken in a moment, without anybody doing anything about it: nobody led here, another change
    /// was under way, or the leader had led for too short a time to have heard who is there.</summary>
    [DataMember(Order = 3)]
    public bool MayPass { get; init; }
}
