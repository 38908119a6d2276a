using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>Says that what was accepted under a ballot is chosen, through a slot.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record LearnRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The ballot that the caller leads under.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>Every slot through this one is chosen.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long ChosenThrough { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }

    /// <summary>The chosen values that the callee was not asked to accept, if any; left out by hosts that ask every voter.</summary>
    [DataMember(Order = 85)]
    public ChosenData? Values { get; init; }
}

/// <summary>Asks for chosen values.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record CatchUpRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The first slot that the caller lacks.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long FromSlot { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}

/// <summary>Chosen values of consecutive slots; empty when the callee has none of them.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record CatchUpReply
{
    /// <summary>The slot of the first value.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long FromSlot { get; init; }

    /// <summary>The values.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required byte[][] Values { get; init; }

    /// <summary>The callee has learned every slot through this one.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long LearnedThrough { get; init; }

    /// <summary>The callee's log does not hold this slot and those before it any more; null from a replica that does not
    /// truncate its log.</summary>
    [DataMember(Order = 4)]
    public long? TruncatedThrough { get; init; }
}

/// <summary>Asks for a chunk of a snapshot of the replicated state.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ReadSnapshotRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The name that the callee gave the snapshot; 0: a new one.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Snapshot { get; init; }

    /// <summary>The chunk's number, from 0 on: at most one above the last that was read.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Chunk { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}

/// <summary>A chunk of a snapshot.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ReadSnapshotReply
{
    /// <summary>The snapshot's name; 0: the callee has no such snapshot, or no room for another.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Snapshot { get; init; }

    /// <summary>The number that was asked for.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Chunk { get; init; }

    /// <summary>The chunk, its format version first and a checksum last; empty where there is no such snapshot.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required byte[] Bytes { get; init; }
}

/// <summary>Chosen values of consecutive slots.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ChosenData
{
    /// <summary>The slot of the first value.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long FromSlot { get; init; }

    /// <summary>The values; at least one.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required byte[][] Values { get; init; }
}
