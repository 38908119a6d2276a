using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>The learner of a replica as other replicas see it; only on the peer address.
/// Mirrors the coursework's <c>Learner</c>: learn.</summary>
[ServiceContract(Name = "Learner", Namespace = ServiceNamespaces.Services)]
public interface ILearner
{
    /// <summary>Says through which slot the values accepted under a ballot are chosen.</summary>
    [OperationContract]
    Task LearnAsync(LearnRequest request);

    /// <summary>Asks for chosen values that the caller missed.</summary>
    [OperationContract]
    Task<CatchUpReply> CatchUpAsync(CatchUpRequest request);

    /// <summary>Asks for a chunk of a snapshot of the state, where the log no longer reaches back to what the caller missed.</summary>
    [OperationContract]
    Task<ReadSnapshotReply> ReadSnapshotAsync(ReadSnapshotRequest request);
}
