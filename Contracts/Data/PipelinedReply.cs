using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What came of one call of a pipeline: exactly one member is there.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record PipelinedReply
{
    /// <summary>The answer to a put.</summary>
    [DataMember(Order = 1)]
    public PutReply? Put { get; init; }

    /// <summary>The answer to a get.</summary>
    [DataMember(Order = 2)]
    public GetReply? Get { get; init; }

    /// <summary>The answer to a delete.</summary>
    [DataMember(Order = 3)]
    public DeleteReply? Delete { get; init; }

    /// <summary>The answer to a test whether a key is there.</summary>
    [DataMember(Order = 4)]
    public ContainsKeyReply? ContainsKey { get; init; }

    /// <summary>Why this call, and no other, was refused.</summary>
    [DataMember(Order = 5)]
    public PipelinedFault? Fault { get; init; }
}

/// <summary>The fault of one call of a pipeline: what would have been the whole answer, had the call come alone. Beside the
/// sentence exactly one member is there.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record PipelinedFault
{
    /// <summary>A sentence for the person who reads it.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Reason { get; init; }

    /// <inheritdoc cref="InvalidRequestFault"/>
    [DataMember(Order = 2)]
    public InvalidRequestFault? InvalidRequest { get; init; }

    /// <inheritdoc cref="RequestTooLargeFault"/>
    [DataMember(Order = 3)]
    public RequestTooLargeFault? RequestTooLarge { get; init; }

    /// <inheritdoc cref="StorageFullFault"/>
    [DataMember(Order = 4)]
    public StorageFullFault? StorageFull { get; init; }

    /// <inheritdoc cref="NoQuorumFault"/>
    [DataMember(Order = 5)]
    public NoQuorumFault? NoQuorum { get; init; }

    /// <inheritdoc cref="OutcomeUnknownFault"/>
    [DataMember(Order = 6)]
    public OutcomeUnknownFault? OutcomeUnknown { get; init; }

    /// <inheritdoc cref="ReplicaFencedFault"/>
    [DataMember(Order = 7)]
    public ReplicaFencedFault? ReplicaFenced { get; init; }

    /// <inheritdoc cref="SessionExpiredFault"/>
    [DataMember(Order = 8)]
    public SessionExpiredFault? SessionExpired { get; init; }

    /// <inheritdoc cref="OverloadedFault"/>
    [DataMember(Order = 9)]
    public OverloadedFault? Overloaded { get; init; }

    /// <inheritdoc cref="RestoringFault"/>
    [DataMember(Order = 10)]
    public RestoringFault? Restoring { get; init; }
}
