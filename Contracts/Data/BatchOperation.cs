using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What one operation of a batch does.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum BatchOperationKind
{
    /// <summary>Writes one value.</summary>
    [EnumMember]
    Put = 0,

    /// <summary>Removes one key.</summary>
    [EnumMember]
    Delete = 1,
}

/// <summary>One operation of a batch.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BatchOperation
{
    /// <summary>What it does. Said outright, so that a value which was forgotten never deletes a key.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required BatchOperationKind Kind { get; init; }

    /// <summary>1..1024 bytes of UTF-8.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Key { get; init; }

    /// <summary>What a put writes, 0..1 MiB; left out of a delete.</summary>
    [DataMember(Order = 3)]
    public byte[]? Value { get; init; }

    /// <summary>The lease that a put's key lives by from now on, as GrantLease named it: the key goes when the lease is over. Left out: it lives by none, even
    /// if it did before.</summary>
    [DataMember(Order = 4, EmitDefaultValue = false)]
    public string? LeaseId { get; init; }

    /// <summary>Writes one value; by a lease, if one is named.</summary>
    public static BatchOperation Put(string key, byte[] value, string? leaseId = null) => new()
    {
        Kind = BatchOperationKind.Put,
        Key = key,
        Value = value,
        LeaseId = leaseId,
    };

    /// <summary>Removes one key; a key that is not there is an answer, not a failure.</summary>
    public static BatchOperation Delete(string key) => new() { Kind = BatchOperationKind.Delete, Key = key };
}
