using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Stories;

/// <summary>A replica whose state went wrong is found out by the others, and takes itself out of the way.</summary>
[TestClass]
public sealed class DivergenceStories
{
    // Whole states are not compared here: one is wrong, on purpose.
    private static readonly ClusterOptions Options = new()
    {
        Storage = new StorageOptions { AuditSlots = 16 },
        StepsPerStateCheck = int.MaxValue,
    };

    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4), DataRow(5)]
    public void State_OfOneReplicaGoesWrong_ItIsFenced_AndTheOthersGoOn(int which)
    {
        var cluster = Story.Begin(options: Options);
        cluster.Put("k", "before", cluster.Follower());
        cluster.RunTicks(5);

        // The flush of the next vote takes the state that was written before it to the disk too.
        cluster.Put("other", "value", cluster.Follower());
        cluster.RunTicks(5);
        var wrong = cluster.Replica(which);
        MakeWrong(cluster, wrong, "k");
        var writes = 0;
        while (wrong.Driver!.Divergence is null)
        {
            Assert.IsLessThan(60, writes, "the difference is found within two segments after a write meets it");
            cluster.Put("k", $"after {writes++}", cluster.Replicas.First(replica => replica != wrong));
        }

        Assert.AreEqual(15, wrong.Driver.Divergence.Through.Number - wrong.Driver.Divergence.From.Number);
        Assert.IsTrue(cluster.Replicas.All(replica => replica == wrong || replica.Driver!.Divergence is null));
        cluster.Put("k", "later", cluster.Replicas.First(replica => replica != wrong));
        var stood = wrong.Driver.Machine.Numbers;
        cluster.RunTicks(100);
        Assert.AreEqual((false, true), (wrong.Driver.Figures.Leads, wrong.Driver.Figures.IsFenced), "whether it led then or not");
        Assert.AreEqual(stood, wrong.Driver.Machine.Numbers, "it takes nothing in any more");
        Assert.IsNull(StatusOf(cluster, wrong).NamedLeader, "who led then, perhaps itself, is not named");
        Assert.IsNotNull(StatusOf(cluster, cluster.Replicas.First(replica => replica != wrong)).NamedLeader);

        wrong.Crash();
        wrong.Start();
        Assert.IsNotNull(wrong.Driver.Divergence, "a restart makes nothing right");
        Assert.IsTrue(wrong.Driver.Figures.IsFenced, "before its first batch");
        Assert.AreEqual("later", cluster.Get("k", cluster.Replicas.First(replica => replica != wrong)));
    }

    [TestMethod]
    public void State_OfNobodyGoesWrong_AllAgreeThroughTheLastSegments()
    {
        var cluster = Story.Begin(options: Options);
        for (var i = 0; i < 40; i++)
        {
            cluster.Put($"k{i % 3}", $"{i}", cluster.Replica(1 + (i % 5)));
        }

        cluster.RunTicks(20);
        foreach (var replica in cluster.Replicas)
        {
            Assert.IsGreaterThanOrEqualTo(32, StatusOf(cluster, replica).AgreedThrough.Number);
        }
    }

    private static ReplicaSnapshot StatusOf(SimulatedCluster cluster, SimulatedReplica replica)
    {
        ReplicaSnapshot? status = null;
        replica.Post(new StatusAsked(snapshot => status = snapshot));
        cluster.RunTicks(1);
        return status!;
    }

    // As a fault of the disk, or of the program, would: a key's record is another one. What is kept in memory goes with the crash.
    private static void MakeWrong(SimulatedCluster cluster, SimulatedReplica replica, string key)
    {
        replica.Crash();
        cluster.Wrong.OnMade(replica.Id, key, new KeyValueStateMachine(replica.Store).Numbers.AppliedThrough);
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        var record = replica.Store.Find(StoreFamily.Keys, bytes);
        Assert.IsNotNull(record, $"{replica.Id} has written its state");
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, bytes, (KeyRecord.Decode(record) with { Version = 40 }).Encode());
        replica.Store.Write(writes, durable: true);
        replica.Start();
    }
}
