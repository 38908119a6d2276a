using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Addresses at which another cluster answers: nothing that it says is believed, and nothing is done there.</summary>
[TestClass]
public sealed class OtherClusterTests(TestContext test)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Its numbers may be above one's own: a replica that was replaced left its address to somebody else.</summary>
    [TestMethod]
    [DataRow("blue", DisplayName = "one is meant")]
    [DataRow(null, DisplayName = "the first that was heard of")]
    public async Task Members_ToldByAnotherCluster_AreNotBelieved(string? meant)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            var under = new ClientUnderTest(seed: seed, membersInterval: Interval, meant: meant);
            int other = under.Client.CurrentReplica % 5 + 1;
            foreach ((int id, Uri address) in FakeCluster.Addresses)
            {
                under.Cluster.Told[address] = id == other
                    ? FakeCluster.Configuration(9, (1, new Uri("http://127.0.0.1:9101"), true)) with { Cluster = "green" }
                    : FakeCluster.Configuration(3, [.. FakeCluster.Addresses.Keys.Where(id => id != other).Select(id => (id, (Uri?)null, true))]) with { Cluster = "blue" };
            }

            await under.GetAsync("k");
            for (int looks = 0; looks < 6; looks++)
            {
                await under.Client.MembersLook.WaitAsync(test.CancellationToken);
                under.Advance(Interval);
            }

            await under.Client.MembersLook.WaitAsync(test.CancellationToken);
            Assert.DoesNotContain(place => place.Address.Port == 9101, under.Cluster.AskedForMembers, $"seed {seed}");
            await under.GetAsync("k");
            Assert.AreNotEqual(9101, under.Client.CurrentAddress.Port, $"seed {seed}");
        }
    }

    /// <summary>What is called now is left, whatever it answers.</summary>
    [TestMethod]
    public async Task Replica_OfAnotherCluster_IsLeftOnceItSaysSo()
    {
        var under = new ClientUnderTest(membersInterval: Interval, meant: "blue");
        int first = under.Client.CurrentReplica;
        under.Cluster.Told[FakeCluster.Addresses[first]] = FakeCluster.Configuration(0) with { Cluster = "green" };

        await under.GetAsync("k");
        await under.Client.MembersLook.WaitAsync(test.CancellationToken);

        Assert.AreNotEqual(first, under.Client.CurrentReplica);
    }

    [TestMethod]
    public async Task Put_FirstReplicaIsOfAnotherCluster_GoesToTheNext()
    {
        var under = new ClientUnderTest(meant: "blue");
        int first = under.Client.CurrentReplica;
        under.Cluster.Name = "blue";
        under.Cluster.OtherNames[first] = "green";

        StoreAnswer<PutReply> answer = await under.PutAsync("k");

        Assert.AreNotEqual(first, answer.Replica);
        Assert.AreEqual(TimeSpan.Zero, under.Elapsed, "one address that is wrong says nothing of the others");
        Assert.DoesNotContain(call => call.Replica == first && call.Identity is not null, under.Cluster.Calls);
    }

    /// <summary>The very first call too: a program that reads once would be told of another cluster's keys.</summary>
    [TestMethod]
    [DataRow(ReadConsistency.Linearizable)]
    [DataRow(ReadConsistency.Serializable)]
    public async Task Get_FirstReplicaIsOfAnotherCluster_GoesToTheNext(ReadConsistency consistency)
    {
        var under = new ClientUnderTest(meant: "blue");
        int first = under.Client.CurrentReplica;
        under.Cluster.Told[FakeCluster.Addresses[first]] = FakeCluster.Configuration(0) with { Cluster = "green" };

        StoreAnswer<GetReply> answer = await under.Client.GetAsync("k", consistency, test.CancellationToken);

        Assert.AreNotEqual(first, answer.Replica);
        Assert.AreEqual(TimeSpan.Zero, under.Elapsed, "one address that is wrong says nothing of the others");
        Assert.DoesNotContain(call => call.Replica == first, under.Cluster.Calls);
    }

    [TestMethod]
    public async Task Get_AllReplicasAreOfAnotherCluster_IsRefused()
    {
        var under = new ClientUnderTest(meant: "blue");
        foreach (Uri address in FakeCluster.Addresses.Values)
        {
            under.Cluster.Told[address] = FakeCluster.Configuration(0) with { Cluster = "green" };
        }

        var refused = await Assert.ThrowsExactlyAsync<WrongClusterException>(() => under.GetAsync("k"));

        Assert.AreEqual("green", refused.Cluster);
        Assert.IsEmpty(under.Cluster.Calls);
    }

    /// <summary>Another process may answer there by then.</summary>
    [TestMethod]
    public async Task Get_ReplicaWasOfAnotherCluster_IsAskedAgain()
    {
        var under = new ClientUnderTest(pinned: 2, meant: "blue");
        under.Cluster.Told[FakeCluster.Addresses[2]] = FakeCluster.Configuration(0) with { Cluster = "green" };
        await Assert.ThrowsExactlyAsync<WrongClusterException>(() => under.GetAsync("k"));
        under.Cluster.Told[FakeCluster.Addresses[2]] = FakeCluster.Configuration(0) with { Cluster = "blue" };

        Assert.AreEqual(2, (await under.GetAsync("k")).Replica);
        int asked = under.Cluster.AskedForMembers.Count;
        await under.GetAsync("k");

        Assert.HasCount(asked, under.Cluster.AskedForMembers, "once is enough");
    }

    public static IEnumerable<object[]> Changes =>
    [
        ["restore begin", (ReplicaControlClient control) => (Task)control.RestoreBeginAsync(1, 1, force: true)],
        ["restore put", (ReplicaControlClient control) => (Task)control.RestorePutAsync(1, 1, [])],
        ["restore delete", (ReplicaControlClient control) => (Task)control.RestoreDeleteAsync(1, 1, ["k"])],
        ["restore end", (ReplicaControlClient control) => (Task)control.RestoreEndAsync(1, 1, 1, 0)],
        ["fail", (ReplicaControlClient control) => (Task)control.FailAcceptorAsync(1, null)],
        ["revive", (ReplicaControlClient control) => (Task)control.ReviveAcceptorAsync(1)],
        ["transfer", (ReplicaControlClient control) => (Task)control.TransferLeadershipAsync(1, null)],
        ["cut", (ReplicaControlClient control) => (Task)control.CutLinkAsync(1, 2, LinkDirection.Both)],
        ["delay", (ReplicaControlClient control) => (Task)control.DelayLinkAsync(1, 2, TimeSpan.FromSeconds(1))],
        ["heal", (ReplicaControlClient control) => (Task)control.HealLinksAsync(1)],
        ["backup begin", (ReplicaControlClient control) => (Task)control.BackupBeginAsync(1)],
        ["backup begin stale", (ReplicaControlClient control) => (Task)control.BackupBeginStaleAsync(1)],
    ];

    [TestMethod]
    [DynamicData(nameof(Changes))]
    public async Task OperatorsCall_AtAnotherCluster_IsNotMade(string name, object call)
    {
        var cluster = new FakeCluster();
        await using var control = new ReplicaControlClient(FakeCluster.Options() with { Cluster = "blue" }, cluster, TimeProvider.System);

        var refused = await Assert.ThrowsExactlyAsync<WrongClusterException>(() => ((Func<ReplicaControlClient, Task>)call)(control));

        Assert.AreEqual("test", refused.Cluster, name);
        Assert.AreEqual("status", Assert.ContainsSingle(cluster.Calls).Operation);
    }

    [TestMethod]
    public async Task OperatorsCalls_AtTheClusterThatIsMeant_AskForItsNameOnce()
    {
        var cluster = new FakeCluster();
        await using var control = new ReplicaControlClient(FakeCluster.Options() with { Cluster = "test" }, cluster, TimeProvider.System);

        await control.FailAcceptorAsync(1, null, test.CancellationToken);
        await control.ReviveAcceptorAsync(1, test.CancellationToken);

        Assert.ContainsSingle(call => call.Operation == "status", cluster.Calls);
        Assert.HasCount(3, cluster.Calls);
    }

    [TestMethod]
    public async Task MemberChange_WhereOnlyAnotherClusterAnswers_IsNotMade()
    {
        var cluster = new FakeCluster();
        PaxosClientOptions options = FakeCluster.Options() with { Cluster = "blue" };
        var members = new ClusterMembers(options, asked => new ReplicaControlClient(asked, cluster, TimeProvider.System), TimeProvider.System);

        var refused = await Assert.ThrowsExactlyAsync<WrongClusterException>(() => members.RemoveAsync(5, test.CancellationToken));

        Assert.AreEqual("test", refused.Cluster);
        Assert.DoesNotContain(call => call.Operation != "status", cluster.Calls);
    }
}
