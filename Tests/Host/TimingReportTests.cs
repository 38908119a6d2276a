using Microsoft.Extensions.Time.Testing;
using PaxosWcf.ReplicaHost.Tracing;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Host;

/// <summary>What a replica says of where its time goes.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TimingReportTests
{
    [TestMethod]
    public void Report_OfWritesToTheStore_CountsThemAndStartsAgain()
    {
        var time = new FakeTimeProvider();
        using var loggers = new ListLoggerFactory();
        using var store = new TracedStore(new MemoryStore());
        using var report = new TimingReport(TimeSpan.FromSeconds(1), time, loggers.CreateLogger("timing"));

        store.Write(new WriteSet(), durable: true);
        store.Write(new WriteSet(), durable: true);
        store.Write(new WriteSet(), durable: false);
        time.Advance(TimeSpan.FromSeconds(1));
        store.Write(new WriteSet(), durable: true);
        time.Advance(TimeSpan.FromSeconds(1));

        var said = string.Join('\n', loggers.Lines);
        Assert.Contains("[TIMING] flush: 2 times", said);
        Assert.Contains("[TIMING] apply: 1 times", said);
        Assert.Contains("[TIMING] flush: 1 times", said);
        Assert.HasCount(2, loggers.Lines.Where(line => line.Contains("collections of generations", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    public void Activities_WithoutAListener_AreNotMade() =>
        Assert.IsNull(ReplicaActivities.Source.StartActivity("flush"));
}
