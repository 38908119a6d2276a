using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>Seeds that once failed, or that find a defect which once was there, by what they found.</summary>
[TestClass]
public sealed class KeptSeedTests
{
    private const int Steps = 5000;

    // Found by seeds 415 and 926 of an earlier simulator; these find it in this one (mutation leads-before-it-has-learned).
    [TestMethod]
    [DataRow(1, DisplayName = "1: a new leader skipped slots that a promiser had learned")]
    [DataRow(3, DisplayName = "3: the same")]
    [DataRow(7, DisplayName = "7: the same")]
    public void RandomRun_SeedThatFindsADefectOfThePast_Holds(int seed) =>
        Assert.IsGreaterThan(0, SimulationRun.Of(seed, Steps).Chosen);
}
