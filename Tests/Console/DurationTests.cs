using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class DurationTests
{
    [TestMethod]
    [DataRow("1ms", 1)]
    [DataRow("250ms", 250)]
    [DataRow("10s", 10_000)]
    [DataRow("1.5s", 1_500)]
    [DataRow("2m", 120_000)]
    [DataRow("1h", 3_600_000)]
    public void Duration_Written_IsRead(string text, int milliseconds)
    {
        Assert.IsTrue(Duration.TryParse(text, out TimeSpan time));
        Assert.AreEqual(milliseconds, time.TotalMilliseconds);
    }

    [TestMethod]
    public void Duration_WithALongestOfItsOwn_IsReadUpToThat()
    {
        Assert.IsTrue(Duration.TryParse("24h", TimeSpan.FromDays(1), out TimeSpan time));
        Assert.AreEqual(24, time.TotalHours);
        Assert.IsFalse(Duration.TryParse("24.1h", TimeSpan.FromDays(1), out _));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("10")]
    [DataRow("s")]
    [DataRow("-1s")]
    [DataRow("0s")]
    [DataRow("0.1ms")]
    [DataRow("61m")]
    [DataRow("1e9h")]
    [DataRow("10 s")]
    [DataRow("10sec")]
    [DataRow("5sm")]
    public void Duration_NoTime_IsRefused(string text)
    {
        Assert.IsFalse(Duration.TryParse(text, out _));
    }
}
