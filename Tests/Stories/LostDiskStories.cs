using PaxosWcf.Consensus;

namespace PaxosWcf.Tests.Stories;

/// <summary>A disk is lost that a quorum counted on.</summary>
[TestClass]
public sealed class LostDiskStories
{
    // The rule that looks right and is not: an emptied acceptor may vote again once it has watched one instance. Here it watches
    // them all but the one that it has forgotten, and whoever knows of that one is away.
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4)]
    public void Disk_LostByOneOfABareQuorum_NeverVotesForWhatItForgot(int seed)
    {
        var cluster = Story.Begin(seed);
        var leader = cluster.Leader!;
        cluster.Put("k", "old", at: leader);
        cluster.ExpectAgreement();
        var before = leader.AppliedThrough();
        var (witness, emptied) = (cluster.Follower(0), cluster.Follower(1));
        var unaware = cluster.Replicas.Except([leader, witness, emptied]).ToArray();
        foreach (var replica in unaware)
        {
            cluster.Network.Cut(replica.Id, leader.Id);
            cluster.Network.Cut(replica.Id, witness.Id);
            cluster.Network.Cut(replica.Id, emptied.Id);
        }

        // Chosen by three of five, one of which forgets it.
        cluster.Done(cluster.BeginPut("k", "new", at: leader, pinned: true));
        emptied.LoseDisk();
        leader.Crash();
        witness.Crash();
        cluster.Network.Mend();
        emptied.Start();
        cluster.RunUntil(() => emptied.AppliedThrough() >= before, Story.Patience, "the emptied disk has watched an instance");
        cluster.RunTicks(400);

        Assert.AreEqual(Standing.Fenced, emptied.Driver!.Replica.Standing);
        Assert.IsNull(cluster.Leader, "two disks that are whole are no quorum");

        leader.Start();
        witness.Start();
        Assert.AreEqual("new", cluster.Get("k", at: unaware[0]));
        cluster.ExpectAgreement();
    }

    /// <summary>What a leader promised and accepted itself only its heartbeats tell.</summary>
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4)]
    public void Disk_OfTheLeader_SetBack_IsFoundOut(int seed)
    {
        var cluster = Story.Begin(seed, replicas: 3);
        var leader = cluster.Leader!;
        var image = leader.Store.Image();
        cluster.Put("k", "v", at: leader);
        cluster.ExpectAgreement();
        leader.SetDiskBack(image);
        leader.Start();
        cluster.RunUntil(() => leader.Driver?.Replica.Standing == Standing.Fenced, Story.Patience, "the disk that was set back is fenced");
        Assert.AreEqual("v", cluster.Get("k", at: cluster.Follower()));
    }

    /// <summary>It counts its starts past those that the others have heard of, and there is nothing else that it forgot.</summary>
    [TestMethod]
    public void Disk_SetBackAndStartedAgainAndAgainUnheard_IsFoundOut()
    {
        var cluster = Story.Begin(replicas: 3);
        var replica = cluster.Follower();
        var image = replica.Store.Image();
        replica.Crash();
        replica.Start();
        cluster.RunUntil(() => replica.Driver?.Replica.Standing == Standing.Voter, Story.Patience, "the others have heard of its second start");
        replica.SetDiskBack(image);
        cluster.Isolate(replica);
        for (var start = 0; start < 3; start++)
        {
            replica.Start();
            cluster.RunTicks(10);
            replica.Crash();
        }

        cluster.Network.Mend();
        replica.Start();
        cluster.RunUntil(() => replica.Driver?.Replica.Standing == Standing.Fenced, Story.Patience, "the disk that was set back is fenced");
    }

    /// <summary>A replica whose disk is whole is taken in however often it was started unheard, or heard and not answered.</summary>
    [TestMethod]
    public void Disk_ThatIsWhole_StartedAgainAndAgainUnheard_IsTakenIn()
    {
        var cluster = Story.Begin(replicas: 3);
        var replica = cluster.Follower();
        foreach (var other in cluster.Replicas.Where(other => other != replica))
        {
            cluster.Network.CutOneWay(other.Id, replica.Id);
        }

        for (var start = 0; start < 70; start++)
        {
            replica.Crash();
            replica.Start();
            cluster.RunTicks(2);
        }

        cluster.Network.Mend();
        cluster.RunUntil(() => replica.Driver?.Replica.Standing == Standing.Voter, Story.Patience, "it votes again");
        cluster.ExpectAgreement();
    }
}
