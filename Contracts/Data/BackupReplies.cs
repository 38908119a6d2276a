using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>A backup that was begun.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BackupStarted
{
    /// <summary>Its name at this replica, for BackupRead and BackupEnd.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Backup { get; init; }

    /// <summary>The cluster's name.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Cluster { get; init; }

    /// <summary>It holds every slot through this one.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long AppliedThrough { get; init; }

    /// <summary>The store's revision there.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>How many keys it holds.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long Keys { get; init; }

    /// <summary>The restore that was under way then, if any: what such a backup holds is no state that ever was.</summary>
    [DataMember(Order = 6)]
    public long? Restoring { get; init; }
}

/// <summary>A key of a backup.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BackupEntry
{
    /// <summary>The key.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required string Key { get; init; }

    /// <summary>What it holds.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required byte[] Value { get; init; }

    /// <summary>The revision at which it was created.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long CreateRevision { get; init; }

    /// <summary>The revision at which it was last written.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long ModificationRevision { get; init; }

    /// <summary>How often it was written since it was created.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long Version { get; init; }
}

/// <summary>A piece of a backup.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BackupPage
{
    /// <summary>In the order of the bytes of their keys.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required BackupEntry[] Entries { get; init; }

    /// <summary>Whether the backup ends with it.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool IsLast { get; init; }
}

/// <summary>How a step of a restore went.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum RestoreOutcome
{
    /// <summary>It is done.</summary>
    [EnumMember]
    Done = 0,

    /// <summary>Not begun: the store holds keys, or has held some.</summary>
    [EnumMember]
    NotEmpty = 1,

    /// <summary>Not begun: another restore is under way, or was interrupted.</summary>
    [EnumMember]
    AnotherUnderWay = 2,

    /// <summary>Nothing was done: this restore is not under way; it is over, or another took its place.</summary>
    [EnumMember]
    NotUnderWay = 3,

    /// <summary>Not ended: the number of keys is not that of the backup.</summary>
    [EnumMember]
    Incomplete = 4,
}

/// <summary>What came of a step of a restore.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RestoreReport
{
    /// <summary>How it went.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required RestoreOutcome Outcome { get; init; }

    /// <summary>How many keys the store holds after it.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Keys { get; init; }

    /// <summary>The store's revision after it.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Revision { get; init; }
}
