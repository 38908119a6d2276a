using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;

namespace PaxosWcf.Tests.Host;

/// <summary>Watching real replicas through their doors.</summary>
[TestClass]
public sealed class WatchOverSoapTests(TestContext test)
{
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_AtEveryReplica_TellsTheSameChangesInOrder()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StoreAsync(2, store => store.BatchAsync(
            [BatchOperation.Put("ab", []), BatchOperation.Delete("a"), BatchOperation.Put("b", [2])], null));
        for (var replica = 1; replica <= 3; replica++)
        {
            var (changes, next) = (new List<KeyChange>(), 1L);
            while (next <= 4)
            {
                var reply = await cluster.StoreAsync(replica, store => store.WatchAsync("", true, next, 2, 10_000));
                changes.AddRange(reply.Changes);
                next = reply.CompleteThrough + 1;
            }

            Assert.AreEqual(
                "1 Put a=01 2 Put ab= 3 Delete a 4 Put b=02",
                string.Join(' ', changes.Select(change =>
                    $"{change.Revision} {change.Kind} {change.Key}{(change.Value is { } value ? $"={Convert.ToHexString(value)}" : "")}")));
            Assert.AreEqual(changes[1].Slot, changes[3].Slot, "a batch is of one slot");
            var ofA = await cluster.StoreAsync(replica, store => store.WatchAsync("a", null, 2, null, 0));
            Assert.AreEqual((3L, 4L), (ofA.Changes.Single().Revision, ofA.CompleteThrough));
        }
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_NothingThereYet_WaitsForTheChange()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("other", [1], null));
        var stand = await cluster.StoreAsync(2, store => store.WatchAsync("k", null, null, null, null));
        Assert.IsEmpty(stand.Changes);
        Assert.AreEqual(1, stand.CompleteThrough, "as of every acknowledged write");

        // Woken by its time it would be answered with no change at all.
        var waiting = cluster.StoreAsync(2, store => store.WatchAsync("k", null, 2, null, 25_000));
        await cluster.StoreAsync(3, store => store.PutAsync("other", [2], null));
        await cluster.StoreAsync(3, store => store.PutAsync("k", [3], null));

        Assert.AreEqual(3, (await waiting).Changes.Single().Revision);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_NothingComesInTime_SaysHowFarItIsComplete()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.StoreAsync(1, store => store.PutAsync("other", [1], null));

        var reply = await cluster.StoreAsync(1, store => store.WatchAsync("k", false, 1, 10, 50));
        var ahead = await cluster.StoreAsync(1, store => store.WatchAsync("k", false, 5, 10, 50));

        Assert.IsEmpty(reply.Changes);
        Assert.AreEqual(1, reply.CompleteThrough);
        Assert.AreEqual(4, ahead.CompleteThrough, "what is yet to come is not complete");
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_BelowTheHistory_IsCompacted()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.StopReplicaAsync(1);
        await cluster.StartReplicaAsync(1, options: new ReplicaOptions { TickMilliseconds = 10, HistoryRevisionsMax = 16 });
        FaultException<CompactedFault>? compacted = null;
        var revision = 0L;
        while (compacted is null)
        {
            Assert.IsLessThan(2000, ++revision, "the history is never cut");
            await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
            try
            {
                await cluster.StoreAsync(1, store => store.WatchAsync("k", null, 1, 1, 0));
            }
            catch (FaultException<CompactedFault> fault)
            {
                compacted = fault;
            }
        }

        Assert.AreEqual("Compacted", compacted.Code.SubCode?.Name ?? compacted.Code.Name);

        // More may go with the next tick, but never one of the last sixteen.
        Assert.IsTrue(compacted.Detail.OldestRevision is > 1 && compacted.Detail.OldestRevision <= revision - 15);
        var kept = await cluster.StoreAsync(1, store => store.WatchAsync("k", null, revision - 15, 1, 0));
        Assert.AreEqual(revision - 15, kept.Changes.Single().Revision);
    }

    /// <summary>A page ends before the change that would make it a byte too large; one that is larger by itself comes alone.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_ChangesOfMoreBytesThanAPageHas_EndsThereAndGoesOn()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        var half = (StoreLimits.WatchBytesMax / 2) - 1;
        int[] sizes = [half, half, 0, StoreLimits.ValueBytesMax, 0];
        foreach (var size in sizes)
        {
            await cluster.StoreAsync(1, store => store.PutAsync("k", new byte[size], null));
        }

        var (pages, next) = (new List<string>(), 1L);
        while (next <= sizes.Length)
        {
            var page = await cluster.StoreAsync(1, store => store.WatchAsync("k", false, next, null, 0));
            pages.Add(string.Join(' ', page.Changes.Select(change => change.Revision)));
            Assert.AreEqual(page.Changes[^1].Revision, page.CompleteThrough);
            next = page.CompleteThrough + 1;
        }

        Assert.AreSequenceEqual(["1 2", "3", "4", "5"], pages);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_OutsideOfItsLimits_IsRefused()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await RefusedAsync(cluster, "key", store => store.WatchAsync("", false, 1, 1, 0));
        await RefusedAsync(cluster, "fromRevision", store => store.WatchAsync("k", null, -1, 1, 0));
        await RefusedAsync(cluster, "changesMax", store => store.WatchAsync("k", null, 1, 0, 0));
        await RefusedAsync(cluster, "changesMax", store => store.WatchAsync("k", null, 1, StoreLimits.WatchChangesMax + 1, 0));
        await RefusedAsync(cluster, "waitMilliseconds", store => store.WatchAsync("k", null, 1, 1, -1));
        await RefusedAsync(cluster, "waitMilliseconds", store => store.WatchAsync("k", null, 1, 1, StoreLimits.WatchMillisecondsMax + 1));
        Assert.IsEmpty((await cluster.StoreAsync(1, store => store.WatchAsync("k", null, 1, StoreLimits.WatchChangesMax, 0))).Changes);
    }

    /// <summary>Who waits when the replica stops has its answer, and holds nothing up.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Watch_WhenTheReplicaStops_IsAnsweredAtOnce()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, loggers: log);
        await cluster.StoreAsync(1, store => store.PutAsync("other", [1], null));
        using var factory = new ChannelFactory<IKeyValueStore>(
            WcfBindings.Client(TimeSpan.FromSeconds(60)), new EndpointAddress(new Uri(cluster.ClientAddress(1), ServicePaths.KeyValueStore)));
        var store = factory.CreateChannel();
        var stand = await store.WatchAsync("k", null, null, null, null);
        var waiting = Enumerable.Range(0, 8).Select(_ => store.WatchAsync("k", null, stand.CompleteThrough + 1, null, 30_000)).ToArray();

        // A request that has not come in when the doors close is nobody's to answer.
        while (cluster.FiguresOf(1).WaitingWatches < waiting.Length)
        {
            await Task.Delay(10, test.CancellationToken);
        }

        await cluster.StopReplicaAsync(1);

        Assert.IsTrue((await Task.WhenAll(waiting)).All(reply => reply is { Changes.Length: 0, CompleteThrough: 1 }));
        Assert.IsEmpty(log.Lines.Where(line => line.Contains("cut off those that were left", StringComparison.Ordinal)));
    }

    private static async Task RefusedAsync(HostedCluster cluster, string field, Func<IKeyValueStore, Task<WatchReply>> watch)
    {
        var refused = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => cluster.StoreAsync(1, watch));
        Assert.AreEqual(field, refused.Detail.Field);
    }
}
