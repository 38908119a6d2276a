using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What one call of a pipeline asks.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum PipelinedCallKind
{
    /// <summary>As <see cref="IKeyValueStore.PutAsync"/>.</summary>
    [EnumMember]
    Put = 0,

    /// <summary>As <see cref="IKeyValueStore.GetAsync"/>.</summary>
    [EnumMember]
    Get = 1,

    /// <summary>As <see cref="IKeyValueStore.DeleteAsync"/>.</summary>
    [EnumMember]
    Delete = 2,

    /// <summary>As <see cref="IKeyValueStore.ContainsKeyAsync"/>.</summary>
    [EnumMember]
    ContainsKey = 3,
}

/// <summary>One call of a pipeline. It is executed as if it had come alone: beside the others, in no order, and with an
/// answer or a fault of its own.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record PipelinedCall
{
    /// <summary>What it asks.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required PipelinedCallKind Kind { get; init; }

    /// <summary>1..1024 bytes of UTF-8.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Key { get; init; }

    /// <summary>What a put writes, 0..1 MiB; left out of all others.</summary>
    [DataMember(Order = 3)]
    public byte[]? Value { get; init; }

    /// <summary>Of a get or a test: linearizable when left out. Left out of a mutation.</summary>
    [DataMember(Order = 4)]
    public ReadConsistency? Consistency { get; init; }

    /// <summary>Of a mutation: who asks, for exactly-once; may be left out. Left out of a read.</summary>
    [DataMember(Order = 5)]
    public RequestIdentity? Identity { get; init; }
}
