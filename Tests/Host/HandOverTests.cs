using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Leadership is handed over on request, through the doors.</summary>
[TestClass]
public sealed class HandOverTests(TestContext test)
{
    [TestMethod]
    public async Task Leader_AskedToHandOver_TheOtherLeadsAndTheStoreGoesOn()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, options: HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var heir = 1 + (leader % 3);

        var report = await cluster.ControlAsync(leader, control => control.TransferLeadershipAsync(heir));

        Assert.AreEqual(new LeadershipReport { ReplicaId = leader, Changed = true, Leader = heir }, report);
        Assert.AreEqual(ProposerState.Leading, (await cluster.ControlAsync(heir, control => control.StatusAsync())).Proposer);
        await cluster.StoreAsync(leader, store => store.PutAsync("k", [2], null));
        Assert.AreSequenceEqual(new byte[] { 2 }, (await cluster.StoreAsync(heir, store => store.GetAsync("k", null))).Value);
    }

    /// <summary>Every replica says who leads with the members, and a client that prefers the leader goes where it is.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Client_PrefersTheLeader_GoesOnWithTheNextOneWhenItStops()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await using var client = new PaxosKeyValueClient(new PaxosClientOptions
        {
            Replicas = cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client),
            MembersInterval = TimeSpan.FromMilliseconds(50),
            PreferLeader = true,
        });
        await client.PutAsync("k", [1], test.CancellationToken);
        var leader = await LeaderThatIsCalledAsync(cluster, client, asked: 1, before: 0);

        await cluster.StopReplicaAsync(leader);
        await LeaderThatIsCalledAsync(cluster, client, asked: 1 + (leader % 3), before: leader);

        await client.PutAsync("k", [2], test.CancellationToken);
        Assert.AreSequenceEqual(new byte[] { 2 }, (await client.GetAsync("k", cancel: test.CancellationToken)).Reply.Value);
    }

    [TestMethod]
    public async Task ReplicaThatDoesNotLead_Asked_NamesTheLeader()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, options: HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var other = 1 + (leader % 3);

        var refused = await Assert.ThrowsExactlyAsync<FaultException<NotLeaderFault>>(
            () => cluster.ControlAsync(other, control => control.TransferLeadershipAsync(null)));

        Assert.AreEqual(other, refused.Detail.ReplicaId);
        Assert.AreEqual(leader, refused.Detail.Leader);
        Assert.AreEqual("NotLeader", refused.Code.SubCode?.Name ?? refused.Code.Name);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(9)]
    public async Task Leader_AskedToHandOverToNobodyOfTheCluster_Refuses(int heir)
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));

        var refused = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.TransferLeadershipAsync(heir)));

        Assert.AreEqual("successor", refused.Detail.Field);
    }

    private async Task<int> LeaderThatIsCalledAsync(HostedCluster cluster, PaxosKeyValueClient client, int asked, int before)
    {
        while (true)
        {
            var leader = (await cluster.StoreAsync(asked, store => store.MembersAsync())).Leader ?? before;
            if (leader != before && leader == client.CurrentReplica)
            {
                return leader;
            }

            await Task.Delay(10, test.CancellationToken);
        }
    }
}
