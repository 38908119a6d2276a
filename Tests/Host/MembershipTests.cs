using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Whole replicas whose disks are lost, and that are changed.</summary>
[TestClass]
public sealed class MembershipTests
{
    private const int TimeoutMilliseconds = 90_000;

    public required TestContext TestContext { get; set; }

    /// <summary>An emptied disk starts fenced and says so; readmitted, it is a full replica: with it there is a quorum.</summary>
    [TestMethod]
    [Timeout(TimeoutMilliseconds, CooperativeCancellation = true)]
    public async Task Disk_Emptied_StartsFencedAndVotesOnceReadmitted()
    {
        await using var cluster = await HostedCluster.StartAsync(3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await cluster.StopReplicaAsync(3);
        Directory.Delete(cluster.DataOf(3), recursive: true);
        await cluster.StartReplicaAsync(3);
        var status = await UntilAsync(cluster, 3, s => s.AppliedThrough > 0);
        Assert.AreEqual("Fenced", status.Standing);
        Assert.Contains("names incarnation first", status.Complaint!);
        await Assert.ThrowsExactlyAsync<System.ServiceModel.FaultException<ReplicaFencedFault>>(
            () => cluster.StoreAsync(3, store => store.PutAsync("k", [2], null)));
        await Assert.ThrowsExactlyAsync<System.ServiceModel.FaultException<ReplicaFencedFault>>(
            () => cluster.ControlAsync(3, control => control.RestoreBeginAsync(1, force: true, after: null)));
        await cluster.StoreAsync(1, store => store.PutAsync("k", [3], null));

        var report = await Members(cluster).ReadmitAsync(3, TestContext.CancellationToken);
        Assert.AreEqual(1, report.Configuration);
        await UntilAsync(cluster, 3, s => s is { Standing: "Voter", Configuration: 1 });
        await cluster.StopReplicaAsync(2);
        await cluster.StoreAsync(3, store => store.PutAsync("k", [4], null));
        Assert.AreEqual(4, (await cluster.StoreAsync(1, store => store.GetAsync("k", null))).Value![0]);
        var again = await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => Members(cluster).ReadmitAsync(3, TestContext.CancellationToken));
        Assert.Contains("nothing to readmit", again.Message);
    }

    /// <summary>Two machines whose directories were mixed up: each starts fenced beside what the other left, says so, and is a full
    /// replica once it is readmitted.</summary>
    [TestMethod]
    [Timeout(TimeoutMilliseconds, CooperativeCancellation = true)]
    public async Task Directories_MixedUp_StartFencedAndVoteOnceReadmitted()
    {
        await using var cluster = await HostedCluster.StartAsync(5);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await cluster.StopReplicaAsync(4);
        await cluster.StopReplicaAsync(5);
        var aside = cluster.DataOf(4) + "-aside";
        Directory.Move(cluster.DataOf(4), aside);
        Directory.Move(cluster.DataOf(5), cluster.DataOf(4));
        Directory.Move(aside, cluster.DataOf(5));
        foreach (var id in (int[])[4, 5])
        {
            await cluster.StartReplicaAsync(id);
            var status = await UntilAsync(cluster, id, s => s.AppliedThrough > 0);
            Assert.AreEqual("Fenced", status.Standing);
            Assert.Contains($"belongs to replica {9 - id} of cluster \"test\"", status.ForeignDirectory!);
            Assert.Contains($"guest-test-{id}", status.ForeignDirectory!);
        }

        var members = Members(cluster);
        await members.ReadmitAsync(4, TestContext.CancellationToken);
        await members.ReadmitAsync(5, TestContext.CancellationToken);
        await UntilAsync(cluster, 4, s => s.Standing == "Voter");
        await UntilAsync(cluster, 5, s => s.Standing == "Voter");
        await cluster.StopReplicaAsync(1);
        await cluster.StopReplicaAsync(2);
        await cluster.StoreAsync(4, store => store.PutAsync("k", [2], null));
        await cluster.StopReplicaAsync(4);
        await cluster.StartReplicaAsync(4);
        await UntilAsync(cluster, 4, s => s.Standing == "Voter");
        Assert.AreEqual(2, (await cluster.StoreAsync(4, store => store.GetAsync("k", null))).Value![0]);
        Assert.AreEqual(2, (await cluster.StoreAsync(4, store => store.MembersAsync())).Configuration);
    }

    /// <summary>One that was away while all others were replaced at other addresses has nobody to ask at any address that it knows:
    /// whoever leads tells it where to ask.</summary>
    [TestMethod]
    [Timeout(TimeoutMilliseconds, CooperativeCancellation = true)]
    public async Task Replica_AwayWhileAllOthersMoved_ComesBackByItself()
    {
        await using var cluster = await HostedCluster.StartAsync(5);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await cluster.StopReplicaAsync(5);
        var members = Members(cluster);
        for (var id = 1; id <= 4; id++)
        {
            await cluster.StopReplicaAsync(id);
            await cluster.StartElsewhereAsync(id);
            await members.ReplaceAsync(id, cluster.PeerAddress(id), cluster.ClientAddress(id), TestContext.CancellationToken);
            await UntilAsync(cluster, id, s => s.Standing == "Voter");
        }

        await cluster.StartReplicaAsync(5);
        await UntilAsync(cluster, 5, s => s is { Standing: "Voter", Configuration: 4 });
        Assert.AreEqual(1, (await cluster.StoreAsync(5, store => store.GetAsync("k", null))).Value![0]);
    }

    [TestMethod]
    [Timeout(TimeoutMilliseconds, CooperativeCancellation = true)]
    public async Task Leader_AskedToHandOverToWhoWasTakenOut_SaysThatItIsNoMember()
    {
        await using var cluster = await HostedCluster.StartAsync(3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await Members(cluster).LeaderAsync(TestContext.CancellationToken)).ReplicaId;
        var gone = cluster.Servers.Replicas.First(replica => replica.Id != leader).Id;
        await Members(cluster).RemoveAsync(gone, TestContext.CancellationToken);

        var refused = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(leader, control => control.TransferLeadershipAsync(gone)));

        Assert.Contains("which is not another replica of this cluster", refused.Detail.Reason);
    }

    /// <summary>A change that would leave too few voters that are heard is refused with the numbers.</summary>
    [TestMethod]
    [Timeout(TimeoutMilliseconds, CooperativeCancellation = true)]
    public async Task Remove_WouldLoseTheQuorum_IsRefused()
    {
        await using var cluster = await HostedCluster.StartAsync(3);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var leader = (await Members(cluster).LeaderAsync(TestContext.CancellationToken)).ReplicaId;
        int[] others = [.. cluster.Servers.Replicas.Select(replica => replica.Id).Where(id => id != leader)];
        await cluster.StopReplicaAsync(others[0]);

        // Whoever leads from now on has never heard that one; a leader that did would take the change, until it misses it.
        await cluster.StopReplicaAsync(leader);
        await cluster.StartReplicaAsync(leader);
        var refused = await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => Members(cluster).RemoveAsync(others[1], TestContext.CancellationToken));
        Assert.Contains("The quorum would be lost: of the 2 voters that there would be 2 are needed, and 1 is heard", refused.Message);
    }

    private static ClusterMembers Members(HostedCluster cluster) => new(new PaxosClientOptions
    {
        Replicas = cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client),
    });

    private async Task<ReplicaStatus> UntilAsync(HostedCluster cluster, int id, Func<ReplicaStatus, bool> holds)
    {
        while (true)
        {
            var status = await cluster.ControlAsync(id, control => control.StatusAsync());
            if (holds(status))
            {
                return status;
            }

            await Task.Delay(20, TestContext.CancellationToken);
        }
    }
}
