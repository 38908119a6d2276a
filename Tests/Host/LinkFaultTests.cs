using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Links that lose messages in one direction or both, or are slow, because somebody asked for it.</summary>
[TestClass]
public sealed class LinkFaultTests
{
    [TestMethod]
    public async Task CutOffReplica_TakesNoWrite_AndCatchesUpWhenHealed()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await cluster.ControlAsync(3, control => control.CutLinkAsync(1, LinkDirection.Both));
        await cluster.ControlAsync(3, control => control.CutLinkAsync(2, LinkDirection.Both));

        var write = cluster.StoreAsync(3, store => store.PutAsync("cut-off", [2], null));
        var slot = (await cluster.StoreAsync(1, store => store.PutAsync("k", [3], null))).Slot;

        Assert.IsFalse(write.IsCompleted, "nobody hears replica 3");
        Assert.IsLessThan(slot, (await StatusAsync(cluster, 3)).AppliedThrough);
        await cluster.ControlAsync(3, control => control.HealLinksAsync(null));
        await write;
        Assert.AreSequenceEqual(new byte[] { 3 }, (await cluster.StoreAsync(3, store => store.GetAsync("k", null))).Value);
    }

    [TestMethod]
    [DataRow(LinkDirection.To)]
    [DataRow(LinkDirection.From)]
    public async Task LinkCutOneWay_WhoReachesBothGoesOn_AndOnceHealedAllDo(LinkDirection direction)
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));

        var report = await cluster.ControlAsync(1, control => control.CutLinkAsync(2, direction));
        await cluster.StoreAsync(3, store => store.PutAsync("k", [2], null));
        await cluster.ControlAsync(1, control => control.HealLinksAsync(2));
        await cluster.StoreAsync(1, store => store.PutAsync("k", [3], null));

        Assert.AreEqual((direction == LinkDirection.To, direction == LinkDirection.From), (report.CutTo, report.CutFrom));
        Assert.AreSequenceEqual(new byte[] { 3 }, (await cluster.StoreAsync(2, store => store.GetAsync("k", null))).Value);
    }

    [TestMethod]
    public async Task DelayedLinks_MakeAWriteSlower()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true, options: HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await StatusAsync(cluster, 1)).Leader!.Value;
        foreach (var peer in Enumerable.Range(1, 3).Where(id => id != leader))
        {
            await cluster.ControlAsync(leader, control => control.DelayLinkAsync(peer, 150));
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        await cluster.StoreAsync(leader, store => store.PutAsync("k", [2], null));

        Assert.IsGreaterThanOrEqualTo(140, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    [TestMethod]
    public async Task Status_AndLog_TellOfEachFault()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true, log);

        await cluster.ControlAsync(1, control => control.CutLinkAsync(3, LinkDirection.To));
        await cluster.ControlAsync(1, control => control.DelayLinkAsync(2, 20));
        var faulty = (await StatusAsync(cluster, 1)).FaultyLinks;
        var healed = await cluster.ControlAsync(1, control => control.HealLinksAsync(3));

        Assert.AreEqual("2:False:False:20 3:True:False:0", string.Join(
            ' ', faulty.Select(link => $"{link.PeerId}:{link.CutTo}:{link.CutFrom}:{link.DelayMilliseconds}")));
        Assert.AreEqual(3, Assert.ContainsSingle(healed).PeerId);
        Assert.AreEqual(2, Assert.ContainsSingle((await StatusAsync(cluster, 1)).FaultyLinks).PeerId);
        Assert.Contains("[FAULT] The link between R1 and R3 is cut: what R1 sends to R3 is lost", log.Lines);
        Assert.Contains("[RECOVERED] The link between R1 and R3 is whole again", log.Lines);
    }

    [TestMethod]
    public async Task FaultLabOff_OrNoSuchLink_IsRefused()
    {
        await using var off = await HostedCluster.StartAsync(replicas: 1);
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true);

        await Assert.ThrowsExactlyAsync<FaultException<FaultLabOffFault>>(
            () => off.ControlAsync(1, control => control.CutLinkAsync(1, LinkDirection.Both)));
        foreach (var peer in (int[])[1, 4])
        {
            var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
                () => cluster.ControlAsync(1, control => control.CutLinkAsync(peer, LinkDirection.Both)));
            Assert.AreEqual("peer", fault.Detail.Field);
        }

        var delay = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.DelayLinkAsync(2, 60_001)));
        Assert.AreEqual("milliseconds", delay.Detail.Field);
    }

    private static Task<ReplicaStatus> StatusAsync(HostedCluster cluster, int replica) =>
        cluster.ControlAsync(replica, control => control.StatusAsync());
}
