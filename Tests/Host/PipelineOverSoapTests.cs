using System.ServiceModel;
using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Pipelines through the real doors.</summary>
[TestClass]
public sealed class PipelineOverSoapTests
{
    private static HostedCluster? Running;

    private static HostedCluster Cluster => Running!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 3);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    public async Task EachCall_IsAnsweredAsIfItHadComeAlone()
    {
        await Cluster.StoreAsync(1, store => store.PutAsync("p-there", "1"u8.ToArray(), null));

        PipelinedReply[] replies = await PipelineAsync(2,
            new() { Kind = PipelinedCallKind.Put, Key = "p-new", Value = "2"u8.ToArray() },
            new() { Kind = PipelinedCallKind.Get, Key = "p-there" },
            new() { Kind = PipelinedCallKind.Get, Key = "p-there", Consistency = ReadConsistency.Serializable },
            new() { Kind = PipelinedCallKind.ContainsKey, Key = "p-nobody", Consistency = ReadConsistency.Linearizable },
            new() { Kind = PipelinedCallKind.Delete, Key = "p-nobody" });

        Assert.IsFalse(replies[0].Put!.Replaced);
        Assert.AreEqual("1", Encoding.UTF8.GetString(replies[1].Get!.Value!));
        Assert.IsTrue(replies[1].Get!.AppliedThrough > 0 && replies[2].Get is not null);
        Assert.IsFalse(replies[3].ContainsKey!.Found);
        Assert.IsFalse(replies[4].Delete!.Found);
        Assert.AreEqual("2", Encoding.UTF8.GetString((await Cluster.StoreAsync(3, store => store.GetAsync("p-new", null))).Value!));
    }

    [TestMethod]
    public async Task BadCalls_CostTheGoodOnesNothing()
    {
        PipelinedReply[] replies = await PipelineAsync(1,
            new() { Kind = PipelinedCallKind.Put, Key = "", Value = [] },
            new() { Kind = PipelinedCallKind.Put, Key = "p-good", Value = [1] },
            new() { Kind = PipelinedCallKind.Put, Key = "p-none" },
            new() { Kind = PipelinedCallKind.Put, Key = "p-large", Value = new byte[StoreLimits.ValueBytesMax + 1] },
            new() { Kind = PipelinedCallKind.Delete, Key = "p-good", Value = [1] },
            new() { Kind = PipelinedCallKind.Get, Key = "p-good", Identity = new() { Session = "s", Sequence = 1 } },
            new() { Kind = PipelinedCallKind.Delete, Key = "p-good", Consistency = ReadConsistency.Serializable },
            new() { Kind = PipelinedCallKind.Put, Key = "p-known", Value = [1], Identity = new() { Session = "nobody's", Sequence = 1 } },
            new() { Kind = PipelinedCallKind.Delete, Key = "p-good", Identity = new() { Session = "s", Sequence = 0 } });

        Assert.AreSequenceEqual(
            ["key", "value", "Value", "Identity", "Consistency", "identity.Sequence"],
            replies.Select(reply => reply.Fault?.InvalidRequest?.Field).OfType<string>());
        Assert.AreEqual("value", replies[3].Fault!.RequestTooLarge!.Field);
        Assert.AreEqual("nobody's", replies[7].Fault!.SessionExpired!.Session);
        Assert.IsNotNull(replies[1].Put);
        Assert.IsTrue(replies.All(reply => reply.Fault is null || reply.Fault.Reason.EndsWith('.')));
    }

    /// <summary>What is kept for the number is of a kind that a put cannot be answered with.</summary>
    [TestMethod]
    public async Task NumberThatABatchWasRefusedUnder_CostsTheOthersNothing()
    {
        string session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var used = new RequestIdentity { Session = session, Sequence = 1 };
        await Assert.ThrowsExactlyAsync<FaultException<LeaseNotFoundFault>>(
            () => Cluster.StoreAsync(1, store => store.BatchAsync([BatchOperation.Put("p-leased", [1]) with { LeaseId = "nobody" }], used)));

        PipelinedReply[] replies = await PipelineAsync(1,
            new() { Kind = PipelinedCallKind.Put, Key = "p-leased", Value = [1], Identity = used },
            new() { Kind = PipelinedCallKind.Delete, Key = "p-leased", Identity = used },
            new() { Kind = PipelinedCallKind.Put, Key = "p-other", Value = [1] });

        Assert.AreEqual("identity.Sequence", replies[0].Fault!.InvalidRequest!.Field);
        Assert.AreEqual("identity.Sequence", replies[1].Fault!.InvalidRequest!.Field);
        Assert.IsNotNull(replies[2].Put);
    }

    [TestMethod]
    public async Task Retry_AloneOrNot_IsAppliedOnce()
    {
        string session = (await Cluster.StoreAsync(1, store => store.OpenSessionAsync())).Session;
        var identity = new RequestIdentity { Session = session, Sequence = 1 };
        var put = new PipelinedCall { Kind = PipelinedCallKind.Put, Key = "p-once", Value = [1], Identity = identity };

        PipelinedReply[] first = await PipelineAsync(1, put, put);
        PutReply again = await Cluster.StoreAsync(2, store => store.PutAsync("p-once", [1], identity));

        Assert.AreEqual(first[0].Put, first[1].Put);
        Assert.AreEqual(first[0].Put, again);
        Assert.AreEqual(1, (await Cluster.StoreAsync(3, store => store.GetAsync("p-once", null))).Version);
    }

    [TestMethod]
    public async Task Pipeline_AtItsLimits_IsTaken_AndBeyondThemRefusedByName()
    {
        var call = new PipelinedCall { Kind = PipelinedCallKind.Delete, Key = "p-nobody" };
        Assert.HasCount(StoreLimits.PipelineCallsMax, await PipelineAsync(1, [.. Enumerable.Repeat(call, StoreLimits.PipelineCallsMax)]));

        PipelinedCall[] full = [Large("a", StoreLimits.ValueBytesMax - 1), Large("b", StoreLimits.ValueBytesMax - 1)];
        Assert.IsTrue((await PipelineAsync(1, full)).All(reply => reply.Put is not null));

        foreach (PipelinedCall[] refused in new PipelinedCall[][] { [], [.. Enumerable.Repeat(call, StoreLimits.PipelineCallsMax + 1)] })
        {
            var thrown = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => PipelineAsync(1, refused));
            Assert.AreEqual("calls", thrown.Detail.Field);
        }

        var large = await Assert.ThrowsExactlyAsync<FaultException<RequestTooLargeFault>>(
            () => PipelineAsync(1, Large("a", StoreLimits.ValueBytesMax), full[1]));
        Assert.AreEqual(("calls", StoreLimits.PipelineBytesMax + 1L), (large.Detail.Field, large.Detail.Bytes));
    }

    [TestMethod]
    public async Task ManyCallersOfOneClient_AllGetTheirOwnAnswers()
    {
        await using var client = new PaxosKeyValueClient(new PaxosClientOptions { Replicas = Cluster.Servers.Replicas.ToDictionary(r => r.Id, r => r.Client) });
        const int Callers = 100;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async n =>
        {
            for (int round = 1; round <= 5; round++)
            {
                await client.PutAsync($"p-many-{n}", [(byte)round], TestContext.CancellationToken);
                GetReply got = (await client.GetAsync($"p-many-{n}", cancel: TestContext.CancellationToken)).Reply;
                Assert.AreEqual((round, (long)round), (got.Value![0], got.Version));
            }
        })).WaitAsync(TestContext.CancellationToken);
    }

    private static PipelinedCall Large(string key, int bytes) => new() { Kind = PipelinedCallKind.Put, Key = key, Value = new byte[bytes] };

    private static Task<PipelinedReply[]> PipelineAsync(int replica, params PipelinedCall[] calls) =>
        Cluster.StoreAsync(replica, store => store.PipelineAsync(calls));
}
