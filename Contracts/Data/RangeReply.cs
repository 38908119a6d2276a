using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>One key of a range.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RangeKey
{
    /// <summary>The key.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Key { get; init; }

    /// <summary>Its value; left out where only keys were asked for.</summary>
    [DataMember(Order = 2)]
    public byte[]? Value { get; init; }

    /// <summary>Revision at which the key was created.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long CreateRevision { get; init; }

    /// <summary>Revision at which the key was last written.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long ModificationRevision { get; init; }

    /// <summary>How often the key was written since it was created.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long Version { get; init; }
}

/// <summary>The answer to Range: a page, which is the store of one moment.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RangeReply
{
    /// <summary>In the order of their bytes of UTF-8; no key of the range between two of them was there and is left out.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required RangeKey[] Keys { get; init; }

    /// <summary>Whether the range goes on beyond this page.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool More { get; init; }

    /// <summary>Where there is more, the key to go on from: the "from" of the next call.</summary>
    [DataMember(Order = 3)]
    public string? Next { get; init; }

    /// <summary>The store's revision at that moment.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>The replica had applied exactly through this slot then.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long AppliedThrough { get; init; }
}
