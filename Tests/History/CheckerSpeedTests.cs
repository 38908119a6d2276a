using System.Diagnostics;
using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

/// <summary>The checker must keep up with the histories that it is meant for. The limits are wide: other tests run beside.</summary>
[TestClass]
public sealed class CheckerSpeedTests
{
    [TestMethod]
    public void Verify_HundredThousandCallsOnThousandKeys_WithinAMinute()
    {
        AssertDecided(Enumerable.Range(0, 1000).SelectMany(i => RandomHistory.Legal(new Random(i), 100, 0, 16, $"k{i}", 1000 * i)));
    }

    [TestMethod]
    public void Verify_TwentyThousandCallsOnOneKey_WithinAMinute()
    {
        AssertDecided(RandomHistory.Legal(new Random(1), 20_000, 0, 16));
    }

    private static void AssertDecided(IEnumerable<CallLine> lines)
    {
        var history = RandomHistory.Recorded(lines);
        var watch = Stopwatch.StartNew();

        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history).Verdict);

        Assert.IsLessThan(60, watch.Elapsed.TotalSeconds);
    }
}
