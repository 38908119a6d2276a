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

    /// <summary>Writes one value.</summary>
    public static BatchOperation Put(string key, byte[] value) =>
        new() { Kind = BatchOperationKind.Put, Key = key, Value = value };

    /// <summary>Removes one key; a key that is not there is an answer, not a failure.</summary>
    public static BatchOperation Delete(string key) => new() { Kind = BatchOperationKind.Delete, Key = key };
}
