using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>The acceptor of a replica as proposers see it; only on the peer address.
/// Mirrors the coursework's <c>Acceptor</c>: prepare, accept.</summary>
[ServiceContract(Name = "Acceptor", Namespace = ServiceNamespaces.Services)]
public interface IAcceptor
{
    /// <summary>Tells a starting voter what is remembered of it, and remembers the start. Answers after the disk has it.</summary>
    [OperationContract]
    Task<RecallReply> RecallAsync(RecallRequest request);

    /// <summary>Phase 1 for all slots from one on.</summary>
    [OperationContract]
    Task<PrepareReply> PrepareAsync(PrepareRequest request);

    /// <summary>Phase 2 for a run of slots.</summary>
    [OperationContract]
    Task<AcceptReply> AcceptAsync(AcceptRequest request);
}
