using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

/// <summary>The checker decides histories of the size that it is meant for. How fast is measured by hand
/// (docs/testing.md): a search that explodes would not end within a test's patience at all.</summary>
[TestClass]
public sealed class CheckerSizeTests
{
    [TestMethod]
    public void Verify_HundredThousandCallsOnThousandKeys_Decided() => AssertDecided(
        Enumerable.Range(0, 1000).SelectMany(i => RandomHistory.Legal(new Random(i), 100, 0, 16, $"k{i}", 1000 * i)));

    [TestMethod]
    public void Verify_FiveThousandCallsOnOneKey_Decided() => AssertDecided(RandomHistory.Legal(new Random(1), 5_000, 0, 16));

    private static void AssertDecided(IEnumerable<CallLine> lines) =>
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(RandomHistory.Recorded(lines)).Verdict);
}
