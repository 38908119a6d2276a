using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>Commands on their way from the replica that a client called to the leader.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ProposeRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The commands, each encoded once at the edge and opaque from there on.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required byte[][] Commands { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}

/// <summary>The answer to Propose: who has the commands. It may wait until some of them are chosen, and then says so.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ProposeReply
{
    /// <summary>Whether the callee leads and will propose them.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required bool Taken { get; init; }

    /// <summary>If not: the replica that it takes for the leader, if it knows one.</summary>
    [DataMember(Order = 2)]
    public int? Leader { get; init; }

    /// <summary>The leader's ballot, where it says what is chosen; left out by hosts that answer at once.</summary>
    [DataMember(Order = 85)]
    public BallotData? Ballot { get; init; }

    /// <summary>With <see cref="Ballot"/>: every slot through this one is chosen.</summary>
    [DataMember(Order = 86)]
    public long ChosenThrough { get; init; }

    /// <summary>With <see cref="Ballot"/>: the chosen values that the caller was not asked to accept, if any.</summary>
    [DataMember(Order = 87)]
    public ChosenData? Values { get; init; }
}

/// <summary>A replica asks the leader for a read index, for all the reads that wait there.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ReadIndexRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>Number of the caller's read round.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long Round { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }

    /// <summary>The caller counts the confirmations: a leader answers at once, and every callee says what it has promised.</summary>
    [DataMember(Order = 85)]
    public bool AskerConfirms { get; init; }
}

/// <summary>The answer to ReadIndex.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ReadIndexReply
{
    /// <summary>The caller's read round.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Round { get; init; }

    /// <summary>Whether the callee leads, and a quorum confirmed it after the request came. A leader whose caller counts the confirmations says
    /// no, and <see cref="Ballot"/>.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool Confirmed { get; init; }

    /// <summary>With <see cref="Ballot"/>: the reads are linearizable once applied through this slot, and confirmed.</summary>
    [DataMember(Order = 3)]
    public long Index { get; init; }

    /// <summary>The leader's ballot, for <see cref="ChosenThrough"/>.</summary>
    [DataMember(Order = 4)]
    public BallotData? Ballot { get; init; }

    /// <summary>Learn, riding along.</summary>
    [DataMember(Order = 5)]
    public long ChosenThrough { get; init; }

    /// <summary>If not confirmed: the replica that the callee takes for the leader, if it knows one.</summary>
    [DataMember(Order = 6)]
    public int? Leader { get; init; }

    /// <summary>Which life of the callee's disk answers; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }

    /// <summary>What the callee's acceptor has promised, where the caller counts; left out where it does not vote.</summary>
    [DataMember(Order = 85)]
    public BallotData? Promised { get; init; }
}

/// <summary>The leader asks the replica that has learned everything to campaign at once; nothing answers it.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record TakeOverRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>What the caller leads under.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>All that the caller ever proposed is chosen, and ends with this slot.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long ChosenThrough { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}

/// <summary>Leading: says so. Not leading: asks who is heard to lead, before a campaign.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record HeartbeatRequest
{
    /// <summary>The calling replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int From { get; init; }

    /// <summary>The caller's ballot.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required BallotData Ballot { get; init; }

    /// <summary>Whether it leads under it.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required bool Leading { get; init; }

    /// <summary>The caller's round, unique within its process; the answer repeats it.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Round { get; init; }

    /// <summary>Learn, riding along.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required long ChosenThrough { get; init; }

    /// <summary>Hash of the caller's servers.xml.</summary>
    [DataMember(Order = 6)]
    public string? ServersHash { get; init; }

    /// <summary>Which life of the caller's disk calls; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }

    /// <summary>What the caller, which leads, remembers of the members; from time to time.</summary>
    [DataMember(Order = 41)]
    public RememberedData[]? Roll { get; init; }

    /// <summary>Number of the last configuration that the caller has learned.</summary>
    [DataMember(Order = 70)]
    public long Configuration { get; init; }

    /// <summary>Where replicas call the caller, as that configuration has it: for a callee that was away while others moved. Left out
    /// by one that is no member.</summary>
    [DataMember(Order = 71)]
    public string? PeerAddress { get; init; }
}

/// <summary>The answer to Heartbeat.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record HeartbeatReply
{
    /// <summary>The caller's round.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Round { get; init; }

    /// <summary>What the callee's acceptor has promised; null while it is down.</summary>
    [DataMember(Order = 2)]
    public BallotData? Promised { get; init; }

    /// <summary>The leader that the callee hears, or the campaign that it waits for, if any.</summary>
    [DataMember(Order = 3)]
    public int? Hears { get; init; }

    /// <summary>The callee has learned every slot through this one.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long LearnedThrough { get; init; }

    /// <summary>Hash of the callee's servers.xml.</summary>
    [DataMember(Order = 5)]
    public string? ServersHash { get; init; }

    /// <summary>Which life of the callee's disk answers; left out by hosts that know of one only.</summary>
    [DataMember(Order = 40)]
    public long Incarnation { get; init; }
}
