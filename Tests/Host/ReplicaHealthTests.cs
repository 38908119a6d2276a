using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Consensus;
using PaxosWcf.ReplicaHost.Health;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Replication;

namespace PaxosWcf.Tests.Host;

/// <summary>What a replica says of itself to whoever starts processes and spreads calls over them.</summary>
[TestClass]
public sealed class ReplicaHealthTests(TestContext test)
{
    private static readonly ReplicaId R1 = new(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public async Task Loop_ThatTicks_Lives_WhateverTheReplicaKnows()
    {
        await using var loop = new ReplicaLoop(new DriverBench(replicas: 3).Driver, Tick, _time);
        for (var tick = 0; tick < 200; tick++)
        {
            _time.Advance(Tick);
            await TakeInAsync(loop);
        }

        Assert.AreEqual((true, "R1 runs."), HealthOf(loop).Live());
    }

    /// <summary>As when its disk hangs: the timer ticks on, and nobody takes it in.</summary>
    [TestMethod]
    public async Task Loop_ThatHangs_IsNeitherAliveNorReady_UntilItGoesOn()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        using var go = new ManualResetEventSlim();
        using var busy = new ManualResetEventSlim();
        loop.TryPost(new StatusAsked(_ =>
        {
            busy.Set();
            go.Wait(test.CancellationToken);
        }));
        busy.Wait(test.CancellationToken);
        var health = new ReplicaHealth(R1, loop, bench.Driver);

        _time.Advance(ReplicaHealth.TickAgeMax);
        Assert.AreEqual((true, "R1 runs."), health.Live());
        Assert.AreEqual((true, "R1 leads."), health.Ready());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual((false, "R1 hangs: its loop took in no tick for 7 s."), health.Live());
        Assert.AreEqual(health.Live(), health.Ready());
        go.Set();
        await TakeInAsync(loop);
        _time.Advance(Tick);
        await TakeInAsync(loop);

        Assert.AreEqual((true, "R1 leads."), health.Ready());
    }

    [TestMethod]
    public async Task Loop_ThatFailed_IsNeitherAliveNorReady_AndSaysNothingOfWhy()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        bench.Store.FailNextDurableWrite();
        loop.TryPost(new CommandSubmitted(new Delete(null, "k").Encode(), new DriverBench.Caller(bench.Seen)));
        await Assert.ThrowsExactlyAsync<StoreFailedException>(() => loop.Completion.WaitAsync(TimeSpan.FromSeconds(30), test.CancellationToken));
        var health = new ReplicaHealth(R1, loop, bench.Driver);

        Assert.AreEqual((false, "R1 has stopped."), health.Live());
        Assert.AreEqual((false, "R1 has stopped."), health.Ready());
    }

    [TestMethod]
    public async Task Replica_ThatLeads_OrFollows_IsReady_AndOneThatHearsNobodyIsNot()
    {
        Assert.AreEqual((false, "R1 knows no leader."), await ReadyAsync(new DriverBench(replicas: 3)));
        var bench = DriverBench.Leader(out var ballot);
        Assert.AreEqual((true, "R1 leads."), await ReadyAsync(bench));
        bench = new DriverBench(replicas: 3);
        bench.Arrives(new Heartbeat(new Ballot(ballot.Round + 1, new ReplicaId(2)), Leading: true, 1, Slot.None));
        Assert.AreEqual((true, "R1 follows R2."), await ReadyAsync(bench));
    }

    [TestMethod]
    public async Task Replica_ThatAsksOrIsFenced_IsNotReady()
    {
        var bench = DriverBench.Leader(out _);
        bench.RestartAsking();
        Assert.AreEqual((false, "R1 asks a majority whether its disk holds all that it said before its start."), await ReadyAsync(bench));
        bench.TellThatItWasSetBack();
        Assert.AreEqual((false, "R1 is fenced: its disk is not the one that the cluster knows it by, or was set back."), await ReadyAsync(bench));

        bench = DriverBench.Leader(out _);
        var writes = new WriteSet();
        DivergenceRecord.Write(new Divergence(new Slot(1), new Slot(2)), writes);
        GenerationStore.Over(bench.Store).Write(writes, durable: true);
        bench.RestartAsking();
        Assert.AreEqual((false, "R1 is fenced: its state differs from that of a majority."), await ReadyAsync(bench));
    }

    [TestMethod]
    public async Task Replica_ThatWasRemoved_IsNotReady()
    {
        var bench = new DriverBench(replicas: 3);
        var first = PaxosWcf.Consensus.Configuration.First(new Quorum([R1, new ReplicaId(2), new ReplicaId(3)]));
        var stop = Command.Create(new CommandId(new ReplicaId(2), 1, 1), 0, new Remove(R1).ApplyTo(first, out _)!.Encode());

        bench.Arrives(new CatchUpReply(new Slot(1), [Value.Of([stop])], new Slot(1)));

        Assert.AreEqual((false, "R1 is fenced: it is no member of the cluster."), await ReadyAsync(bench));
    }

    private async Task<(bool IsWell, string Sentence)> ReadyAsync(DriverBench bench)
    {
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        return new ReplicaHealth(R1, loop, bench.Driver).Ready();
    }

    private static ReplicaHealth HealthOf(ReplicaLoop loop) => new(R1, loop, new DriverBench(replicas: 3).Driver);

    private async Task TakeInAsync(ReplicaLoop loop)
    {
        var asked = new TaskCompletionSource<ReplicaSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        await loop.PostAsync(new StatusAsked(asked.SetResult), test.CancellationToken);
        await asked.Task;
    }
}
