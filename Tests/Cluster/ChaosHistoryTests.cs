using PaxosWcf.History;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Chaos with a history, against five real processes: replicas are killed, and what clients saw is linearizable.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class ChaosHistoryTests(TestContext test)
{
    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    public async Task Chaos_WithHistory_VerifiesWhatItRecorded()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Below("history.jsonl");

        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(
            "", test.CancellationToken, "chaos", "--rounds", "1", "--clients", "6", "--seconds-per-round", "5", "--history", path);

        Assert.AreEqual(0, exitCode, errors + output);
        Assert.Contains("\nOK\n", output);
        var history = RecordedHistory.Load([path]);
        Assert.IsGreaterThan(100, history.Calls.Count);
        Assert.Contains(m => m is NemesisLine { Starts: true }, history.Markers, "somebody was killed");
        Assert.IsTrue(
            HistoryWorth.Measure(history).Single(w => w.Name.StartsWith("keys read at every node", StringComparison.Ordinal)).IsMet);
    }
}
