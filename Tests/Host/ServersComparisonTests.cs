using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.ReplicaHost.Links;

namespace PaxosWcf.Tests.Host;

/// <summary>Whose servers.xml is another one.</summary>
[TestClass]
public sealed class ServersComparisonTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>A follower hears nothing of another follower, and so not that its file was mended.</summary>
    [TestMethod]
    public void Difference_NotHeardOfAnyMore_IsForgotten()
    {
        var comparison = new ServersComparison("ours", _time, NullLogger.Instance);
        comparison.OnHeard(2, "another");
        comparison.OnHeard(3, "another");
        _time.Advance(ServersComparison.WordsCountFor);
        comparison.OnHeard(3, "another");
        Assert.AreSequenceEqual([2, 3], comparison.DifferAt);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreSequenceEqual([3], comparison.DifferAt);
    }

    [TestMethod]
    public void Difference_IsLoggedOnce_AndItsEndToo()
    {
        using var loggers = new ListLoggerFactory();
        var comparison = new ServersComparison("ours", _time, loggers.CreateLogger("x"));

        foreach (var hash in new[] { "ours", "another", "another", "ours", "ours" })
        {
            comparison.OnHeard(2, hash);
        }

        Assert.HasCount(2, loggers.Lines);
        Assert.IsEmpty(comparison.DifferAt);
    }
}
