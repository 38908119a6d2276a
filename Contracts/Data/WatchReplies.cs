using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What happened to a key.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum KeyChangeKind
{
    /// <summary>It was written.</summary>
    [EnumMember]
    Put = 0,

    /// <summary>It was removed.</summary>
    [EnumMember]
    Delete = 1,
}

/// <summary>One change of one key. Every revision of the store is one.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record KeyChange
{
    /// <summary>The revision that it made.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>What happened.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required KeyChangeKind Kind { get; init; }

    /// <summary>The key.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required string Key { get; init; }

    /// <summary>What was written; null when the key was removed.</summary>
    [DataMember(Order = 4)]
    public byte[]? Value { get; init; }

    /// <summary>The slot of the log that it was chosen in. The changes of a batch share one.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long Slot { get; init; }
}

/// <summary>The answer to Watch.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record WatchReply
{
    /// <summary>The changes, in the order of their revisions; none when none came in time.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required KeyChange[] Changes { get; init; }

    /// <summary>Nothing is left out through this revision: the next call begins with the one after it.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long CompleteThrough { get; init; }
}
