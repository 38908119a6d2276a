using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Stories;

/// <summary>Many seeds: faults first, then calm.</summary>
[TestClass]
public sealed class RandomRunTests
{
    private const int Steps = 2000;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void RandomRun_ManySeeds_SafeUnderFaultsAndLiveInPeace(int half)
    {
        for (var seed = half * 150; seed < (half + 1) * 150; seed++)
        {
            var report = RandomRun.Of(seed, Steps);
            Assert.IsGreaterThan(0, report.Chosen);
        }
    }

    [TestMethod]
    [DataRow(415, Steps, DisplayName = "415: a new leader skipped slots that a promiser had learned, and lost that promiser")]
    [DataRow(926, Steps, DisplayName = "926: the same")]
    public void RandomRun_SeedThatOnceFailed_Holds(int seed, int steps) =>
        Assert.IsGreaterThan(0, RandomRun.Of(seed, steps).Chosen);

    [TestMethod]
    public void RandomRun_SameSeed_SameTrace() =>
        Assert.AreEqual(RandomRun.Of(7, Steps), RandomRun.Of(7, Steps));
}
