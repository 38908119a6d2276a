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

        // A leader misses a voter after 24 ticks of 10 ms.
        await Task.Delay(1000, TestContext.CancellationToken);
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
