using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Wire;

/// <summary>Who calls: a replica, and which life of its disk.</summary>
internal readonly record struct Sender(ReplicaId Id, Incarnation Incarnation);
