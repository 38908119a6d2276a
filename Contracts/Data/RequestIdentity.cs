using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>Names one mutation for ever, so that a repeat of it is recognised.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RequestIdentity
{
    /// <summary>What OpenSession returned.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Session { get; init; }

    /// <summary>1 for the session's first mutation, and one more for each new one; a repeat carries the same number.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Sequence { get; init; }

    /// <summary>The caller will not ask again about sequences up to this one; the store forgets their answers.
    /// 0 or left out: it may ask about all of them.</summary>
    [DataMember(Order = 3)]
    public long AcknowledgedThrough { get; init; }
}
