using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Tests.Benchmarks;

[TestClass]
public sealed class ClosedLoopTests(TestContext test)
{
    private static readonly LoadTimes Short = new(TimeSpan.Zero, TimeSpan.FromMilliseconds(500));

    [TestMethod]
    public async Task Clients_AllCall_EachOneCallAtATime()
    {
        int[] underWay = new int[5];
        int most = 0;

        LoadCounts counts = await ClosedLoop.RunAsync(
            underWay.Length,
            Short,
            async (client, _, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay[client]));
                await Task.Yield();
                Interlocked.Decrement(ref underWay[client]);
            },
            test.CancellationToken);

        Assert.AreEqual(1, most);
        Assert.IsGreaterThan(underWay.Length, counts.Calls);
        Assert.AreEqual(0, counts.Errors);
        Assert.AreEqual(counts.Calls, counts.Latencies.TotalCount);
        Assert.IsGreaterThanOrEqualTo(counts.Milliseconds(50), counts.Milliseconds(99));
    }

    [TestMethod]
    public async Task FailedCalls_AreCounted_AndOneOfThemIsKept()
    {
        LoadCounts counts = await ClosedLoop.RunAsync(
            2, Short, (client, _, _) => client == 0 ? FailsAsync() : Task.Delay(1, test.CancellationToken), test.CancellationToken);

        Assert.IsGreaterThan(0, counts.Errors);
        Assert.IsGreaterThan(0, counts.Calls);
        Assert.AreEqual("no", counts.FirstError);

        // Not at once: it would have a thread of the pool for itself, and on a busy machine the other client none.
        async Task FailsAsync()
        {
            await Task.Delay(1, test.CancellationToken);
            throw new CallFailedException("no");
        }
    }

    /// <summary>A call that hangs fails long after the window.</summary>
    [TestMethod]
    public async Task CallThatFailsAfterTheWindow_IsCounted()
    {
        LoadCounts counts = await ClosedLoop.RunAsync(
            1,
            Short,
            async (_, _, _) =>
            {
                await Task.Delay(2 * Short.Measured, test.CancellationToken);
                throw new CallFailedException("no answer");
            },
            test.CancellationToken);

        Assert.AreEqual(1, counts.Errors);
        Assert.AreEqual("no answer", counts.FirstError);
    }

    [TestMethod]
    public async Task CallsOfTheWarmUp_AreNotCounted()
    {
        LoadCounts counts = await ClosedLoop.RunAsync(
            1,
            new LoadTimes(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50)),
            (_, made, _) => made == 0 ? Task.FromException(new CallFailedException("the first")) : Task.Delay(1, test.CancellationToken),
            test.CancellationToken);

        Assert.AreEqual(0, counts.Errors);
    }

    [TestMethod]
    public async Task UnexpectedExceptions_EndTheRun()
    {
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => ClosedLoop.RunAsync(
            1, Short, (_, _, _) => throw new NotSupportedException(), test.CancellationToken));
    }

    [TestMethod]
    public async Task Batches_CountEveryItem()
    {
        LoadCounts counts = await ClosedLoop.RunAsync(1, Short, (_, _, _) => Task.Delay(1, test.CancellationToken), test.CancellationToken);

        var measured = Measurement.Of("x", new LoadCell(LoadKind.Batch, 100, 1), counts);

        Assert.AreEqual(counts.Calls * LoadKinds.BatchItems, measured.Ops);
    }
}
