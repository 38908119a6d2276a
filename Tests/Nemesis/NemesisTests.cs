using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A minute of everything, or more until each kind of fault came once: kills, pauses, power cuts, failed flushes, full disks, partitions, other members.
/// Nothing acknowledged is lost, the recorded history is linearizable, and all five stores end equal.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class NemesisTests(TestContext test)
{
    private const int Seed = 20263;

    // About two minutes are enough where nothing else runs. It is only the end of waiting: a machine that is busy with other things needs three times as long.
    private static readonly TimeSpan AllKindsWithin = TimeSpan.FromMinutes(8);

    [TestMethod]
    [Timeout(720_000, CooperativeCancellation = true)]
    public async Task EveryKindOfFault_LosesNothing_AndStaysLinearizable()
    {
        using var directory = new TemporaryDirectory();
        var plan = new NemesisPlan { Time = TimeSpan.FromSeconds(60), AllKindsWithin = AllKindsWithin, Seed = Seed, Data = directory.Path };

        var report = await new NemesisRun(plan, test.WriteLine).RunAsync(test.CancellationToken);

        var lines = string.Join('\n', report.Lines());
        test.WriteLine(lines);
        Assert.IsTrue(report.Passed, lines);
        Assert.AreSequenceEqual(Enum.GetValues<FaultKind>(), report.Counts.Keys.Union(report.Skipped.Keys).Order());
    }
}
