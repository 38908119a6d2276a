using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What a proposer is doing.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum ProposerState
{
    /// <summary>Follows the leader it hears, or waits for one.</summary>
    [EnumMember]
    Idle = 0,

    /// <summary>Collects promises for its ballot.</summary>
    [EnumMember]
    Preparing = 1,

    /// <summary>Leads under its ballot.</summary>
    [EnumMember]
    Leading = 2,
}

/// <summary>One replica at one moment.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record ReplicaStatus
{
    /// <summary>This replica's id.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>The cluster's name.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required string Cluster { get; init; }

    /// <summary>Random id of its data directory.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required string Incarnation { get; init; }

    /// <summary>What its proposer is doing.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required ProposerState Proposer { get; init; }

    /// <summary>The replica that it takes for the leader; null when it knows none.</summary>
    [DataMember(Order = 5)]
    public int? Leader { get; init; }

    /// <summary>The highest ballot its acceptor promised, as "round.proposer"; "0.0" when none.</summary>
    [DataMember(Order = 6, IsRequired = true)]
    public required string Promised { get; init; }

    /// <summary>Whether its acceptor is up.</summary>
    [DataMember(Order = 7, IsRequired = true)]
    public required bool AcceptorUp { get; init; }

    /// <summary>How many failures were injected into its acceptor since the process started.</summary>
    [DataMember(Order = 8, IsRequired = true)]
    public required long AcceptorFailures { get; init; }

    /// <summary>It has learned every slot through this one.</summary>
    [DataMember(Order = 9, IsRequired = true)]
    public required long LearnedThrough { get; init; }

    /// <summary>Its key-value state holds every slot through this one.</summary>
    [DataMember(Order = 10, IsRequired = true)]
    public required long AppliedThrough { get; init; }

    /// <summary>Its key-value state's revision.</summary>
    [DataMember(Order = 11, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>How many keys it holds.</summary>
    [DataMember(Order = 12, IsRequired = true)]
    public required long Keys { get; init; }

    /// <summary>Hash of the servers.xml that this process read.</summary>
    [DataMember(Order = 13, IsRequired = true)]
    public required string ServersHash { get; init; }

    /// <summary>Ids of replicas whose servers.xml differs from this one's, as heard in heartbeats.</summary>
    [DataMember(Order = 14, IsRequired = true)]
    public required int[] ServersDifferAt { get; init; }

    /// <summary>Whether the fault lab may be used here.</summary>
    [DataMember(Order = 15, IsRequired = true)]
    public required bool FaultLabOn { get; init; }

    /// <summary>Version of the program.</summary>
    [DataMember(Order = 16, IsRequired = true)]
    public required string ProgramVersion { get; init; }

    /// <summary>Milliseconds since the process started.</summary>
    [DataMember(Order = 17, IsRequired = true)]
    public required long UptimeMilliseconds { get; init; }

    /// <summary>Its links that the fault lab cut or delays, by peer.</summary>
    [DataMember(Order = 18, IsRequired = true)]
    public required LinkReport[] FaultyLinks { get; init; }

    /// <summary>What it may do: Voter, Asking, Learner, Fenced or NoMember.</summary>
    [DataMember(Order = 40)]
    public string? Standing { get; init; }

    /// <summary>Why it may not vote, as a sentence; left out when all is well.</summary>
    [DataMember(Order = 41)]
    public string? Complaint { get; init; }

    /// <summary>Which life of its disk it is, as configurations name it: 16 hexadecimal digits, or "first".</summary>
    [DataMember(Order = 42)]
    public string? Life { get; init; }

    /// <summary>Number of the last configuration that it has learned; 0 is the one of servers.xml.</summary>
    [DataMember(Order = 43)]
    public long Configuration { get; init; }

    /// <summary>The members of that configuration.</summary>
    [DataMember(Order = 44)]
    public MemberData[]? Members { get; init; }

    /// <summary>Whether it leads under that configuration, so that the one before is over.</summary>
    [DataMember(Order = 45)]
    public bool LeadsConfiguration { get; init; }

    /// <summary>What its store's files take, in bytes; left out by a replica of an earlier build.</summary>
    [DataMember(Order = 50)]
    public long? StoreBytes { get; init; }

    /// <summary>What they may take before puts are refused with StorageFull, in bytes; 0: no limit.</summary>
    [DataMember(Order = 51)]
    public long? StoreBytesMax { get; init; }

    /// <summary>Number of the restore of a backup that is under way, or was interrupted; left out when there is none.</summary>
    [DataMember(Order = 52)]
    public long? Restoring { get; init; }

    /// <summary>Number of the restore that was begun last, over by now or not; 0: there never was one. Left out by hosts that do not tell.</summary>
    [DataMember(Order = 53, EmitDefaultValue = false)]
    public long? LastRestore { get; init; }

    /// <summary>Set when this replica's state differs from that of a majority, and it is fenced for it: the first slot of those
    /// whose effect was another one here.</summary>
    [DataMember(Order = 60)]
    public long? DivergedFrom { get; init; }

    /// <summary>And the last of those slots.</summary>
    [DataMember(Order = 61)]
    public long? DivergedThrough { get; init; }

    /// <summary>A majority was seen to hold what this replica holds, through this slot; 0 before the first comparison.</summary>
    [DataMember(Order = 62)]
    public long? AgreedThrough { get; init; }

    /// <summary>Set when the data directory that it was given is another replica's: a sentence that says whose, and where it keeps
    /// its own data.</summary>
    [DataMember(Order = 70)]
    public string? ForeignDirectory { get; init; }
}

/// <summary>An acceptor after a fault was injected or healed.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record AcceptorReport
{
    /// <summary>The replica whose acceptor it is.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>Whether it is up now.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required bool AcceptorUp { get; init; }

    /// <summary>Whether the call changed anything.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required bool Changed { get; init; }
}

/// <summary>A hash over the whole key-value state of one replica.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record StateDigest
{
    /// <summary>The replica.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>The state holds every slot through this one.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required long AppliedThrough { get; init; }

    /// <summary>The state's revision.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Revision { get; init; }

    /// <summary>How many keys were read.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required long Keys { get; init; }

    /// <summary>SHA-256 over all keys, values, revisions and sessions in key order, in lower-case hex.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required string Hash { get; init; }
}
