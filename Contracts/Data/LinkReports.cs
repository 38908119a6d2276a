using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>Which messages between a replica and one peer are meant, seen from the replica that is asked.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum LinkDirection
{
    /// <summary>Both ways.</summary>
    [EnumMember]
    Both = 0,

    /// <summary>What this replica sends to the peer, its answers included.</summary>
    [EnumMember]
    To = 1,

    /// <summary>What the peer sends to this replica, its answers included.</summary>
    [EnumMember]
    From = 2,
}

/// <summary>What the fault lab does to the link between one replica and one peer.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LinkReport
{
    /// <summary>The replica that was asked.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>The other one.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required int PeerId { get; init; }

    /// <summary>What it sends to the peer is lost.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required bool CutTo { get; init; }

    /// <summary>What the peer sends to it is lost.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required bool CutFrom { get; init; }

    /// <summary>How much longer each call takes, either way.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required int DelayMilliseconds { get; init; }
}
