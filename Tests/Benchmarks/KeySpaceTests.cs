using System.Text;
using PaxosWcf.Benchmarks.Load;

namespace PaxosWcf.Tests.Benchmarks;

[TestClass]
public sealed class KeySpaceTests
{
    [TestMethod]
    [DataRow(100)]
    [DataRow(16384)]
    [DataRow(1 << 20)]
    public void Keys_OfAnySizeOfValues_AreSixteenBytesAndDiffer(int valueBytes)
    {
        var keys = new KeySpace(100_000, valueBytes);
        string[] all = [.. Enumerable.Range(0, keys.Count).Select(keys.Key)];

        Assert.IsTrue(all.All(k => Encoding.UTF8.GetByteCount(k) == KeySpace.KeyBytes));
        Assert.HasCount(keys.Count, all.Distinct());
        Assert.AreEqual(all[0], keys.Key(keys.Count), "numbers beyond the last begin again");
    }

    [TestMethod]
    public void Count_OfLargeValues_IsBoundedByTheirBytes()
    {
        Assert.AreEqual(100_000, new KeySpace(100_000, 100).Count);
        Assert.AreEqual(4096, new KeySpace(100_000, 16 << 10).Count);
    }

    [TestMethod]
    public void Values_AreOfTheirSizeAndDiffer()
    {
        var keys = new KeySpace(100, 100);

        byte[] one = keys.NextValue(), other = keys.NextValue();

        Assert.HasCount(100, one);
        Assert.IsFalse(one.SequenceEqual(other));
        Assert.IsFalse(one.AsSpan(8).SequenceEqual(other.AsSpan(8)), "a table of values that differ in their beginnings only would compress");
    }

    [TestMethod]
    public void Check_OfAReadThatFoundNothingOrAnotherSize_CountsAsAFailure()
    {
        var keys = new KeySpace(100, 100);

        keys.Check(1, 100);

        Assert.ThrowsExactly<CallFailedException>(() => keys.Check(1, null));
        Assert.ThrowsExactly<CallFailedException>(() => keys.Check(1, 99));
    }
}
