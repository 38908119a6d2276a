using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Leadership is handed over on request, through the doors.</summary>
[TestClass]
public sealed class HandOverTests
{
    [TestMethod]
    public async Task Leader_AskedToHandOver_TheOtherLeadsAndTheStoreGoesOn()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var heir = 1 + (leader % 3);

        var report = await cluster.ControlAsync(leader, control => control.TransferLeadershipAsync(heir));

        Assert.AreEqual(new LeadershipReport { ReplicaId = leader, Changed = true, Leader = heir }, report);
        Assert.AreEqual(ProposerState.Leading, (await cluster.ControlAsync(heir, control => control.StatusAsync())).Proposer);
        await cluster.StoreAsync(leader, store => store.PutAsync("k", [2], null));
        Assert.AreSequenceEqual(new byte[] { 2 }, (await cluster.StoreAsync(heir, store => store.GetAsync("k", null))).Value);
    }

    [TestMethod]
    public async Task ReplicaThatDoesNotLead_Asked_NamesTheLeader()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
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
}
