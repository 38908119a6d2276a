using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>The proposer of a replica as other replicas see it; only on the peer address.
/// Mirrors the coursework's <c>Proposer</c>: propose.</summary>
[ServiceContract(Name = "Proposer", Namespace = ServiceNamespaces.Services)]
public interface IProposer
{
    /// <summary>Hands over commands that clients gave to another replica.</summary>
    [OperationContract]
    Task<ProposeReply> ProposeAsync(ProposeRequest request);

    /// <summary>Asks the leader through which slot a linearizable read must have been applied.</summary>
    [OperationContract]
    Task<ReadIndexReply> ReadIndexAsync(ReadIndexRequest request);

    /// <summary>Says who leads, or asks who is heard to lead.</summary>
    [OperationContract]
    Task<HeartbeatReply> HeartbeatAsync(HeartbeatRequest request);

    /// <summary>Asks the callee to campaign at once, for the caller hands its leadership over.</summary>
    [OperationContract]
    Task TakeOverAsync(TakeOverRequest request);
}
