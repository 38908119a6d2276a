using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What one comparison of a transaction asks of its key.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum ComparisonKind
{
    /// <summary>The key is there, and holds exactly these bytes.</summary>
    [EnumMember]
    Value = 0,

    /// <summary>The key is there.</summary>
    [EnumMember]
    Exists = 1,

    /// <summary>The key is not there.</summary>
    [EnumMember]
    Missing = 2,

    /// <summary>The key was last written at exactly this revision; 0: it is not there.</summary>
    [EnumMember]
    ModificationRevision = 3,

    /// <summary>The key was written exactly so often since it was created; 0: it is not there.</summary>
    [EnumMember]
    Version = 4,
}

/// <summary>One comparison of a transaction: it holds or does not.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record Comparison
{
    /// <summary>What it asks. Said outright, so that a value which was forgotten never asks for something else.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required ComparisonKind Kind { get; init; }

    /// <summary>1..1024 bytes of UTF-8.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Key { get; init; }

    /// <summary>Of <see cref="ComparisonKind.Value"/>: the bytes, 0..1 MiB. Left out of all others.</summary>
    [DataMember(Order = 3)]
    public byte[]? Value { get; init; }

    /// <summary>Of <see cref="ComparisonKind.ModificationRevision"/> and <see cref="ComparisonKind.Version"/>: the number, 0 or more. Left out of
    /// all others.</summary>
    [DataMember(Order = 4)]
    public long? Number { get; init; }

    /// <summary>Holds where the key holds exactly these bytes.</summary>
    public static Comparison ValueIs(string key, byte[] value) => new() { Kind = ComparisonKind.Value, Key = key, Value = value };

    /// <summary>Holds where the key is there.</summary>
    public static Comparison Exists(string key) => new() { Kind = ComparisonKind.Exists, Key = key };

    /// <summary>Holds where the key is not there.</summary>
    public static Comparison Missing(string key) => new() { Kind = ComparisonKind.Missing, Key = key };

    /// <summary>Holds where the key was last written at this revision; 0: where it is not there.</summary>
    public static Comparison ModificationRevisionIs(string key, long revision) =>
        new() { Kind = ComparisonKind.ModificationRevision, Key = key, Number = revision };

    /// <summary>Holds where the key was written so often since it was created; 0: where it is not there.</summary>
    public static Comparison VersionIs(string key, long version) => new() { Kind = ComparisonKind.Version, Key = key, Number = version };
}
