using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A minute of everything: kills, pauses, power cuts, failed flushes, full disks, partitions. Nothing acknowledged
/// is lost, the recorded history is linearizable, and all five stores end equal.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class NemesisTests(TestContext test)
{
    private const int Seed = 20263;

    [TestMethod]
    [Timeout(420_000, CooperativeCancellation = true)]
    public async Task AMinuteOfFaults_LosesNothing_AndStaysLinearizable()
    {
        using var directory = new TemporaryDirectory();
        var plan = new NemesisPlan { Time = TimeSpan.FromSeconds(60), Seed = Seed, Data = directory.Path };

        var report = await new NemesisRun(plan, test.WriteLine).RunAsync(test.CancellationToken);

        var lines = string.Join('\n', report.Lines());
        test.WriteLine(lines);
        Assert.IsTrue(report.Passed, lines);
    }
}
