using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>The loop around a driver: ticks, a bounded queue, and an end when the replica must stop.</summary>
[TestClass]
public sealed class ReplicaLoopTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly FakeTimeProvider _time = new();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Loop_TimePasses_ReplicaLeadsAndAnswers()
    {
        var bench = new DriverBench();
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        for (var tick = 0; tick < 100; tick++)
        {
            _time.Advance(Tick);
            await SnapshotAsync(loop);
        }

        Assert.IsTrue((await SnapshotAsync(loop)).Leading);
    }

    [TestMethod]
    public async Task Loop_BusyForManyTicks_FindsOneWaiting()
    {
        var bench = new DriverBench(replicas: 3);
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        using var go = new ManualResetEventSlim();
        loop.TryPost(new StatusAsked(_ => go.Wait(TestContext.CancellationToken)));
        _time.Advance(100 * Tick);
        go.Set();
        await SnapshotAsync(loop);
        Assert.IsEmpty(bench.Seen.FindAll(line => line.Contains("asks", StringComparison.Ordinal)), "lost time is not time without a leader");
    }

    /// <summary>A timer's calls that waited for a thread come all at once: a lease would end early for whoever took each for a tick.</summary>
    [TestMethod]
    public async Task Ticks_ThatComeAllAtOnce_AreOne()
    {
        var bench = new DriverBench(replicas: 3);
        var timer = new LateTimer();
        await using var loop = new ReplicaLoop(bench.Driver, Tick, timer);
        for (var call = 0; call < 100; call++)
        {
            timer.Advance(call == 0 ? 100 * Tick : TimeSpan.Zero);
            timer.Fire();
            await SnapshotAsync(loop);
        }

        Assert.IsEmpty(bench.Seen.FindAll(line => line.Contains("asks", StringComparison.Ordinal)));
        for (var call = 0; call < 100; call++)
        {
            timer.Advance(Tick);
            timer.Fire();
            await SnapshotAsync(loop);
        }

        Assert.IsNotEmpty(bench.Seen.FindAll(line => line.Contains("asks", StringComparison.Ordinal)), "time that passed counts");
    }

    [TestMethod]
    public async Task Queue_AtMax_TakesNoMore()
    {
        var bench = new DriverBench(replicas: 3);
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        using var go = new ManualResetEventSlim();
        Occupy(loop, go);
        for (var i = 0; i < ReplicaLoop.QueueMax; i++)
        {
            Assert.IsTrue(loop.TryPost(new StatusAsked(_ => { })));
        }

        Assert.IsFalse(loop.TryPost(TickPassed.Instance));
        go.Set();
    }

    [TestMethod]
    public async Task Disk_Fails_LoopEndsAndTakesNoMore()
    {
        var bench = new DriverBench(replicas: 3);
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        bench.Store.FailNextDurableWrite();
        loop.TryPost(new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), new Prepare(new Ballot(1, new ReplicaId(2)), new Slot(1)))));
        await Assert.ThrowsExactlyAsync<StoreFailedException>(() => loop.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.CancellationToken));
        Assert.IsFalse(loop.TryPost(TickPassed.Instance));
    }

    [TestMethod]
    public async Task Loop_Disposed_EndsWithWhatWaits()
    {
        var bench = new DriverBench(replicas: 3);
        var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        var caller = new DriverBench.Caller(bench.Seen);
        loop.TryPost(new CommandSubmitted(new Delete(null, "k").Encode(), caller));
        loop.TryPost(new CommandGivenUp(caller));
        await loop.DisposeAsync();
        Assert.AreEqual(Refusal.NotExecuted, caller.Refused);
        Assert.IsFalse(loop.TryPost(TickPassed.Instance));
    }

    /// <summary>Nothing happens after the answer, and what waited goes out all the same.</summary>
    [TestMethod]
    public async Task Answered_NobodyComesBack_OthersGoOutByThemselves()
    {
        var bench = DriverBench.Leader(out var ballot);
        bench.Submit(new Put(null, "a", new byte[] { 1 }));
        bench.Submit(new Put(null, "b", new byte[] { 1 }));
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.OnSent = envelope => _ = envelope.Message is Accept { Proposals: [{ Slot.Number: 2 }] } && second.TrySetResult();
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        loop.TryPost(new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), new Accepted(ballot, [new Slot(1)]))));
        await second.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.CancellationToken);
    }

    [TestMethod]
    public async Task Gathered_LoopIsIdle_RunsAtItsEndOnThisThread()
    {
        await using var loop = new ReplicaLoop(new DriverBench(replicas: 3).Driver, Tick, _time);
        var ran = new List<int>();
        using (loop.Gather())
        {
            loop.TryPost(new StatusAsked(_ => ran.Add(Environment.CurrentManagedThreadId)));
            loop.TryPost(new StatusAsked(_ => ran.Add(Environment.CurrentManagedThreadId)));
            Assert.IsEmpty(ran);
        }

        Assert.AreSequenceEqual([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], ran);
    }

    [TestMethod]
    public async Task Gathered_LoopIsBusy_IsLeftToIt()
    {
        await using var loop = new ReplicaLoop(new DriverBench(replicas: 3).Driver, Tick, _time);
        using var go = new ManualResetEventSlim();
        Occupy(loop, go);
        var ran = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (loop.Gather())
        {
            loop.TryPost(new StatusAsked(_ => ran.SetResult(Environment.CurrentManagedThreadId)));
        }

        Assert.IsFalse(ran.Task.IsCompleted, "it waits for the batch that runs");
        go.Set();
        await ran.Task;
    }

    [TestMethod]
    public async Task Gathering_KeepsWhatOthersPostForItsEnd()
    {
        await using var loop = new ReplicaLoop(new DriverBench(replicas: 3).Driver, Tick, _time);
        var ran = new List<string>();
        using (loop.Gather())
        {
            loop.TryPost(new StatusAsked(_ => ran.Add("gathered")));
            await Task.Run(() => loop.TryPost(new StatusAsked(_ => ran.Add("posted"))), TestContext.CancellationToken);
            Assert.IsEmpty(ran);
        }

        Assert.AreSequenceEqual(["gathered", "posted"], ran);
    }

    [TestMethod]
    public async Task Gathered_DiskFails_LoopEndsAndNobodyElseDoes()
    {
        var bench = new DriverBench(replicas: 3);
        await using var loop = new ReplicaLoop(bench.Driver, Tick, _time);
        bench.Store.FailNextDurableWrite();
        using (loop.Gather())
        {
            loop.TryPost(new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), new Prepare(new Ballot(1, new ReplicaId(2)), new Slot(1)))));
        }

        await Assert.ThrowsExactlyAsync<StoreFailedException>(() => loop.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.CancellationToken));
        using (loop.Gather())
        {
            Assert.IsFalse(loop.TryPost(TickPassed.Instance));
        }
    }

    [TestMethod]
    public async Task ManyThreads_EachEventHappensOnceInItsThreadsOrder()
    {
        const int Threads = 8;
        const int Events = 500;
        var loop = new ReplicaLoop(new DriverBench(replicas: 3).Driver, Tick, _time);
        var seen = Enumerable.Range(0, Threads).Select(_ => new List<int>()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var n = 0; n < Events; n++)
            {
                using var now = n % 3 == 0 ? default : loop.Gather();
                var number = n;
                Assert.IsTrue(loop.TryPost(new StatusAsked(_ => seen[thread].Add(number))));
            }
        }, TestContext.CancellationToken)));
        await loop.DisposeAsync();

        Assert.IsTrue(seen.All(numbers => numbers.SequenceEqual(Enumerable.Range(0, Events))));
    }

    // When this returns, the loop runs a batch, and stays in it until it may go on.
    private void Occupy(ReplicaLoop loop, ManualResetEventSlim go)
    {
        using var busy = new ManualResetEventSlim();
        loop.TryPost(new StatusAsked(_ =>
        {
            busy.Set();
            go.Wait(TestContext.CancellationToken);
        }));
        busy.Wait(TestContext.CancellationToken);
    }

    private async Task<ReplicaSnapshot> SnapshotAsync(ReplicaLoop loop)
    {
        var asked = new TaskCompletionSource<ReplicaSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        await loop.PostAsync(new StatusAsked(asked.SetResult), TestContext.CancellationToken);
        return await asked.Task;
    }

    // Its timers fire when they are told to, whatever its clock says.
    private sealed class LateTimer : TimeProvider
    {
        private readonly FakeTimeProvider _clock = new();
        private TimerCallback? _callback;

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return _clock.CreateTimer(_ => { }, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Advance(TimeSpan time) => _clock.Advance(time);

        public void Fire() => _callback!(null);
    }
}
