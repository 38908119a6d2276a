using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>When a disk is taken for slow.</summary>
[TestClass]
public sealed class FlushTimesTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(0.3);

    private readonly FlushTimes _times = new();

    [TestMethod]
    public void OneLongFlush_AmongShortOnes_SaysNothing()
    {
        Add(20, Short);
        Add(1, TimeSpan.FromMilliseconds(10));
        Assert.IsFalse(_times.AreLong);
    }

    [TestMethod]
    public void LongFlushes_AreSeenWithinAFew_AndSoIsTheirEnd()
    {
        Add(20, Short);
        Add(6, TimeSpan.FromMilliseconds(4));
        Assert.IsTrue(_times.AreLong);
        Add(6, Short);
        Assert.IsFalse(_times.AreLong);
    }

    private void Add(int flushes, TimeSpan time)
    {
        for (; flushes > 0; flushes--)
        {
            _times.Add(time);
        }
    }
}
