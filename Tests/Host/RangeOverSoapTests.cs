using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Ranges through the real doors.</summary>
[TestClass]
public sealed class RangeOverSoapTests
{
    private static HostedCluster? Running;

    private static HostedCluster Cluster => Running!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 3);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    public async Task Range_AtAnyReplica_HasWhatWasAcknowledgedBefore_PageAfterPage()
    {
        var batch = await Cluster.StoreAsync(1, store => store.BatchAsync(
            [BatchOperation.Put("r/b", [2]), BatchOperation.Put("r/a", [1]), BatchOperation.Put("r/c", [3]), BatchOperation.Delete("r/b")], null));

        var first = await Cluster.StoreAsync(2, store => store.RangeAsync("r/", null, null, 1, null, null));
        var second = await Cluster.StoreAsync(3, store => store.RangeAsync("r/", first.Next, null, 1, true, ReadConsistency.Linearizable));

        Assert.AreEqual((true, "r/c"), (first.More, first.Next));
        Assert.IsGreaterThanOrEqualTo(batch.Revision, first.Revision);
        Assert.IsGreaterThanOrEqualTo(batch.Slot, first.AppliedThrough);
        var key = Assert.ContainsSingle(first.Keys);
        Assert.AreEqual(("r/a", batch.Revision - 2, batch.Revision - 2, 1L), (key.Key, key.CreateRevision, key.ModificationRevision, key.Version));
        Assert.AreSequenceEqual(new byte[] { 1 }, key.Value!);
        Assert.AreEqual((false, null, "r/c", null), (second.More, second.Next, second.Keys.Single().Key, second.Keys.Single().Value));
        Assert.IsEmpty((await Cluster.StoreAsync(1, store => store.RangeAsync(null, "r/d", "r/e", null, null, ReadConsistency.Serializable))).Keys);
    }

    [TestMethod]
    public async Task Range_AtEveryLimit_EndsThereAndGoesOn()
    {
        var key = new string('&', StoreLimits.KeyBytesMax - 5);
        BatchOperation[] puts = [.. Enumerable.Range(0, StoreLimits.RangeKeysMax).Select(n => BatchOperation.Put($"&{key}{n:d4}", []))];
        await Cluster.StoreAsync(1, store => store.BatchAsync(puts, null));
        await Cluster.StoreAsync(1, store => store.PutAsync($"&{key}z", [], null));
        for (var n = 0; n < 3; n++)
        {
            await Cluster.StoreAsync(1, store => store.PutAsync($"large-{n}", new byte[StoreLimits.ValueBytesMax], null));
        }

        var keys = await Cluster.StoreAsync(2, store => store.RangeAsync("&", null, null, StoreLimits.RangeKeysMax, null, null));
        var large = await Cluster.StoreAsync(2, store => store.RangeAsync("large-", null, null, null, true, null));

        Assert.HasCount(StoreLimits.RangeKeysMax, keys.Keys);
        Assert.AreEqual($"&{key}z", keys.Next);
        Assert.AreEqual(("large-0", "large-1"), (large.Keys.Single().Key, large.Next), "values count though they are not asked for: they are read");
    }

    [TestMethod]
    [DataRow("", "", "", null, "until")]
    [DataRow("", "", "z", 0, "keysMax")]
    [DataRow("", "", "z", 1025, "keysMax")]
    public async Task Range_OutOfBounds_IsRefusedByName(string prefix, string from, string until, int? keysMax, string field)
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.RangeAsync(prefix, from, until, keysMax, null, null)));
        var tooLong = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.RangeAsync(new string('k', 1025), null, null, null, null, null)));

        Assert.AreEqual(field, fault.Detail.Field);
        Assert.AreEqual("prefix", tooLong.Detail.Field);
    }
}
