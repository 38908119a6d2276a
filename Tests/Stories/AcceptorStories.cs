namespace PaxosWcf.Tests.Stories;

/// <summary>Acceptors fail and come back, while their replicas stay up: the coursework's point.</summary>
[TestClass]
public sealed class AcceptorStories
{
    [TestMethod]
    public void Acceptors_MinorityDown_OperationsGoOn()
    {
        var cluster = Story.Begin();
        cluster.Leader!.SwitchAcceptor(up: false);
        cluster.Follower().SwitchAcceptor(up: false);
        cluster.Put("k", "v", at: cluster.Leader!);
        Assert.AreEqual("v", cluster.Get("k", at: cluster.Follower()));
    }

    [TestMethod]
    public void Acceptors_MajorityDown_OperationsWaitAndGoOnByThemselves()
    {
        var cluster = Story.Begin();
        var down = cluster.Replicas.Take(3).ToArray();
        Array.ForEach(down, replica => replica.SwitchAcceptor(up: false));
        cluster.RunTicks(5);
        var write = cluster.BeginPut("k", "v", at: cluster.Replica(4), pinned: true);
        var read = cluster.BeginGet("k", at: cluster.Replica(5));
        cluster.RunTicks(400);
        Assert.IsFalse(write.IsDone || read.IsDone);
        down[1].SwitchAcceptor(up: true);
        cluster.Done(write);
        cluster.Done(read);
    }

    [TestMethod]
    public void Acceptor_DownWhileOthersChoose_ReplicaStillLearns()
    {
        var cluster = Story.Begin();
        var replica = cluster.Follower();
        replica.SwitchAcceptor(up: false);
        cluster.RunTicks(5);
        cluster.Put("k", "v", at: cluster.Leader!);
        Assert.AreEqual("v", cluster.Get("k", at: replica));
    }

    [TestMethod]
    public void Acceptor_Revived_StillHoldsItsPromise()
    {
        var cluster = Story.Begin();
        var replica = cluster.Follower();
        var promised = replica.Driver!.Replica.Promised;
        replica.SwitchAcceptor(up: false);
        cluster.RunTicks(3);
        Assert.IsNull(replica.Driver.Replica.Promised);
        replica.SwitchAcceptor(up: true);
        cluster.RunTicks(3);
        Assert.AreEqual(promised, replica.Driver.Replica.Promised);
    }
}
