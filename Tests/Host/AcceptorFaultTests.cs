using System.ServiceModel;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.Replication;
using PaxosWcf.Tests.Replication;

namespace PaxosWcf.Tests.Host;

/// <summary>The coursework's point: acceptors fail and come back, and the store goes on.</summary>
[TestClass]
public sealed class AcceptorFaultTests
{
    [TestMethod]
    public async Task MinorityOfAcceptorsDown_OperationsGoOn()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));

        var report = await cluster.ControlAsync(2, control => control.FailAcceptorAsync(null));
        await cluster.StoreAsync(2, store => store.PutAsync("k", [2], null));

        Assert.IsTrue(report.Changed);
        Assert.IsFalse(report.AcceptorUp);
        Assert.AreSequenceEqual(new byte[] { 2 }, (await cluster.StoreAsync(2, store => store.GetAsync("k", null))).Value);
    }

    [TestMethod]
    public async Task MajorityOfAcceptorsDown_AWriteWaits_AndGoesOnByItself()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await cluster.StoreAsync(3, store => store.GetAsync("k", null));
        await cluster.ControlAsync(1, control => control.FailAcceptorAsync(null));
        await cluster.ControlAsync(2, control => control.FailAcceptorAsync(null));

        var write = cluster.StoreAsync(3, store => store.PutAsync("k", [2], null));
        var read = await cluster.StoreAsync(3, store => store.GetAsync("k", ReadConsistency.Serializable));
        Assert.AreSequenceEqual(new byte[] { 1 }, read.Value, "nothing is chosen while a majority is down");
        Assert.IsFalse(write.IsCompleted);

        var revived = await cluster.ControlAsync(1, control => control.ReviveAcceptorAsync());
        await write;

        Assert.IsTrue(revived.AcceptorUp);
        Assert.AreSequenceEqual(new byte[] { 2 }, (await cluster.StoreAsync(1, store => store.GetAsync("k", null))).Value);
    }

    [TestMethod]
    public async Task FailedAcceptor_ReloadsItsPromise()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true, options: HostedCluster.UnhurriedTicks);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        var before = await cluster.ControlAsync(1, control => control.StatusAsync());

        await cluster.ControlAsync(1, control => control.FailAcceptorAsync(null));
        var down = await cluster.ControlAsync(1, control => control.StatusAsync());
        await cluster.ControlAsync(1, control => control.ReviveAcceptorAsync());
        var after = await cluster.ControlAsync(1, control => control.StatusAsync());

        Assert.IsFalse(down.AcceptorUp);
        Assert.AreEqual("0.0", down.Promised, "what it held in memory is gone");
        Assert.AreEqual(before.Promised, after.Promised);
        Assert.AreEqual(1, after.AcceptorFailures);
    }

    [TestMethod]
    public async Task TimedFailure_EndsByItself()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1, faultLab: true);
        await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null));
        await cluster.ControlAsync(1, control => control.FailAcceptorAsync(300));

        // The only acceptor is down, so this can be answered only after its recovery.
        await cluster.StoreAsync(1, store => store.PutAsync("k", [2], null));

        Assert.IsTrue((await cluster.ControlAsync(1, control => control.StatusAsync())).AcceptorUp);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3_600_001)]
    public async Task DownTime_OutsideItsLimits_IsRefused(int milliseconds)
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1, faultLab: true);

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.FailAcceptorAsync(milliseconds)));

        Assert.AreEqual("downMilliseconds", fault.Detail.Field);
    }

    // The process ends when its loop fails, but only once its fault schedule has ended.
    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task ReplicaThatFailsMeanwhile_KeepsNobodyWaiting()
    {
        var bench = new DriverBench();
        await using var loop = new ReplicaLoop(bench.Driver, TimeSpan.FromMilliseconds(5), TimeProvider.System);
        using var lab = new AcceptorFaultLab(1, isOn: true, loop, TimeProvider.System, NullLogger.Instance);
        bench.Store.FailNextDurableWrite();
        await loop.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => lab.FailAsync(null, "asked for"));
        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => loop.AnswerAsync(new TaskCompletionSource<bool>().Task));
    }

    [TestMethod]
    public async Task Failures_AreLogged()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(replicas: 1, faultLab: true, log);

        await cluster.ControlAsync(1, control => control.FailAcceptorAsync(null));
        await cluster.ControlAsync(1, control => control.ReviveAcceptorAsync());

        Assert.HasCount(1, log.Lines.Where(line => line.StartsWith("[FAULT]", StringComparison.Ordinal)).ToList());
        Assert.HasCount(1, log.Lines.Where(line => line.StartsWith("[RECOVERED]", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    public void Schedule_OfTheSameSeed_IsTheSame_AndDiffersBetweenReplicas()
    {
        var settings = new FaultSettings { Enabled = true, MeanSecondsToFailure = 20, DownSecondsMin = 1, DownSecondsMax = 4, Seed = 7 };

        var first = Times(settings, replica: 3);
        var again = Times(settings, replica: 3);
        var other = Times(settings, replica: 4);

        Assert.AreSequenceEqual(first, again);
        Assert.AreNotSequenceEqual(first, other);
        Assert.IsTrue(first.All(pair => pair.Down >= TimeSpan.FromSeconds(1) && pair.Down <= TimeSpan.FromSeconds(4)));
        Assert.IsInRange(10, 40, first.Average(pair => pair.Up.TotalSeconds));
    }

    private static List<(TimeSpan Up, TimeSpan Down)> Times(FaultSettings settings, int replica)
    {
        var schedule = new AcceptorFaultSchedule(settings, replica, null!, TimeProvider.System);
        return [.. Enumerable.Range(0, 200).Select(_ => schedule.Next())];
    }
}
