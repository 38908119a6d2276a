using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>A ballot on the wire.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record BallotData
{
    /// <summary>The round, 0 or more.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Round { get; init; }

    /// <summary>The proposer whose ballot it is.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required int Proposer { get; init; }

    /// <summary>The configuration whose quorum decides under it; 0, the first, when left out.</summary>
    [DataMember(Order = 40)]
    public long Configuration { get; init; }
}

/// <summary>Phase 1a.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record PrepareRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The ballot to promise.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>Report what was accepted from this slot on.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long FromSlot { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}

/// <summary>Phase 1b: a promise, or a refusal.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record PrepareReply
{
    /// <summary>The ballot asked for.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>Set when refused: the higher ballot that was promised before.</summary>
    [DataMember(Order = 2)]
    public BallotData? RejectedBy { get; init; }

    /// <summary>The slot that the report begins with.</summary>
    [DataMember(Order = 3)]
    public long FromSlot { get; init; }

    /// <summary>Every slot through this one is chosen and learned at the callee; the report leaves them out.</summary>
    [DataMember(Order = 4)]
    public long LearnedThrough { get; init; }

    /// <summary>What was accepted, in slot order.</summary>
    [DataMember(Order = 5)]
    public AcceptedData[]? Entries { get; init; }

    /// <summary>Set when the report was cut for size: go on from this slot.</summary>
    [DataMember(Order = 6)]
    public long? ContinueFrom { get; init; }

    /// <summary>Which life of the callee's disk answers; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }

    /// <summary>The highest slot that the callee's disk holds a value of.</summary>
    [DataMember(Order = 41)]
    public long HeldThrough { get; init; }

    /// <summary>What was promised before this ballot; left out by hosts that do not tell, and where it is not known any more.</summary>
    [DataMember(Order = 42, EmitDefaultValue = false)]
    public BallotData? PromisedBefore { get; init; }
}

/// <summary>What an acceptor accepted in one slot.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record AcceptedData
{
    /// <summary>The slot.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Slot { get; init; }

    /// <summary>The ballot that the value was accepted under.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>The value.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required byte[] Value { get; init; }
}

/// <summary>Phase 2a for a run of slots.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record AcceptRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The ballot that the caller leads under.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>The slots, rising; as many as <see cref="Values"/>.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long[] Slots { get; init; }

    /// <summary>The values, in the same order.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required byte[][] Values { get; init; }

    /// <summary>Learn, riding along.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long ChosenThrough { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}

/// <summary>Phase 2b: accepted, or a refusal.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record AcceptReply
{
    /// <summary>The ballot of the request.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>Set when refused: the higher ballot that was promised before.</summary>
    [DataMember(Order = 2)]
    public BallotData? RejectedBy { get; init; }

    /// <summary>The slots that are now on the callee's disk.</summary>
    [DataMember(Order = 3)]
    public long[]? Slots { get; init; }

    /// <summary>Which life of the callee's disk answers; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }

    /// <summary>The highest slot that the callee's disk holds a value of.</summary>
    [DataMember(Order = 41)]
    public long HeldThrough { get; init; }
}

/// <summary>A starting voter asks what is remembered of it.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RecallRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>Which life of the caller's disk calls.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Incarnation { get; init; }

    /// <summary>Which start of the caller's process this is.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Boot { get; init; }

    /// <summary>Random name of the start.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Start { get; init; }

    /// <summary>The starts that the caller's disk names, from the last that a majority vouched for on, this one the last of them; at most 64. Left out by
    /// hosts that do not tell.</summary>
    [DataMember(Order = 40)]
    public StartData[]? Starts { get; init; }
}

/// <summary>A start of a replica's process.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record StartData
{
    /// <summary>Its number.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Boot { get; init; }

    /// <summary>Random: two starts with one number are those of a disk that was set back.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Name { get; init; }
}

/// <summary>What was remembered of the caller before that start.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RecallReply
{
    /// <summary>The start that asked.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Start { get; init; }

    /// <summary>Which life of the callee's disk answers.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Incarnation { get; init; }

    /// <summary>What is remembered; left out: nothing of this life of the caller's disk.</summary>
    [DataMember(Order = 3)]
    public RememberedData? Seen { get; init; }

    /// <summary>What the callee's acceptor has promised; left out by hosts that do not tell, and while it is down.</summary>
    [DataMember(Order = 4, EmitDefaultValue = false)]
    public BallotData? Promised { get; init; }
}

/// <summary>What a replica remembers of a member.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record RememberedData
{
    /// <summary>The member.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int Member { get; init; }

    /// <summary>Which life of its disk.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Incarnation { get; init; }

    /// <summary>The highest start of its process; 2^63 - 1: its disk was set back, and has forgotten one.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Boot { get; init; }

    /// <summary>Random name of that start.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Start { get; init; }

    /// <summary>The highest ballot that it promised.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required BallotData Promised { get; init; }

    /// <summary>The highest slot that its disk held a value of.</summary>
    [DataMember(Order = 6, IsRequired = true)]
    public required long HeldThrough { get; init; }
}
