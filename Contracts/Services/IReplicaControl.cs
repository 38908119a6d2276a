using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>What an operator asks of one replica; it lives on the client address.</summary>
[ServiceContract(Name = "ReplicaControl", Namespace = ServiceNamespaces.Services)]
public interface IReplicaControl
{
    /// <summary>What this replica knows of itself and of the cluster.</summary>
    [OperationContract]
    Task<ReplicaStatus> StatusAsync();

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
}
