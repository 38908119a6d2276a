using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What came of handing leadership over.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LeadershipReport
{
    /// <summary>The replica that was asked, and led.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>Whether another leads now. If not, nobody took over in time, and the replica goes on leading.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool Changed { get; init; }

    /// <summary>Who leads now.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required int Leader { get; init; }
}
