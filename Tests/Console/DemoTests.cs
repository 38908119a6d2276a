using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class DemoTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Story_OnAHealthyStore_ReadsAsExpected()
    {
        using var console = new ConsoleUnderTest();

        await TellAsync(console);

        Assert.AreEqual(DemoGolden.Story, TranscriptNormalizer.Normalize(console.Out));
    }

    [TestMethod]
    public async Task Story_Told_EveryReplicaTakesPutGetAndDelete()
    {
        using var console = new ConsoleUnderTest();

        await TellAsync(console);

        foreach (string operation in new[] { "put", "get Linearizable", "delete" })
        {
            int[] at = [.. console.Cluster.Calls.Where(c => c.Operation == operation).Select(c => c.Replica).Distinct().Order()];
            Assert.AreSequenceEqual(FakeCluster.Addresses.Keys, at);
        }
    }

    [TestMethod]
    public async Task Story_Told_AcceptorsFailAndRecover()
    {
        using var console = new ConsoleUnderTest();

        await TellAsync(console);

        Assert.Contains("replica 5: [FAULT] acceptor down", console.Out);
        Assert.IsGreaterThanOrEqualTo(3, console.Cluster.Calls.Count(c => c.Operation == "fail 2000"));
    }

    private async Task TellAsync(ConsoleUnderTest console)
    {
        AppIo io = console.Io();
        var transcript = new DemoTranscript(new Printer(io, json: false), TimeProvider.System);
        console.Cluster.Heard = transcript.Heard;
        await using StoreConnection connection = console.Connect(FakeCluster.Options());
        var context = new VerbContext(connection, io, new Printer(io, json: false), TimeSpan.FromSeconds(5), ReadConsistency.Linearizable, TimeProvider.System);

        // The fake's acceptors come back at once: there is no time in it.
        transcript.Heard(5, "2026-01-01 00:00:00.000 [RECOVERED] acceptor up");
        await new DemoStory(connection, transcript, context).TellAsync(TestContext.CancellationToken);
    }
}
