using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>A member of the cluster, as the last configuration has it that a replica has learned.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record MemberData
{
    /// <summary>Its replica id.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>The life of its disk that counts, 16 hexadecimal digits; "first" for one that was bootstrapped.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Incarnation { get; init; }

    /// <summary>Whether it votes; otherwise it only learns.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required bool IsVoter { get; init; }

    /// <summary>Where clients call it.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required string Client { get; init; }

    /// <summary>Where replicas call it.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required string Peer { get; init; }
}

/// <summary>A configuration: what came of a change of the members, or who they are.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record MemberReport
{
    /// <summary>Its number; 0 is the one of the bootstrap.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Configuration { get; init; }

    /// <summary>Its members, by id.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required MemberData[] Members { get; init; }

    /// <summary>The replica that whoever is asked takes for the leader; null when it knows none.</summary>
    [DataMember(Order = 3)]
    public int? Leader { get; init; }

    /// <summary>The cluster that whoever is asked is of; left out by replicas of an earlier build.</summary>
    [DataMember(Order = 4, EmitDefaultValue = false)]
    public string? Cluster { get; init; }
}
