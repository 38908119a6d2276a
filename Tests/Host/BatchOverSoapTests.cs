using System.ServiceModel;
using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Batches through the real doors.</summary>
[TestClass]
public sealed class BatchOverSoapTests
{
    private static HostedCluster? Running;

    private static HostedCluster Cluster => Running!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 3);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    public async Task Batch_AtOneReplica_IsOneSlotAndReadAtEveryOther()
    {
        await Cluster.StoreAsync(1, store => store.PutAsync("old", [], null));

        var reply = await Cluster.StoreAsync(2, store => store.BatchAsync(
            [BatchOperation.Put("new", "1"u8.ToArray()), BatchOperation.Delete("old"), BatchOperation.Put("new", "2"u8.ToArray())], null));

        Assert.AreSequenceEqual([false, true, true], reply.Operations.Select(operation => operation.Found));
        Assert.AreSequenceEqual([reply.Revision - 2, reply.Revision - 1, reply.Revision], reply.Operations.Select(operation => operation.Revision));
        var got = await Cluster.StoreAsync(3, store => store.GetAsync("new", null));
        Assert.AreEqual("2", Encoding.UTF8.GetString(got.Value!));
        Assert.AreEqual((reply.Revision - 2, reply.Revision, 2), (got.CreateRevision, got.ModificationRevision, got.Version));
        Assert.IsFalse((await Cluster.StoreAsync(1, store => store.ContainsKeyAsync("old", null))).Found);
    }

    [TestMethod]
    public async Task Retry_OnAnotherReplica_IsAppliedOnceAndGetsTheFirstAnswer()
    {
        var session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var identity = new RequestIdentity { Session = session, Sequence = 1 };
        BatchOperation[] batch = [BatchOperation.Put("once-a", [1]), BatchOperation.Put("once-b", [1])];

        var first = await Cluster.StoreAsync(1, store => store.BatchAsync(batch, identity));
        await Cluster.StoreAsync(3, store => store.DeleteAsync("once-a", null));
        var retry = await Cluster.StoreAsync(2, store => store.BatchAsync(batch, identity));

        Assert.AreEqual(first.Slot, retry.Slot);
        Assert.AreSequenceEqual(first.Operations, retry.Operations);
        Assert.IsFalse((await Cluster.StoreAsync(1, store => store.ContainsKeyAsync("once-a", null))).Found);
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.PutAsync("once-a", [1], identity)));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.BatchAsync(batch[..1], identity)));
    }

    // The most that a batch may have, in operations, in bytes, and in characters that XML writes as five.
    [TestMethod]
    public async Task Batch_AtEveryLimit_IsTaken()
    {
        var key = new string('&', StoreLimits.KeyBytesMax - 4);
        BatchOperation[] operations = [.. Enumerable.Range(0, StoreLimits.BatchOperationsMax)
            .Select(n => BatchOperation.Put(key + n.ToString("d4"), new byte[StoreLimits.KeyBytesMax]))];

        var reply = await Cluster.StoreAsync(1, store => store.BatchAsync(operations, null));

        Assert.HasCount(StoreLimits.BatchOperationsMax, reply.Operations);
        var got = await Cluster.StoreAsync(2, store => store.GetAsync(key + "1023", null));
        Assert.AreEqual(reply.Revision, got.ModificationRevision);
    }

    // Of these keys alone: other tests write to the same cluster meanwhile.
    [TestMethod]
    public async Task Batch_OutOfBounds_IsRefusedByNameAndNothingIsExecuted()
    {
        var large = new byte[StoreLimits.ValueBytesMax];

        await RefusedAsync("operations", []);
        await RefusedAsync("operations", [.. Enumerable.Repeat(BatchOperation.Put("out/many", []), StoreLimits.BatchOperationsMax + 1)]);
        await RefusedAsync("operations[1].Key", [BatchOperation.Put("out/key", []), BatchOperation.Put("", [])]);
        await RefusedAsync("operations[1].Value", [BatchOperation.Put("out/value", []), BatchOperation.Put("out/none", null!)]);
        var fault = await Assert.ThrowsExactlyAsync<FaultException<RequestTooLargeFault>>(() => Cluster.StoreAsync(
            1, store => store.BatchAsync([BatchOperation.Put("out/l", large), BatchOperation.Put("out/m", large)], null)));

        Assert.AreEqual(("operations", StoreLimits.BatchBytesMax + 10L), (fault.Detail.Field, fault.Detail.Bytes));
        await Cluster.StoreAsync(1, store => store.BatchAsync([BatchOperation.Put("out/taken", [])], null));
        var there = await Cluster.StoreAsync(1, store => store.RangeAsync("out/", null, null, null, null, null));
        Assert.AreEqual("out/taken", Assert.ContainsSingle(there.Keys).Key);
    }

    private static async Task RefusedAsync(string field, BatchOperation[] operations)
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.BatchAsync(operations, null)));

        Assert.AreEqual(field, fault.Detail.Field);
    }
}
