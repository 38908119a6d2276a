using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Stories;

/// <summary>The words that cluster stories are told in.</summary>
internal static class Story
{
    /// <summary>Longer than it takes to miss a leader, elect another and do a write.</summary>
    public const int Patience = 200;

    /// <summary>A cluster with a leader that all hear: the first to lead may still have to give way to one that
    /// campaigned at the same time.</summary>
    public static SimulatedCluster Begin(int seed = 1, int replicas = 5, ClusterOptions? options = null)
    {
        var cluster = new SimulatedCluster(seed, replicas, options);
        cluster.RunUntil(() => cluster.AllHear(cluster.Leader), Patience, "a replica leads and all others hear it");
        return cluster;
    }

    private static bool AllHear(this SimulatedCluster cluster, SimulatedReplica? leader) =>
        leader is not null && cluster.Replicas.All(replica => replica.Driver?.Replica.Leader == leader.Id);

    public static SimulatedReplica UntilSomeoneLeads(this SimulatedCluster cluster)
    {
        cluster.RunUntil(() => cluster.Leader is { IsPaused: false }, Patience, "a replica leads");
        return cluster.Leader!;
    }

    /// <summary>A new leader, that is not the old one.</summary>
    public static SimulatedReplica UntilAnotherLeads(this SimulatedCluster cluster, SimulatedReplica old)
    {
        cluster.RunUntil(() => cluster.Leader is { } leader && leader != old, Patience, $"another than {old.Id} leads");
        return cluster.Leader!;
    }

    /// <summary>Any replica that does not lead.</summary>
    public static SimulatedReplica Follower(this SimulatedCluster cluster, int which = 0) =>
        cluster.Replicas.Where(replica => replica.IsUp && replica != cluster.Leader).ElementAt(which);

    public static Operation BeginPut(
        this SimulatedCluster cluster, string key, string value, SimulatedReplica at, ClientIdentity? identity = null,
        bool retries = true, bool pinned = false) =>
        cluster.Begin(new Put(identity, key, Encoding.UTF8.GetBytes(value)), key, at, retries, pinned);

    public static Operation BeginGet(this SimulatedCluster cluster, string key, SimulatedReplica at) =>
        cluster.Begin(command: null, key, at, retries: true, pinned: true);

    public static PutDone Put(
        this SimulatedCluster cluster, string key, string value, SimulatedReplica at, ClientIdentity? identity = null) =>
        (PutDone)cluster.Done(cluster.BeginPut(key, value, at, identity)).Answer!;

    public static string? Get(this SimulatedCluster cluster, string key, SimulatedReplica at) =>
        cluster.Done(cluster.BeginGet(key, at)).Found is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    public static string OpenSession(this SimulatedCluster cluster, SimulatedReplica at) =>
        ((SessionOpened)cluster.Done(cluster.Begin(new OpenSession(Nonce: 1), "", at)).Answer!).Session;

    public static Operation Done(this SimulatedCluster cluster, Operation operation)
    {
        cluster.RunUntil(() => operation.IsDone, Patience, $"{operation} is answered");
        return operation;
    }

    /// <summary>Cuts one replica off from all others.</summary>
    public static void Isolate(this SimulatedCluster cluster, SimulatedReplica replica)
    {
        foreach (var other in cluster.Replicas.Where(other => other != replica))
        {
            cluster.Network.Cut(replica.Id, other.Id);
        }
    }

    /// <summary>Every replica is up, has applied everything, and holds the same state.</summary>
    public static void ExpectAgreement(this SimulatedCluster cluster)
    {
        cluster.RunUntil(
            () => cluster.Replicas.All(replica => replica.AppliedThrough() == cluster.Checker.AppliedThrough),
            Patience, "all replicas agree");
        cluster.Checker.CompareStates(cluster.Replicas);
    }

    public static Slot AppliedThrough(this SimulatedReplica replica) =>
        replica.Driver?.Machine.Numbers.AppliedThrough ?? Slot.None;
}
