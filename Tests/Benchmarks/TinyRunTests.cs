using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.History;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Benchmarks;

/// <summary>The benchmarks run, and what they write can be read: nothing here looks at how fast anything is.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class TinyRunTests(TestContext test)
{
    private const string Tiny = "--seconds 0.3 --warm-up 0.1 --settle 0.2 --keys 100 --values 100";

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Cluster_AllOperations_AreMeasuredWithoutAFailedCall()
    {
        var measured = await RunAsync($"cluster --ops put,get,get-serializable,batch-100,ycsb-a,ycsb-b --clients 1,8 --with-echo {Tiny}");

        Assert.HasCount(12 + 4, measured);
        Assert.HasCount(4, measured.Where(m => m.System == "echo"));
        CheckAll(measured);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Inside_TheLeaderOfThisProcess_IsMeasured()
    {
        var measured = await RunAsync($"inside --with-dotnext --clients 8 {Tiny}");

        Assert.AreSequenceEqual(["paxoswcf-inside", "dotnext-inside"], measured.Select(m => m.System));
        CheckAll(measured);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Echo_BothEncodings_AreMeasured()
    {
        var measured = await RunAsync($"echo --clients 8 {Tiny}");

        Assert.AreSequenceEqual(["echo", "echo-peer", "echo"], measured.Select(m => m.System));
        CheckAll(measured);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task History_OfARun_IsLinearizable()
    {
        using var directory = new TemporaryDirectory();
        string history = Path.Combine(directory.Path, "history.jsonl");

        await RunAsync($"cluster --ops ycsb-a --clients 8 --history {history} {Tiny}");

        var recorded = RecordedHistory.Load([history]);
        Assert.IsGreaterThan(0, recorded.Calls.Count);
        Assert.AreEqual(Verdict.Ok, new HistoryVerifier(new VerifierOptions()).Verify(recorded, cancel: test.CancellationToken).Verdict);
    }

    private async Task<IReadOnlyList<Measurement>> RunAsync(string line)
    {
        using var directory = new TemporaryDirectory();
        string json = Path.Combine(directory.Path, "lines.json");
        Assert.AreEqual(0, await BenchmarksCommand.RunAsync([.. line.Split(' '), "--json", json]));
        return [.. (await File.ReadAllLinesAsync(json, test.CancellationToken)).Select(Measurement.FromJson)];
    }

    private static void CheckAll(IEnumerable<Measurement> measured)
    {
        foreach (Measurement one in measured)
        {
            Assert.IsGreaterThan(0, one.Ops, one.ToJson());
            Assert.AreEqual(0, one.Errors, one.ToJson());
            Assert.IsGreaterThanOrEqualTo(one.P50Ms, one.MaxMs, one.ToJson());
        }
    }
}
