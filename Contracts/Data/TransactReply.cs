using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>A compared key as a transaction that did not hold found it, before it applied anything.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ComparedKey
{
    /// <summary>Revision at which the key was last written; 0: it is not there.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long ModificationRevision { get; init; }

    /// <summary>How often the key was written since it was created; 0: it is not there.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Version { get; init; }
}

/// <summary>The answer to Transact.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record TransactReply
{
    /// <summary>Whether every comparison held: then "then" was applied, and "otherwise" if not.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required bool Held { get; init; }

    /// <summary>The store's revision after the call; unchanged when nothing was changed.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>The slot of the log that the whole transaction was chosen in.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Slot { get; init; }

    /// <summary>One for each operation that was applied, in their order.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required BatchOperationReply[] Operations { get; init; }

    /// <summary>Where it did not hold, one for each comparison, in their order; empty where it held.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required ComparedKey[] Compared { get; init; }
}
