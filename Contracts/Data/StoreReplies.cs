using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>The answer to Put.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record PutReply
{
    /// <summary>The store's revision that this write made.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>Whether the key was there before.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool Replaced { get; init; }

    /// <summary>The slot of the log that the write was chosen in.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Slot { get; init; }
}

/// <summary>The answer to Delete.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record DeleteReply
{
    /// <summary>The store's revision after the call; unchanged when nothing was found.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>Whether there was a key to delete.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool Found { get; init; }

    /// <summary>The slot of the log that the delete was chosen in.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Slot { get; init; }
}

/// <summary>The answer to Get.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record GetReply
{
    /// <summary>Whether the key is there.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required bool Found { get; init; }

    /// <summary>The value; null when not found.</summary>
    [DataMember(Order = 2)]
    public byte[]? Value { get; init; }

    /// <summary>Revision at which the key was created; 0 when not found.</summary>
    [DataMember(Order = 3)]
    public long CreateRevision { get; init; }

    /// <summary>Revision at which the key was last written; 0 when not found.</summary>
    [DataMember(Order = 4)]
    public long ModificationRevision { get; init; }

    /// <summary>How often the key was written since it was created; 0 when not found.</summary>
    [DataMember(Order = 5)]
    public long Version { get; init; }

    /// <summary>The replica had applied at least through this slot when it answered.</summary>
    [DataMember(Order = 6, IsRequired = true)]
    public required long AppliedThrough { get; init; }
}

/// <summary>The answer to ContainsKey.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ContainsKeyReply
{
    /// <summary>Whether the key is there.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required bool Found { get; init; }

    /// <summary>The replica had applied at least through this slot when it answered.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long AppliedThrough { get; init; }
}

/// <summary>The answer to OpenSession.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record OpenSessionReply
{
    /// <summary>The name of the session, for <see cref="RequestIdentity.Session"/>.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Session { get; init; }

    /// <summary>The name of the cluster that opened it, so that a client that meant another one writes nothing; a replica of an earlier build leaves it out.</summary>
    [DataMember(Order = 2)]
    public string? Cluster { get; init; }
}
