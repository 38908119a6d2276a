using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>How much may be lost. No protocol survives the loss of more disks than the failures it is made for; and a disk that
/// was set back can be found out only by what others remember.</summary>
internal static class DiskRules
{
    /// <summary>Whether a replica's disk may be lost now: it is a voter's, all other disks are whole and right, and somebody has led under
    /// the last configuration, before which the disks of the one before are still needed (docs/protocol.md, "Changing the members").</summary>
    public static bool MayLose(SimulatedCluster cluster, SimulatedReplica replica) =>
        cluster.Operator.IsAtRest && !cluster.Wrong.Any && replica.Driver?.Replica is { Standing: Standing.Voter } core
        && core.Configuration.Number == cluster.Checker.LatestConfiguration
        && cluster.Checker.LedConfiguration == cluster.Checker.LatestConfiguration && core.Configuration.Quorum.Members.Count >= 3;

    /// <summary>Whether a disk may become an empty one even so, in the midst of a change, or while its replica asks, learns or is out: all others are whole and right, and without it, and without one
    /// more that may be on its way out, a majority is left.</summary>
    public static bool MayLoseInAChange(SimulatedCluster cluster, SimulatedReplica replica) =>
        cluster.Operator.MayLoseInAChange && !cluster.Wrong.Any && replica.Driver?.Replica is { Standing: not Standing.Fenced };

    /// <summary>Whether, of the voters that an image knows, and of the present ones, whom it learns of and asks then, so many have on disk more of the replica
    /// than the image that any majority with the replica in it has one of them.</summary>
    public static Missed IsMissed(SimulatedCluster cluster, SimulatedReplica replica, MemoryStore image)
    {
        var machine = new KeyValueStateMachine(image);
        var configuration = machine.Configuration ?? cluster.First;
        var state = new ReplicaLog(image.Image()).Recover(machine.Numbers.AppliedThrough);
        var acceptor = new Acceptor(replica.Id, cluster.Options.Consensus, state.Acceptor, state.LearnedThrough);
        return AreMissed(seen => seen.Boot >= state.Boot) ? Missed.Starts
            : AreMissed(seen => seen.Boot >= state.Boot || seen.Promised > acceptor.Promised || seen.HeldThrough > acceptor.HeldThrough) ? Missed.Words
            : Missed.Nothing;

        bool AreMissed(Func<Remembered, bool> isMore) =>
            AreMissedBy(configuration.Quorum, isMore) && AreMissedBy(replica.Driver!.Replica.Configuration.Quorum, isMore);

        bool AreMissedBy(Quorum voters, Func<Remembered, bool> isMore)
        {
            var others = voters.Members.Where(other => other != replica.Id).ToArray();
            return voters.Members.Contains(replica.Id) && others.Length - others.Count(other => IsWitness(other, isMore)) < voters.Majority - 1;
        }

        bool IsWitness(ReplicaId other, Func<Remembered, bool> isMore) =>
            ReplicaLog.FindRemembered(cluster.Replica(other.Number).Store, replica.Id) is { } seen && seen.Incarnation == state.Incarnation && isMore(seen);
    }
}
