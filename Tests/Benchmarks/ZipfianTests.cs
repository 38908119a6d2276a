using PaxosWcf.Benchmarks.Load;

namespace PaxosWcf.Tests.Benchmarks;

/// <summary>Gray et al., "Quickly generating billion-record synthetic databases": rank i comes with a share of
/// (1/i^skew) / zeta.</summary>
[TestClass]
public sealed class ZipfianTests
{
    private const int Items = 1000;
    private const int Draws = 200_000;

    [TestMethod]
    public void Ranks_FirstOnes_HaveTheirShareOfTheDistribution()
    {
        var counts = Count(new Zipfian(Items).NextRank);

        double zeta = Enumerable.Range(1, Items).Sum(i => Math.Pow(i, -Zipfian.Skew));
        Assert.AreEqual(1 / zeta, counts[0] / (double)Draws, 0.005);
        Assert.AreEqual(Math.Pow(2, -Zipfian.Skew) / zeta, counts[1] / (double)Draws, 0.005);
        double firstTenth = Enumerable.Range(1, Items / 10).Sum(i => Math.Pow(i, -Zipfian.Skew)) / zeta;
        Assert.AreEqual(firstTenth, counts.Take(Items / 10).Sum() / (double)Draws, 0.02);
    }

    [TestMethod]
    public void Numbers_ArePopularOnesSpreadOverAll()
    {
        var counts = Count(new Zipfian(Items).Next);

        int most = Array.IndexOf(counts, counts.Max());
        Assert.AreNotEqual(0, most, "the most popular number is not simply the first");
        Assert.IsGreaterThan(Draws / 20, counts[most]);
        Assert.IsGreaterThan(0, counts[^(Items / 2)..].Sum());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Numbers_OfFewItems_StayBelowTheLimit(int items)
    {
        var zipfian = new Zipfian(items);
        var random = new Random(1);

        Assert.IsTrue(Enumerable.Range(0, 1000).All(_ => zipfian.Next(random) is var n && n >= 0 && n < items));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Zipfian(0));
    }

    [TestMethod]
    [DataRow("ycsb-a", 0.5)]
    [DataRow("ycsb-b", 0.95)]
    public void Mix_Ycsb_HasItsShareOfReads(string kind, double reads)
    {
        var mix = new CallMix(LoadKinds.Find(kind)!.Value, new KeySpace(Items, 100));
        var random = new Random(1);

        int read = Enumerable.Range(0, Draws).Count(_ => mix.Next(random).Kind == LoadKind.Get);

        Assert.AreEqual(reads, read / (double)Draws, 0.01);
    }

    private static int[] Count(Func<Random, int> next)
    {
        int[] counts = new int[Items];
        var random = new Random(1);
        for (int i = 0; i < Draws; i++)
        {
            counts[next(random)]++;
        }

        return counts;
    }
}
