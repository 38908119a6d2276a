using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What came of a mutation.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum ResolveOutcome
{
    /// <summary>It took effect; its answer is told.</summary>
    [EnumMember]
    Applied = 0,

    /// <summary>It has no effect, and never will.</summary>
    [EnumMember]
    NotApplied = 1,

    /// <summary>The session, or its answer to this sequence, is forgotten: it may have taken effect, but will not any more.</summary>
    [EnumMember]
    Forgotten = 2,
}

/// <summary>The answer to Resolve.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ResolveReply
{
    /// <summary>What came of it.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required ResolveOutcome Outcome { get; init; }

    /// <summary>What it was answered, if it was a Put that was applied.</summary>
    [DataMember(Order = 2)]
    public PutReply? Put { get; init; }

    /// <summary>The same of a Delete.</summary>
    [DataMember(Order = 3)]
    public DeleteReply? Delete { get; init; }

    /// <summary>The same of a Batch.</summary>
    [DataMember(Order = 4)]
    public BatchReply? Batch { get; init; }

    /// <summary>The same of a Transact.</summary>
    [DataMember(Order = 5)]
    public TransactReply? Transact { get; init; }

    /// <summary>The same of a GrantLease.</summary>
    [DataMember(Order = 6)]
    public LeaseReply? GrantLease { get; init; }

    /// <summary>The same of a RevokeLease.</summary>
    [DataMember(Order = 7)]
    public RevokeLeaseReply? RevokeLease { get; init; }
}
