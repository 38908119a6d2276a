using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>What an operator asks of one replica; it lives on the client address.</summary>
[ServiceContract(Name = "ReplicaControl", Namespace = ServiceNamespaces.Services)]
public interface IReplicaControl
{
    /// <summary>What this replica knows of itself and of the cluster.</summary>
    [OperationContract]
    [FaultContract(typeof(OverloadedFault))]
    Task<ReplicaStatus> StatusAsync();

    /// <summary>What this replica does, message by message. It is kept from the first call on, and until nobody has asked for 15 seconds; nothing is kept, and
    /// nothing costs, before and after.</summary>
    /// <param name="from">0: from now on, which answers with where to begin; otherwise <see cref="TraceReply.Next"/> of the last answer.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    Task<TraceReply> TraceAsync(long from);

    /// <summary>Hands this replica's leadership over to another, so that nobody need miss a leader: it proposes nothing new
    /// until all that it proposed is chosen, and answers once another leads, or goes on leading after half a second.</summary>
    /// <param name="successor">Id of the replica that is to lead; left out: whichever has learned everything first.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NotLeaderFault))]
    Task<LeadershipReport> TransferLeadershipAsync(int? successor);

    /// <summary>Fails this replica's acceptor now: it loses what it holds in memory and is silent until it is revived.</summary>
    /// <param name="downMilliseconds">How long, 1..3,600,000; left out: until <see cref="ReviveAcceptorAsync"/>.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(FaultLabOffFault))]
    Task<AcceptorReport> FailAcceptorAsync(int? downMilliseconds);

    /// <summary>Restarts this replica's acceptor: it reloads its promise and accepted values from disk.</summary>
    [OperationContract]
    [FaultContract(typeof(FaultLabOffFault))]
    Task<AcceptorReport> ReviveAcceptorAsync();

    /// <summary>Loses, from now on, what goes over the link between this replica and a peer; calls under way included.</summary>
    /// <param name="peer">Id of the other replica.</param>
    /// <param name="direction">Which messages are lost.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(FaultLabOffFault))]
    Task<LinkReport> CutLinkAsync(int peer, LinkDirection direction);

    /// <summary>Makes each call over the link to or from a peer take that much longer.</summary>
    /// <param name="peer">Id of the other replica.</param>
    /// <param name="milliseconds">0..60,000; 0 ends the delay.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(FaultLabOffFault))]
    Task<LinkReport> DelayLinkAsync(int peer, int milliseconds);

    /// <summary>Ends what <see cref="CutLinkAsync"/> and <see cref="DelayLinkAsync"/> did here.</summary>
    /// <param name="peer">Id of the other replica; left out: all links of this replica.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(FaultLabOffFault))]
    Task<LinkReport[]> HealLinksAsync(int? peer);

    /// <summary>Reads the whole key-value state of this replica, as of one moment, into a hash: two replicas that have
    /// applied through the same slot must answer the same.</summary>
    [OperationContract]
    [FaultContract(typeof(OverloadedFault))]
    Task<StateDigest> DigestAsync();

    /// <summary>Begins a backup: all keys as of one moment, with every write that was acknowledged before. One at a time at each
    /// replica; one that nobody reads for a minute is given up.</summary>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<BackupStarted> BackupBeginAsync();

    /// <summary>Begins a backup of what this replica has applied, without asking the others: for when there is no majority any more. Writes that were
    /// acknowledged, and that this replica had not heard of, are not in it.</summary>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<BackupStarted> BackupBeginStaleAsync();

    /// <summary>Reads a page of a backup, at most 1 MiB or one key.</summary>
    /// <param name="backup">What BackupBegin named it.</param>
    /// <param name="page">From 0 on, one after the other; the last one that was read may be read again.</param>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(InvalidRequestFault))]
    Task<BackupPage> BackupReadAsync(long backup, long page);

    /// <summary>Ends a backup.</summary>
    /// <param name="backup">What BackupBegin named it.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    Task BackupEndAsync(long backup);

    /// <summary>Begins to restore a backup, through consensus: until it ends all other writes are refused, and reads too. Each step
    /// may be repeated, at any replica.</summary>
    /// <param name="restore">1 or more, drawn at random; every further step names it.</param>
    /// <param name="force">Take a store that is not empty, or whose restore was interrupted; delete its keys then.</param>
    /// <param name="after">LastRestore of the status that the caller saw before: where another restore was begun since, this one is not. Left out: what this replica knows when the
    /// call comes in.</param>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<RestoreReport> RestoreBeginAsync(long restore, bool force, long? after);

    /// <summary>Sets keys to what a backup holds, revisions and versions included.</summary>
    /// <param name="restore">What RestoreBegin was given.</param>
    /// <param name="entries">1..1024, keys and values together at most 3 MiB.</param>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(RequestTooLargeFault))]
    [FaultContract(typeof(StorageFullFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<RestoreReport> RestorePutAsync(long restore, BackupEntry[] entries);

    /// <summary>Removes keys that are in the way of a restore.</summary>
    /// <param name="restore">What RestoreBegin was given.</param>
    /// <param name="keys">1..4096.</param>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(RequestTooLargeFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<RestoreReport> RestoreDeleteAsync(long restore, string[] keys);

    /// <summary>Ends a restore, if the store holds as many keys as the backup.</summary>
    /// <param name="restore">What RestoreBegin was given.</param>
    /// <param name="revision">The backup's revision; the store's is not below it from then on.</param>
    /// <param name="keys">How many keys the backup holds.</param>
    [OperationContract]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<RestoreReport> RestoreEndAsync(long restore, long revision, long keys);

    /// <summary>Adds a replica that learns and does not vote yet. Only the leader takes it.</summary>
    /// <param name="replica">Its id, 1..99.</param>
    /// <param name="incarnation">The <see cref="ReplicaStatus.Life"/> in its status: 16 hexadecimal digits.</param>
    /// <param name="peer">Its peer address.</param>
    /// <param name="client">Its client address.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(ChangeRefusedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<MemberReport> MemberAddAsync(int replica, string incarnation, string peer, string client);

    /// <summary>Makes a learner a voter. Only the leader takes it.</summary>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(ChangeRefusedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<MemberReport> MemberPromoteAsync(int replica);

    /// <summary>Takes a member out. Only the leader takes it.</summary>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(ChangeRefusedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<MemberReport> MemberRemoveAsync(int replica);

    /// <summary>Has a member go on with another disk at other addresses. Only the leader takes it.</summary>
    /// <param name="replica">The member.</param>
    /// <param name="incarnation">The <see cref="ReplicaStatus.Life"/> in the new one's status: 16 hexadecimal digits.</param>
    /// <param name="peer">Its peer address.</param>
    /// <param name="client">Its client address.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(ChangeRefusedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<MemberReport> MemberReplaceAsync(int replica, string incarnation, string peer, string client);

    /// <summary>Has a member go on with another disk where it is. Only the leader takes it.</summary>
    /// <param name="replica">The member.</param>
    /// <param name="incarnation">The <see cref="ReplicaStatus.Life"/> in its status: 16 hexadecimal digits.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(ChangeRefusedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<MemberReport> MemberReadmitAsync(int replica, string incarnation);
}
