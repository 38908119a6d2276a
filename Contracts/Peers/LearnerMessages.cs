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
}
