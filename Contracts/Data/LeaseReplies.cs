using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>The answer to GrantLease and KeepLeaseAlive.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LeaseReply
{
    /// <summary>The lease's name, for <see cref="BatchOperation.LeaseId"/>. Never used for another.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string LeaseId { get; init; }

    /// <summary>How long it lives without being renewed, in seconds. Whoever holds it counts from the moment at which this call was sent, for the first time if it was
    /// repeated.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required int TimeToLiveSeconds { get; init; }

    /// <summary>The slot of the log that the call was chosen in.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Slot { get; init; }
}

/// <summary>The answer to RevokeLease.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RevokeLeaseReply
{
    /// <summary>Whether there was such a lease.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required bool Found { get; init; }

    /// <summary>How many keys went with it, each with a revision of its own.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required int KeysRemoved { get; init; }

    /// <summary>The store's revision after the call.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>The slot of the log that the call was chosen in.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Slot { get; init; }
}

/// <summary>The answer to GetLease.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record GetLeaseReply
{
    /// <summary>Whether there is such a lease; else it is over, or never was.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required bool Found { get; init; }

    /// <summary>How long it lives without being renewed, in seconds; 0 when not found.</summary>
    [DataMember(Order = 2)]
    public int TimeToLiveSeconds { get; init; }

    /// <summary>How often it was renewed; 0 when not found.</summary>
    [DataMember(Order = 3)]
    public long Renewals { get; init; }

    /// <summary>Its keys, in the order of their characters; left out when not found.</summary>
    [DataMember(Order = 4)]
    public string[]? Keys { get; init; }

    /// <summary>The replica had applied at least through this slot when it answered.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long AppliedThrough { get; init; }
}

/// <summary>A lease among others.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LeaseSummary
{
    /// <summary>Its name.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string LeaseId { get; init; }

    /// <summary>How long it lives without being renewed, in seconds.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required int TimeToLiveSeconds { get; init; }

    /// <summary>How often it was renewed.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Renewals { get; init; }

    /// <summary>How many keys it has.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required int Keys { get; init; }
}

/// <summary>The answer to Leases: some, each as it was at some moment of the call.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LeasesReply
{
    /// <summary>In the order of their names' characters.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required LeaseSummary[] Leases { get; init; }

    /// <summary>The name to go on from; left out where these are all.</summary>
    [DataMember(Order = 2)]
    public string? Next { get; init; }

    /// <summary>The replica had applied at least through this slot when it answered.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long AppliedThrough { get; init; }
}
