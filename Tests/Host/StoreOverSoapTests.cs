using System.ServiceModel;
using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>The store through its real doors: three replicas, WCF clients, disks.</summary>
[TestClass]
public sealed class StoreOverSoapTests(TestContext test)
{
    private const int Callers = 90;

    private static HostedCluster? Running;

    private static HostedCluster Cluster => Running!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 3);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    public async Task Put_AtOneReplica_IsReadAtEveryOther()
    {
        var put = await Cluster.StoreAsync(1, store => store.PutAsync("shared", "value"u8.ToArray(), null));

        foreach (var replica in new[] { 1, 2, 3 })
        {
            var got = await Cluster.StoreAsync(replica, store => store.GetAsync("shared", null));

            Assert.IsTrue(got.Found, $"replica {replica}");
            Assert.AreEqual("value", Encoding.UTF8.GetString(got.Value!));
            Assert.AreEqual(put.Revision, got.ModificationRevision);
            Assert.IsGreaterThanOrEqualTo(put.Slot, got.AppliedThrough);
        }
    }

    [TestMethod]
    public async Task Delete_OfAKeyThatIsNotThere_IsAnAnswer()
    {
        await Cluster.StoreAsync(2, store => store.PutAsync("gone", [], null));

        var first = await Cluster.StoreAsync(3, store => store.DeleteAsync("gone", null));
        var second = await Cluster.StoreAsync(1, store => store.DeleteAsync("gone", null));

        Assert.IsTrue(first.Found);
        Assert.IsFalse(second.Found);
        Assert.IsFalse((await Cluster.StoreAsync(2, store => store.ContainsKeyAsync("gone", null))).Found);
    }

    [TestMethod]
    public async Task EmptyValue_IsAValue()
    {
        await Cluster.StoreAsync(1, store => store.PutAsync("empty", [], null));

        var got = await Cluster.StoreAsync(2, store => store.GetAsync("empty", null));

        Assert.IsTrue(got.Found);
        Assert.IsEmpty(got.Value!);
    }

    [TestMethod]
    public async Task Retry_OnAnotherReplica_IsAppliedOnceAndGetsTheFirstAnswer()
    {
        var session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var identity = new RequestIdentity { Session = session, Sequence = 1 };

        var first = await Cluster.StoreAsync(1, store => store.PutAsync("once", "a"u8.ToArray(), identity));
        await Cluster.StoreAsync(3, store => store.PutAsync("once", "b"u8.ToArray(), null));
        var retry = await Cluster.StoreAsync(2, store => store.PutAsync("once", "a"u8.ToArray(), identity));

        Assert.AreEqual(first, retry);
        var got = await Cluster.StoreAsync(1, store => store.GetAsync("once", null));
        Assert.AreEqual("b", Encoding.UTF8.GetString(got.Value!), "the retry must not overwrite what came between");
    }

    [TestMethod]
    public async Task Sequence_ThatWasUsedForAnotherOperation_IsRefused()
    {
        var session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var identity = new RequestIdentity { Session = session, Sequence = 1 };
        await Cluster.StoreAsync(1, store => store.PutAsync("kind", [1], identity));

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.DeleteAsync("kind", identity)));

        Assert.AreEqual("identity.Sequence", fault.Detail.Field);
        Assert.IsTrue((await Cluster.StoreAsync(1, store => store.ContainsKeyAsync("kind", null))).Found);
    }

    [TestMethod]
    public async Task Session_ThatNobodyOpened_IsRefusedAndNothingExecuted()
    {
        var identity = new RequestIdentity { Session = "ffff-0-0123456789abcdef", Sequence = 1 };

        var fault = await Assert.ThrowsExactlyAsync<FaultException<SessionExpiredFault>>(
            () => Cluster.StoreAsync(1, store => store.PutAsync("sessionless", [1], identity)));

        Assert.AreEqual(identity.Session, fault.Detail.Session);
        Assert.IsFalse((await Cluster.StoreAsync(2, store => store.ContainsKeyAsync("sessionless", null))).Found);
    }

    [TestMethod]
    public async Task Acknowledged_Sequence_IsForgotten()
    {
        var session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var first = new RequestIdentity { Session = session, Sequence = 1 };
        await Cluster.StoreAsync(1, store => store.PutAsync("ack", [1], first));
        await Cluster.StoreAsync(1, store => store.PutAsync(
            "ack", [2], new RequestIdentity { Session = session, Sequence = 2, AcknowledgedThrough = 1 }));

        await Assert.ThrowsExactlyAsync<FaultException<SessionExpiredFault>>(
            () => Cluster.StoreAsync(2, store => store.PutAsync("ack", [1], first)));

        Assert.AreSequenceEqual(new byte[] { 2 }, (await Cluster.StoreAsync(3, store => store.GetAsync("ack", null))).Value);
    }

    [TestMethod]
    public async Task SerializableRead_SaysThroughWhichSlotItIsApplied()
    {
        var put = await Cluster.StoreAsync(1, store => store.PutAsync("local", [7], null));

        var got = await Cluster.StoreAsync(1, store => store.GetAsync("local", ReadConsistency.Serializable));

        Assert.IsTrue(got.Found, "the replica that answered the write has applied it");
        Assert.AreSequenceEqual(new byte[] { 7 }, got.Value);
        Assert.AreEqual(put.Revision, got.ModificationRevision);
        Assert.IsGreaterThanOrEqualTo(put.Slot, got.AppliedThrough);
    }

    /// <summary>Alone, so that nobody else writes: a write that made two revisions leaves a gap between the answers, and counts twice in its key.</summary>
    [TestMethod]
    [DoNotParallelize]
    public async Task ManyCallers_AtAllReplicas_EachWriteMakesOneRevision()
    {
        var before = (await Cluster.StoreAsync(1, store => store.PutAsync("before", [], null))).Revision;

        var replies = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i =>
            Cluster.StoreAsync((i % 3) + 1, store => store.PutAsync($"many-{i}", Encoding.UTF8.GetBytes($"{i}"), null))));

        Assert.AreSequenceEqual(Enumerable.Range(1, Callers).Select(n => before + n), replies.Select(reply => reply.Revision).Order());
        Assert.AreEqual(before + Callers + 1, (await Cluster.StoreAsync(1, store => store.PutAsync("after", [], null))).Revision);
        foreach (var (i, reply) in replies.Index())
        {
            var got = await Cluster.StoreAsync((i % 3) + 1, store => store.GetAsync($"many-{i}", null));

            Assert.AreEqual((1, reply.Revision, reply.Revision), (got.Version, got.CreateRevision, got.ModificationRevision), $"many-{i}");
        }
    }

    /// <summary>In a cluster of its own, where nobody else writes: a digest is of what is in the store, which is as far as the last tick brought it.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Digests_AtTheSameSlot_AreEqual()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, options: HostedCluster.UnhurriedTicks);
        var put = await cluster.StoreAsync(1, store => store.PutAsync("digest", [1], null));

        StateDigest[] digests;
        while (!AreOfOneSlot(digests = await Task.WhenAll(Enumerable.Range(1, 3).Select(id => cluster.ControlAsync(id, control => control.DigestAsync()))), put.Slot))
        {
            await Task.Delay(10, test.CancellationToken);
        }

        Assert.ContainsSingle(digests.Select(digest => digest.Hash).Distinct());
        Assert.IsTrue(Array.TrueForAll(digests, digest => digest is { Keys: 1, Revision: 1 }));
    }

    private static bool AreOfOneSlot(StateDigest[] digests, long slot) =>
        Array.TrueForAll(digests, digest => digest.AppliedThrough >= slot && digest.AppliedThrough == digests[0].AppliedThrough);
}
