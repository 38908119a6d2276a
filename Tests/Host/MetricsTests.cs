using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.ServiceModel;
using System.ServiceModel.Description;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Host;

/// <summary>What a replica can be measured by. Whoever listens hears all replicas of the process, so these run alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class MetricsTests(TestContext test)
{
    private const int Observable = 17;

    private static readonly int[] Three = [1, 2, 3];

    private static readonly string[] Instruments =
    [
        "applied_slot {slot}", "call.active {call}", "call.duration s", "calls {call}", "disk.free By", "disk.size By", "elections {election}", "fenced 1", "flush.duration s", "keys {key}",
        "known_slot {slot}", "leader_changes {change}", "leads 1", "leases {lease}", "peer.call.duration s", "peers.answering {peer}", "pending_commands {command}", "revision {revision}",
        "store.limit By", "store.usage By", "watch.waiting {call}",
    ];

    private static readonly string[] Outcomes = ["1 Put NoQuorum", "1 Put InternalError", "1 Put CallerGone"];

    /// <summary>A name that changes breaks somebody's board.</summary>
    [TestMethod]
    public async Task Meter_OfAReplica_HasTheInstrumentsThatTheDocumentNames()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);

        var instruments = readings.Instruments(1);
        Assert.AreSequenceEqual(
            Instruments,
            instruments.Select(instrument => $"{instrument.Name["paxoswcf.replica.".Length..]} {instrument.Unit}").Order(StringComparer.Ordinal).ToArray());
        Assert.IsTrue(instruments.All(instrument => instrument.Description?.EndsWith('.') == true));
        Assert.AreEqual(Observable, readings.Observe());
        Assert.ContainsSingle(instruments.Select(instrument => instrument.Meter).Distinct());
        var handbook = await File.ReadAllTextAsync(Handbook(), test.CancellationToken);
        Assert.IsEmpty(instruments.Where(instrument => !handbook.Contains($"| `{instrument.Name}` | {Shown(instrument.Unit)} |", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task State_AfterWrites_IsWhatStatusSays_AtEveryReplica()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StoreAsync(2, store => store.PutAsync("b", [2], null));
        await cluster.StoreAsync(3, store => store.PutAsync("a", [3], null));
        var lease = await cluster.StoreAsync(1, store => store.GrantLeaseAsync(3600, null));
        await cluster.StoreAsync(1, store => store.GrantLeaseAsync(3600, null));
        await ReadAtAllAsync(cluster);

        Assert.AreSequenceEqual(new long[] { 3, 3, 3 }, readings.Read(Three, "revision"));
        Assert.AreSequenceEqual(new long[] { 2, 2, 2 }, readings.Read(Three, "keys"));
        Assert.AreSequenceEqual(new long[] { 2, 2, 2 }, readings.Read(Three, "leases"));
        var statuses = await StatusesAsync(cluster);
        var applied = statuses.Select(status => status.AppliedThrough).ToArray();
        Assert.IsGreaterThanOrEqualTo(5, applied[0]);
        Assert.AreSequenceEqual(applied, readings.Read(Three, "applied_slot"));
        Assert.AreSequenceEqual(applied, readings.Read(Three, "known_slot"), "nobody is behind");
        Assert.AreSequenceEqual(statuses.Select(status => status.StoreBytesMax!.Value).ToArray(), readings.Read(Three, "store.limit"));
        Assert.IsTrue(readings.Read(Three, "store.usage").All(bytes => bytes > 0));

        await cluster.StoreAsync(1, store => store.DeleteAsync("b", null));
        await cluster.StoreAsync(1, store => store.RevokeLeaseAsync(lease.LeaseId, null));
        Assert.AreEqual(1, readings.Read(1, "keys"));
        Assert.AreEqual(1, readings.Read(1, "leases"));
        await cluster.StopReplicaAsync(1);
        await cluster.StartReplicaAsync(1);
        Assert.AreEqual(1, readings.Read(1, "leases"), "as loaded from the disk");
    }

    [TestMethod]
    public async Task Leader_HandsOver_AnotherOneLeads_AndTheElectionIsCounted()
    {
        using var readings = new MeterReadings();

        // As slow as by default: an election more, on a busy machine, would be counted too.
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, options: new ReplicaOptions());
        await ReadAtAllAsync(cluster);
        var leader = (await cluster.ControlAsync(1, control => control.StatusAsync())).Leader!.Value;
        var heir = 1 + (leader % 3);
        Assert.AreSequenceEqual(Three.Select(id => id == leader ? 1L : 0).ToArray(), readings.Read(Three, "leads"));
        var (elections, changes) = (readings.Read(Three, "elections"), readings.Read(Three, "leader_changes"));
        Assert.IsGreaterThanOrEqualTo(1, elections[leader - 1]);
        Assert.IsTrue(changes.All(count => count >= 1));

        await cluster.ControlAsync(leader, control => control.TransferLeadershipAsync(heir));
        await ReadAtAllAsync(cluster);

        Assert.AreSequenceEqual(Three.Select(id => id == heir ? 1L : 0).ToArray(), readings.Read(Three, "leads"));
        Assert.AreEqual(elections[heir - 1] + 1, readings.Read(heir, "elections"));
        Assert.AreEqual(elections[leader - 1], readings.Read(leader, "elections"));
        Assert.AreSequenceEqual(changes.Select(count => count + 1).ToArray(), readings.Read(Three, "leader_changes"));
    }

    [TestMethod]
    public async Task Calls_AreCountedByOperationAndOutcome_AndTimed()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        var began = Stopwatch.GetTimestamp();
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StoreAsync(1, store => store.PutAsync("b", [1], null));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => cluster.StoreAsync(1, store => store.PutAsync("", [1], null)));
        await Assert.ThrowsExactlyAsync<FaultException<LeaseNotFoundFault>>(() => cluster.StoreAsync(1, store => store.KeepLeaseAliveAsync("0-0")));
        await cluster.StoreAsync(1, store => store.GetAsync("a", null));
        await cluster.StoreAsync(1, store => store.PipelineAsync(
        [
            new PipelinedCall { Kind = PipelinedCallKind.Get, Key = "a" },
            new PipelinedCall { Kind = PipelinedCallKind.Delete, Key = "a" },
            new PipelinedCall { Kind = PipelinedCallKind.ContainsKey, Key = "a", Value = [1] },
        ]));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => cluster.StoreAsync(1, store => store.PipelineAsync([])));
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;

        var expected = new Dictionary<string, long>
        {
            ["Put ok"] = 2,
            ["Put InvalidRequest"] = 1,
            ["KeepLeaseAlive LeaseNotFound"] = 1,
            ["Get ok"] = 2,
            ["Delete ok"] = 1,
            ["ContainsKey InvalidRequest"] = 1,
            ["Pipeline ok"] = 1,
            ["Pipeline InvalidRequest"] = 1,
        };
        Assert.AreEquivalent(expected, readings.Calls(1).ToDictionary());
        var seconds = readings.Seconds(1);
        Assert.AreEquivalent(expected, seconds.ToDictionary(pair => pair.Key, pair => (long)pair.Value.Length));
        Assert.IsTrue(seconds.Values.All(values => values.All(value => value > 0)));
        Assert.IsLessThan(took, seconds.Where(pair => !pair.Key.StartsWith("Pipeline", StringComparison.Ordinal)).Sum(pair => pair.Value.Max()));
    }

    /// <summary>What the disk and the other replicas take of a write's time.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task FlushesAndCallsToPeers_AreTimed_AndThoseThatAreLostToo()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        for (var n = 0; n < 5; n++)
        {
            await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        }

        await UntilAsync(() => Three.All(id => readings.Read(id, "peers.answering") == 2));
        var leader = Three.Single(id => readings.Read(id, "leads") == 1);
        foreach (var id in Three)
        {
            var flushes = readings.Work(id, "flush.duration");
            Assert.IsNotEmpty(flushes);
            Assert.IsTrue(flushes.All(flush => flush is { Tags: "", Seconds: > 0 }));
        }

        var calls = readings.Work(leader, "peer.call.duration");
        var peers = Three.Where(id => id != leader).ToArray();
        Assert.IsTrue(peers.All(peer => calls.Any(call => call.Tags == $"peer={peer} operation=Heartbeat outcome=ok")));
        Assert.Contains(call => call.Tags.EndsWith("operation=Accept outcome=ok", StringComparison.Ordinal), calls);
        Assert.IsTrue(calls.All(call => call.Seconds > 0));

        await cluster.StopReplicaAsync(peers[0]);

        await UntilAsync(() => readings.Read(leader, "peers.answering") == 1);
        Assert.Contains(call => call.Tags == $"peer={peers[0]} operation=Heartbeat outcome=lost", readings.Work(leader, "peer.call.duration"));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Watches_ThatWait_AreCounted_UntilTheyAreAnswered()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        var stands = await cluster.StoreAsync(1, store => store.WatchAsync("a", null, null, null, null));
        Assert.AreEqual(0, readings.Read(1, "watch.waiting"));

        var watch = cluster.StoreAsync(1, store => store.WatchAsync("a", null, stands.CompleteThrough + 1, null, 30_000));
        await UntilAsync(() => readings.Read(1, "watch.waiting") == 1);
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        Assert.HasCount(1, (await watch).Changes);

        Assert.AreEqual(0, readings.Read(1, "watch.waiting"));
    }

    [TestMethod]
    public async Task Disk_OfTheDataDirectory_IsTold()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);

        var (free, size) = (readings.Read(1, "disk.free"), readings.Read(1, "disk.size"));

        Assert.AreEqual(new DriveInfo(cluster.DataOf(1)).TotalSize, size);
        Assert.IsTrue(free > 0 && free <= size, $"{free} of {size}");
    }

    /// <summary>What a flush and a call to a peer cost while nobody listens.</summary>
    [TestMethod]
    public void Work_WhileNobodyListens_AllocatesNothing()
    {
        using var meter = new Meter("nobody listens");
        var work = new WorkMetrics(meter);
        work.OnFlushed(work.BeginFlush());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 1000; n++)
        {
            work.OnFlushed(work.BeginFlush());
            work.OnPeerCalled(work.BeginPeerCall(), 2, "Heartbeat", "ok");
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Write_WithoutAMajority_IsUnderWay_UntilThereIsOneAgain()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true);
        await cluster.StoreAsync(3, store => store.PutAsync("k", [1], null));
        await UntilAsync(() => readings.Read(3, "call.active") == 0 && readings.Read(3, "pending_commands") == 0);
        await cluster.ControlAsync(1, control => control.FailAcceptorAsync(null));
        await cluster.ControlAsync(2, control => control.FailAcceptorAsync(null));

        var write = cluster.StoreAsync(3, store => store.PutAsync("k", [2], null));
        await UntilAsync(() => readings.Read(3, "call.active") == 1 && readings.Read(3, "pending_commands") == 1);
        Assert.AreEqual(1, readings.Calls(3)["Put ok"], "a call counts when it ends");

        await cluster.ControlAsync(1, control => control.ReviveAcceptorAsync());
        await write;
        Assert.AreEqual(0, readings.Read(3, "pending_commands"));
        Assert.AreEqual(2, readings.Calls(3)["Put ok"]);
        await UntilAsync(() => readings.Read(3, "call.active") == 0);
    }

    /// <summary>Another disk than the one that the others know, and a state that differs from theirs.</summary>
    [TestMethod]
    public async Task Replica_ThatIsFenced_SaysSo()
    {
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await ReadAtAllAsync(cluster);
        Assert.AreSequenceEqual(new long[] { 0, 0, 0 }, readings.Read(Three, "fenced"));
        await cluster.StopReplicaAsync(2);
        await cluster.StopReplicaAsync(3);

        await cluster.StartElsewhereAsync(3);
        Diverge(cluster, 2);
        await cluster.StartReplicaAsync(2);

        Assert.AreSequenceEqual(new long[] { 0, 1, 1 }, readings.Read(Three, "fenced"));
        await Assert.ThrowsExactlyAsync<FaultException<ReplicaFencedFault>>(() => cluster.StoreAsync(2, store => store.PutAsync("k", [1], null)));
        await Assert.ThrowsExactlyAsync<FaultException<ReplicaFencedFault>>(() => cluster.StoreAsync(3, store => store.PutAsync("k", [1], null)));
        Assert.AreEqual(1, readings.Calls(2)["Put ReplicaFenced"]);
        Assert.AreEqual(1, readings.Calls(3)["Put ReplicaFenced"]);
    }

    [TestMethod]
    public async Task Replica_ThatStops_LeavesNothing()
    {
        // A class that shares a cluster among its tests may have it still.
        HashSet<Instrument> before = Published();
        using var readings = new MeterReadings();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await cluster.StopReplicaAsync(2);

        Assert.IsEmpty(readings.Instruments(2));
        Assert.AreEqual(2 * Observable, readings.Observe());
        HashSet<Instrument> known = [.. before, .. readings.Instruments(1), .. readings.Instruments(3)];
        Assert.IsEmpty(Published().Where(instrument => instrument.Meter.Name == ReplicaMetrics.MeterName && !known.Contains(instrument)));
    }

    private static HashSet<Instrument> Published()
    {
        var all = new HashSet<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) => all.Add(instrument);
        listener.Start();
        return all;
    }

    /// <summary>What a call costs while nobody listens: its task comes back as it is, and nothing is made beside it.</summary>
    [TestMethod]
    public void Call_WhileNobodyListens_IsTheStoresOwn_AndAllocatesNothing()
    {
        using var meter = new Meter("nobody listens");
        var calls = new CallMetrics(meter, new NoCall());
        var answer = Task.FromResult("answer");
        Assert.AreSame(answer, calls.CountAsync("Put", calls.Begin(), answer));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1000; call++)
        {
            _ = calls.CountAsync("Put", calls.Begin(), answer);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public async Task Calls_OfEachOperation_AreCountedUnderItsName()
    {
        using var meter = new Meter("somebody listens");
        var said = new List<string>();
        using var listener = Listener(meter, said);
        var store = new CountedStore(DispatchProxy.Create<IKeyValueStore, Answering>(), new CallMetrics(meter, new NoCall()));
        var operations = ContractDescription.GetContract(typeof(IKeyValueStore)).Operations;
        foreach (var method in operations.Select(operation => operation.TaskMethod!))
        {
            var arguments = method.GetParameters().Select(parameter => parameter.ParameterType == typeof(int) ? (object)1 : null);
            await (Task)method.Invoke(store, [.. arguments])!;
        }

        Assert.AreSequenceEqual(operations.Select(operation => $"1 {operation.Name} ok"), said);
    }

    /// <summary>A caller that hung up while it waited is answered with a fault, as if no quorum had been there.</summary>
    [TestMethod]
    public async Task Call_OfACallerThatIsGone_CountsAsThat_AndAnythingElseAsAFailureOfTheReplica()
    {
        using var gone = new CancellationTokenSource();
        using var meter = new Meter("somebody listens");
        var said = new List<string>();
        using var listener = Listener(meter, said);
        var calls = new CallMetrics(meter, new NoCall { Disconnected = gone.Token });
        var noQuorum = Task.FromException<int>(StoreFaults.NoQuorum(TimeSpan.Zero));
        var failed = Task.FromException<int>(new InvalidOperationException());

        await Assert.ThrowsAsync<FaultException>(() => calls.CountAsync("Put", calls.Begin(), noQuorum));
        await Assert.ThrowsAsync<InvalidOperationException>(() => calls.CountAsync("Put", calls.Begin(), failed));
        await gone.CancelAsync();
        await Assert.ThrowsAsync<FaultException>(() => calls.CountAsync("Put", calls.Begin(), noQuorum));

        Assert.AreSequenceEqual(Outcomes, said);
    }

    private static MeterListener Listener(Meter meter, List<string> said)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => said.Add($"{count} {tags[0].Value} {tags[1].Value}"));
        listener.Start();
        return listener;
    }

    private static void Diverge(HostedCluster cluster, int id)
    {
        using var directory = ReplicaDirectory.Open(cluster.DataOf(id), cluster.Servers.Cluster, id, bootstrap: false);
        var writes = new WriteSet();
        DivergenceRecord.Write(new Divergence(new Slot(1), new Slot(2)), writes);
        GenerationStore.Over(directory.Store).Write(writes, durable: true);
    }

    // Reads that are linearizable: every replica has applied what was acknowledged before, and hears who leads.
    private static async Task ReadAtAllAsync(HostedCluster cluster)
    {
        foreach (var id in Three)
        {
            await cluster.StoreAsync(id, store => store.GetAsync("a", null));
        }
    }

    private static async Task<ReplicaStatus[]> StatusesAsync(HostedCluster cluster) =>
        await Task.WhenAll(Three.Select(id => cluster.ControlAsync(id, control => control.StatusAsync())));

    private static string Shown(string? unit) => unit == "1" ? "0 or 1" : unit?.Trim('{', '}') switch { "By" => "bytes", "s" => "seconds", var what => $"{what}s" };

    internal static string Handbook([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "operating.md");

    private async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(10, test.CancellationToken);
        }
    }

    private sealed class NoCall : ICallContext
    {
        public string Caller => "-";

        public string Query => "";

        public CancellationToken Disconnected { get; init; }

        public void TakeForAnswer(long bytes)
        {
            // Nobody is answered.
        }
    }

    [SuppressMessage("Performance", "CA1852", Justification = "a proxy is made of it")]
    private class Answering : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => typeof(Task).GetMethod(nameof(Task.FromResult))!
            .MakeGenericMethod(targetMethod!.ReturnType.GenericTypeArguments).Invoke(null, [null]);
    }
}
