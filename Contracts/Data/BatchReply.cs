using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What came of one operation of a batch.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BatchOperationReply
{
    /// <summary>The store's revision after the operation: a put makes the next one, and so does a delete that found
    /// its key.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>Whether the key was there just before, the batch's earlier operations counted in.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool Found { get; init; }
}

/// <summary>The answer to Batch.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BatchReply
{
    /// <summary>The store's revision after the call; unchanged when nothing was changed.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>The slot of the log that the whole batch was chosen in.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Slot { get; init; }

    /// <summary>One for each operation, in their order.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required BatchOperationReply[] Operations { get; init; }
}
