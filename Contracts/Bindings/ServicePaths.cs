namespace PaxosWcf.Contracts;

/// <summary>Where each service is, below a replica's client or peer address.</summary>
public static class ServicePaths
{
    /// <summary><see cref="IKeyValueStore"/>, below the client address.</summary>
    public const string KeyValueStore = "/KeyValueStore.svc";

    /// <summary><see cref="IReplicaControl"/>, below the client address.</summary>
    public const string ReplicaControl = "/ReplicaControl.svc";

    /// <summary><see cref="IProposer"/>, below the peer address.</summary>
    public const string Proposer = "/Proposer.svc";

    /// <summary><see cref="IAcceptor"/>, below the peer address.</summary>
    public const string Acceptor = "/Acceptor.svc";

    /// <summary><see cref="ILearner"/>, below the peer address.</summary>
    public const string Learner = "/Learner.svc";
}
