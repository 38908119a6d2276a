using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>Callers are told when the loop that answered them is free again.</summary>
[TestClass]
public sealed class ReplyQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task CallerAlone_IsToldOnThisThread_WhenTheLoopIsFree()
    {
        await using var loop = Loop(new DriverBench(replicas: 3));
        var told = 0;
        var cameBack = 0;
        using (loop.Gather())
        {
            loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() =>
            {
                told = Environment.CurrentManagedThreadId;
                using (loop.Gather())
                {
                    loop.TryPost(new StatusAsked(_ => cameBack = Environment.CurrentManagedThreadId));
                }

                Assert.AreEqual(told, cameBack, "the loop was free: what came ran at once");
            }))));
            Assert.AreEqual(0, told);
        }

        Assert.AreEqual(Environment.CurrentManagedThreadId, told);
        Assert.AreEqual(told, cameBack);
    }

    [TestMethod]
    public async Task ManyCallers_AllAreTold_TheLastOnThisThread()
    {
        const int Callers = 100;
        await using var loop = Loop(new DriverBench(replicas: 3));
        using var all = new CountdownEvent(Callers);
        var last = 0;
        using (loop.Gather())
        {
            for (var n = 1; n <= Callers; n++)
            {
                var number = n;
                loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() =>
                {
                    last = number == Callers ? Environment.CurrentManagedThreadId : last;
                    all.Signal();
                }))));
            }
        }

        Assert.AreEqual(Environment.CurrentManagedThreadId, last);
        Assert.IsTrue(all.Wait(Patience, TestContext.CancellationToken));
    }

    /// <summary>The thread that runs a batch is about to wait for its disk: whoever was answered so far does not.</summary>
    [TestMethod]
    public async Task Callers_AreToldByOthers_WhileTheBatchGoesOn()
    {
        await using var loop = Loop(new DriverBench(replicas: 3));
        using var told = new CountdownEvent(2);
        var inTime = false;
        using (loop.Gather())
        {
            loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() => told.Signal()))));
            loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() => told.Signal()))));
            loop.TryPost(new StatusAsked(_ =>
            {
                loop.Replies.TellByOthers();
                inTime = told.Wait(Patience, TestContext.CancellationToken);
            }));
        }

        Assert.IsTrue(inTime, "within the batch");
    }

    [TestMethod]
    public async Task CallerThatComesBackAgainAndAgain_DoesNotFillTheStack()
    {
        const int Times = 100_000;
        await using var loop = Loop(new DriverBench(replicas: 3));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var depth = new ThreadLocal<int>();
        var deepest = 0;

        void Call(int left)
        {
            using var now = loop.Gather();
            loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() =>
            {
                deepest = Math.Max(deepest, ++depth.Value);
                if (left == 0)
                {
                    done.SetResult();
                }
                else
                {
                    Call(left - 1);
                }

                depth.Value--;
            }))));
        }

        Call(Times);

        await done.Task.WaitAsync(Patience, TestContext.CancellationToken);
        Assert.IsLessThanOrEqualTo(2, deepest);
    }

    [TestMethod]
    public async Task BatchThatFails_TellsThoseWhomItAnswered()
    {
        var bench = new DriverBench(replicas: 3);
        await using var loop = Loop(bench);
        bench.Store.FailNextDurableWrite();
        var told = false;
        using (loop.Gather())
        {
            loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() => told = true))));
            loop.TryPost(new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), new Prepare(new Ballot(1, new ReplicaId(2)), new Slot(1)))));
        }

        await Assert.ThrowsExactlyAsync<StoreFailedException>(() => loop.Completion.WaitAsync(Patience, TestContext.CancellationToken));
        Assert.IsTrue(told, "before the loop's end");
    }

    [TestMethod]
    public async Task LastBatch_TellsThoseWhomItAnswered_BeforeTheEnd()
    {
        const int Callers = 20;
        var loop = Loop(new DriverBench(replicas: 3));
        using var go = new ManualResetEventSlim();
        var toldInTime = 0;
        loop.TryPost(new StatusAsked(_ => go.Wait(TestContext.CancellationToken)));
        for (var n = 0; n < Callers; n++)
        {
            loop.TryPost(new StatusAsked(_ => loop.Replies.Add(new Reply(() => toldInTime += loop.Completion.IsCompleted ? 0 : 1))));
        }

        var stops = loop.DisposeAsync();
        go.Set();
        await stops;

        Assert.AreEqual(Callers, toldInTime);
    }

    private static ReplicaLoop Loop(DriverBench bench) => new(bench.Driver, TimeSpan.FromMilliseconds(50), new FakeTimeProvider());

    private sealed class Reply(Action tell) : IThreadPoolWorkItem
    {
        public void Execute() => tell();
    }
}
