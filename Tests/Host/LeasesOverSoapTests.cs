using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Leases and locks through the real doors, and with the real clock.</summary>
[TestClass]
public sealed class LeasesOverSoapTests(TestContext test)
{
    private static HostedCluster? Running;

    private static HostedCluster Cluster => Running!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 3);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    public async Task Lease_GrantedAtOneReplica_IsEveryOnesAndGoesWithItsKeys()
    {
        var granted = await Cluster.StoreAsync(1, store => store.GrantLeaseAsync(3600, null));
        await Cluster.StoreAsync(2, store => store.BatchAsync(
            [BatchOperation.Put("l/b", [1], granted.LeaseId), BatchOperation.Put("l/a", [2], granted.LeaseId), BatchOperation.Put("l/c", [3])], null));
        var kept = await Cluster.StoreAsync(3, store => store.KeepLeaseAliveAsync(granted.LeaseId));
        var got = await Cluster.StoreAsync(1, store => store.GetLeaseAsync(granted.LeaseId, null));
        var listed = await Cluster.StoreAsync(2, store => store.LeasesAsync(granted.LeaseId, null));

        Assert.AreEqual((granted.LeaseId, 3600), (kept.LeaseId, kept.TimeToLiveSeconds));
        Assert.AreEqual((true, 3600, 1L, "l/a l/b"), (got.Found, got.TimeToLiveSeconds, got.Renewals, string.Join(' ', got.Keys!)));
        Assert.AreEqual((granted.LeaseId, 2), (listed.Leases[0].LeaseId, listed.Leases[0].Keys));

        var revoked = await Cluster.StoreAsync(2, store => store.RevokeLeaseAsync(granted.LeaseId, null));
        var again = await Cluster.StoreAsync(1, store => store.RevokeLeaseAsync(granted.LeaseId, null));
        var left = await Cluster.StoreAsync(3, store => store.RangeAsync("l/", null, null, null, true, null));

        Assert.AreEqual((true, 2), (revoked.Found, revoked.KeysRemoved));
        Assert.IsGreaterThanOrEqualTo(revoked.Revision, left.Revision);
        Assert.AreEqual((false, 0), (again.Found, again.KeysRemoved));
        Assert.AreEqual("l/c", left.Keys.Single().Key);
        Assert.IsFalse((await Cluster.StoreAsync(1, store => store.GetLeaseAsync(granted.LeaseId, ReadConsistency.Linearizable))).Found);
    }

    /// <summary>Whoever watches is told when it goes; nobody waits for a time that passes.</summary>
    [TestMethod]
    public async Task Lease_NobodyRenews_IsOverByItself()
    {
        var (granted, put) = await PutByAShortLeaseAsync("short");
        await using var client = new PaxosKeyValueClient(new PaxosClientOptions { Replicas = Cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client) });
        await using var changes = client.WatchAsync("short", fromRevision: put.Revision + 1, cancel: test.CancellationToken).GetAsyncEnumerator(test.CancellationToken);

        Assert.IsTrue(await changes.MoveNextAsync());
        Assert.AreEqual(KeyChangeKind.Delete, changes.Current.Kind);
        var gone = await Assert.ThrowsExactlyAsync<FaultException<LeaseNotFoundFault>>(() => Cluster.StoreAsync(2, store => store.KeepLeaseAliveAsync(granted.LeaseId)));
        Assert.AreEqual(granted.LeaseId, gone.Detail.LeaseId);
        Assert.AreEqual("LeaseNotFound", gone.Code.Name);
    }

    // On a machine that stands still for a second it is over before it is put by; then by another.
    private static async Task<(LeaseReply Granted, BatchReply Put)> PutByAShortLeaseAsync(string key)
    {
        while (true)
        {
            var granted = await Cluster.StoreAsync(1, store => store.GrantLeaseAsync(StoreLimits.LeaseSecondsMin, null));
            try
            {
                return (granted, await Cluster.StoreAsync(1, store => store.BatchAsync([BatchOperation.Put(key, [], granted.LeaseId)], null)));
            }
            catch (FaultException<LeaseNotFoundFault>)
            {
                continue;
            }
        }
    }

    [TestMethod]
    public async Task Write_ByALeaseThatIsNotThere_ExecutesNothing()
    {
        BatchOperation[] operations = [BatchOperation.Put("not", []), BatchOperation.Put("not either", [], "1-0-0000000000000000")];

        await Assert.ThrowsExactlyAsync<FaultException<LeaseNotFoundFault>>(() => Cluster.StoreAsync(1, store => store.BatchAsync(operations, null)));
        await Assert.ThrowsExactlyAsync<FaultException<LeaseNotFoundFault>>(
            () => Cluster.StoreAsync(1, store => store.TransactAsync([Comparison.Missing("not")], operations, null, null)));
        Assert.IsEmpty((await Cluster.StoreAsync(1, store => store.RangeAsync("not", null, null, null, null, null))).Keys);
    }

    [TestMethod]
    public async Task Lease_AtItsLimitOfKeys_SaysSo()
    {
        var granted = await Cluster.StoreAsync(1, store => store.GrantLeaseAsync(3600, null));
        await Cluster.StoreAsync(1, store => store.BatchAsync([.. Enumerable.Range(0, StoreLimits.LeaseKeysMax).Select(n => BatchOperation.Put($"many/{n}", [], granted.LeaseId))], null));

        var refused = await Assert.ThrowsExactlyAsync<FaultException<LeaseLimitFault>>(
            () => Cluster.StoreAsync(1, store => store.BatchAsync([BatchOperation.Put("many/more", [], granted.LeaseId)], null)));

        Assert.AreEqual((nameof(StoreLimits.LeaseKeysMax), (long)StoreLimits.LeaseKeysMax), (refused.Detail.Limit, refused.Detail.Max));
        Assert.AreEqual(StoreLimits.LeaseKeysMax, (await Cluster.StoreAsync(1, store => store.RevokeLeaseAsync(granted.LeaseId, null))).KeysRemoved);
    }

    [TestMethod]
    [DataRow(0, null, "timeToLiveSeconds")]
    [DataRow(86_401, null, "timeToLiveSeconds")]
    [DataRow(1, "", "leaseId")]
    [DataRow(1, "a b", "leaseId")]
    [DataRow(1, "12345678901234567890123456789012345678901", "leaseId")]
    public async Task Call_OutOfBounds_IsRefusedByName(int seconds, string? lease, string field)
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => Cluster.StoreAsync(1, store => lease is null
            ? store.GrantLeaseAsync(seconds, null)
            : store.KeepLeaseAliveAsync(lease)));

        Assert.AreEqual(field, fault.Detail.Field);
    }

    [TestMethod]
    public async Task Operation_WithALeaseThatIsNone_IsRefusedByItsPlace()
    {
        var put = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.BatchAsync([BatchOperation.Delete("k"), BatchOperation.Put("k", [], "?")], null)));
        var delete = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.TransactAsync([Comparison.Missing("k")], [BatchOperation.Delete("k") with { LeaseId = "a" }], null, null)));

        Assert.AreEqual(("operations[1].LeaseId", "then[0].LeaseId"), (put.Detail.Field, delete.Detail.Field));
    }

    /// <summary>Twenty that ask at once: one at a time holds it, and each has a higher number than the one before.</summary>
    [TestMethod]
    public async Task Lock_ManyAskFor_IsHeldByOneAtATime()
    {
        await using var client = new PaxosKeyValueClient(new PaxosClientOptions { Replicas = Cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client) });
        var (inside, numbers) = (0, new List<long>());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            await using var held = await StoreLock.AcquireAsync(client, "lock", TimeSpan.FromSeconds(60), $"{n}", test.CancellationToken);
            Assert.AreEqual(1, Interlocked.Increment(ref inside));
            numbers.Add(held.FencingNumber);
            Assert.IsTrue((await client.TransactAsync([held.IsHeld], [BatchOperation.Put("written under the lock", [])], cancel: test.CancellationToken)).Reply.Held);
            Interlocked.Decrement(ref inside);
        }));

        Assert.HasCount(20, numbers);
        Assert.AreSequenceEqual(numbers.Order().Distinct(), numbers);
        Assert.IsEmpty((await client.RangeAsync("lock/", cancel: test.CancellationToken)).Reply.Keys);
    }
}
