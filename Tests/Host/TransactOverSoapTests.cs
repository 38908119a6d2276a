using System.ServiceModel;
using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Transactions through the real doors.</summary>
[TestClass]
public sealed class TransactOverSoapTests
{
    private static HostedCluster? Running;

    private static HostedCluster Cluster => Running!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 3);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    public async Task Transact_HoldsOrDoesNot_OneBranchIsAppliedAndReadAtEveryReplica()
    {
        var put = await Cluster.StoreAsync(1, store => store.PutAsync("t-old", "1"u8.ToArray(), null));

        var held = await Cluster.StoreAsync(2, store => store.TransactAsync(
            [Comparison.ValueIs("t-old", "1"u8.ToArray()), Comparison.ModificationRevisionIs("t-old", put.Revision), Comparison.VersionIs("t-new", 0)],
            [BatchOperation.Put("t-new", "2"u8.ToArray()), BatchOperation.Delete("t-old")],
            [BatchOperation.Put("t-never", [])],
            null));
        var not = await Cluster.StoreAsync(3, store => store.TransactAsync(
            [Comparison.Exists("t-old"), Comparison.Exists("t-new")], [BatchOperation.Put("t-never", [])], null, null));

        Assert.IsTrue(held.Held);
        Assert.AreSequenceEqual([false, true], held.Operations.Select(operation => operation.Found));
        Assert.AreEqual(held.Operations[0].Revision + 1, held.Revision);
        Assert.IsGreaterThan(put.Revision, held.Operations[0].Revision);
        Assert.IsEmpty(held.Compared);
        Assert.IsFalse(not.Held);
        Assert.IsGreaterThanOrEqualTo(held.Revision, not.Revision);
        Assert.IsEmpty(not.Operations);
        Assert.AreSequenceEqual([0L, held.Revision - 1], not.Compared.Select(key => key.ModificationRevision));
        Assert.AreSequenceEqual([0L, 1L], not.Compared.Select(key => key.Version));
        var got = await Cluster.StoreAsync(1, store => store.GetAsync("t-new", null));
        Assert.AreEqual("2", Encoding.UTF8.GetString(got.Value!));
        Assert.IsFalse((await Cluster.StoreAsync(2, store => store.ContainsKeyAsync("t-never", null))).Found);
    }

    [TestMethod]
    public async Task Retry_OnAnotherReplica_IsAppliedOnceAndGetsTheFirstAnswer()
    {
        var session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var identity = new RequestIdentity { Session = session, Sequence = 1 };
        Comparison[] missing = [Comparison.Missing("once")];
        BatchOperation[] create = [BatchOperation.Put("once", [1])];

        var first = await Cluster.StoreAsync(1, store => store.TransactAsync(missing, create, null, identity));
        var retry = await Cluster.StoreAsync(2, store => store.TransactAsync(missing, create, null, identity));

        Assert.IsTrue(first.Held);
        Assert.AreEqual((true, first.Slot, first.Revision), (retry.Held, retry.Slot, retry.Revision));
        Assert.AreEqual(1, (await Cluster.StoreAsync(3, store => store.GetAsync("once", null))).Version);
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.BatchAsync(create, identity)));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.TransactAsync(missing, [], null, identity)));
    }

    // The most that a transaction may have: comparisons, operations in both branches, bytes, keys whose characters XML writes as five.
    [TestMethod]
    public async Task Transact_AtEveryLimit_IsTaken()
    {
        var key = new string('&', StoreLimits.KeyBytesMax - 4);
        Comparison[] comparisons = [.. Enumerable.Range(0, StoreLimits.ComparisonsMax).Select(n => Comparison.Missing(key + n.ToString("d4")))];
        BatchOperation[] otherwise = [.. Enumerable.Range(0, 512).Select(n => BatchOperation.Put(key + n.ToString("d4"), []))];
        var keysLeft = StoreLimits.TransactKeyBytesMax - ((StoreLimits.ComparisonsMax + 512) * StoreLimits.KeyBytesMax);
        var short512 = new string('&', (keysLeft / StoreLimits.TransactOperationsMax) - 4);
        BatchOperation[] then = [.. Enumerable.Range(0, StoreLimits.TransactOperationsMax).Select(n => BatchOperation.Put(short512 + n.ToString("d4"), []))];
        var valuesLeft = StoreLimits.TransactBytesMax - StoreLimits.TransactKeyBytesMax;
        then[^1] = then[^1] with { Value = new byte[valuesLeft] };

        var reply = await Cluster.StoreAsync(1, store => store.TransactAsync(comparisons, then, otherwise, null));

        Assert.IsTrue(reply.Held);
        Assert.HasCount(StoreLimits.TransactOperationsMax, reply.Operations);
        Assert.HasCount(valuesLeft, (await Cluster.StoreAsync(2, store => store.GetAsync(then[^1].Key, null))).Value!);
        var fault = await Assert.ThrowsExactlyAsync<FaultException<RequestTooLargeFault>>(
            () => Cluster.StoreAsync(1, store => store.TransactAsync(comparisons, [.. then[..^1], then[^1] with { Value = new byte[valuesLeft + 1] }], otherwise, null)));
        Assert.AreEqual(("transaction", StoreLimits.TransactBytesMax + 1L), (fault.Detail.Field, fault.Detail.Bytes));
    }

    [TestMethod]
    public async Task Transact_OfMostOperationsInBothBranches_IsTaken()
    {
        BatchOperation[] branch = [.. Enumerable.Range(0, StoreLimits.TransactOperationsMax).Select(n => BatchOperation.Put($"both-{n}", [1]))];
        Comparison[] comparisons = [.. Enumerable.Range(0, StoreLimits.ComparisonsMax).Select(n => Comparison.ValueIs($"both-{n}", [1]))];

        var not = await Cluster.StoreAsync(1, store => store.TransactAsync(comparisons, branch, branch, null));
        var held = await Cluster.StoreAsync(2, store => store.TransactAsync(comparisons, branch, branch, null));

        Assert.AreEqual((false, true), (not.Held, held.Held));
        Assert.HasCount(StoreLimits.ComparisonsMax, not.Compared);
        Assert.IsEmpty(held.Compared);
    }

    // Of these keys alone: other tests write to the same cluster meanwhile.
    [TestMethod]
    public async Task Transact_OutOfBounds_IsRefusedByNameAndNothingIsExecuted()
    {
        Comparison[] missing = [Comparison.Missing("out/of bounds")];
        BatchOperation[] put = [BatchOperation.Put("out/put", [])];
        BatchOperation[] many = [.. Enumerable.Repeat(put[0], StoreLimits.TransactOperationsMax + 1)];

        await RefusedAsync("comparisons", [], put, null);
        await RefusedAsync("comparisons", [.. Enumerable.Repeat(missing[0], StoreLimits.ComparisonsMax + 1)], put, null);
        await RefusedAsync("comparisons[0].Number", [missing[0] with { Number = 1 }], put, null);
        await RefusedAsync("then", missing, many, null);
        await RefusedAsync("otherwise", missing, put, many);
        await RefusedAsync("otherwise[0].Value", missing, put, [BatchOperation.Put("out/none", null!)]);

        await Cluster.StoreAsync(1, store => store.TransactAsync(missing, [BatchOperation.Put("out/taken", [])], null, null));
        var there = await Cluster.StoreAsync(1, store => store.RangeAsync("out/", null, null, null, null, null));
        Assert.AreEqual("out/taken", Assert.ContainsSingle(there.Keys).Key);
    }

    private static async Task RefusedAsync(string field, Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise)
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.TransactAsync(comparisons, then, otherwise, null)));

        Assert.AreEqual(field, fault.Detail.Field);
    }
}
