using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A replica that takes calls and answers none is left, however little time calls have.</summary>
[TestClass]
public sealed class SilentReplicaTests(TestContext test)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _time = new();

    /// <summary>Within the same call: the attempt time-out does not take all the time that there is.</summary>
    [TestMethod]
    [DataRow(2.0)]
    [DataRow(5.0)]
    public async Task Call_ShorterThanTheAttemptTimeOut_AsksAnother(double seconds)
    {
        var under = new ClientUnderTest(operationTimeout: TimeSpan.FromSeconds(seconds), time: _time);
        int hung = Hang(under);

        StoreAnswer<GetReply> answer = await under.GetAsync("k");

        Assert.AreNotEqual(hung, answer.Replica);
        Assert.AreEqual(2, answer.Attempts);
    }

    /// <summary>The other one could not be asked in time; the next call begins with it.</summary>
    [TestMethod]
    public async Task Calls_ThatTheirCallersCutShort_LeaveItTogether()
    {
        var under = new ClientUnderTest(time: _time);
        int hung = Hang(under);
        for (int n = 1; n <= 5; n++)
        {
            Assert.AreEqual(hung, under.Client.CurrentReplica, $"call {n}");
            await CutShortAsync(under, Short);
        }

        Assert.AreNotEqual(hung, under.Client.CurrentReplica);
    }

    [TestMethod]
    public async Task Calls_ThatTheirCallersCancelAtOnce_SayNothingOfIt()
    {
        var under = new ClientUnderTest(time: _time);
        int hung = Hang(under);
        for (int n = 0; n < 100; n++)
        {
            await CutShortAsync(under, TimeSpan.Zero);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.AreEqual(hung, under.Client.CurrentReplica);
    }

    /// <summary>Calls that wait at the same time have waited that time once.</summary>
    [TestMethod]
    public async Task Calls_ThatAreCutShortTogether_CountOnce()
    {
        var under = new ClientUnderTest(time: _time);
        int hung = Hang(under);
        await CutShortAsync(under, Short, calls: 20);

        Assert.AreEqual(hung, under.Client.CurrentReplica);
    }

    [TestMethod]
    public async Task Answer_BetweenCallsThatAreCutShort_ClearsIt()
    {
        var under = new ClientUnderTest(time: _time);
        int first = under.Client.CurrentReplica;
        for (int round = 0; round < 3; round++)
        {
            for (int n = 0; n < 4; n++)
            {
                under.Cluster.BefallNext(Mishap.Silent);
                await CutShortAsync(under, Short);
            }

            await under.GetAsync("k");
        }

        Assert.AreEqual(first, under.Client.CurrentReplica);
    }

    /// <summary>It waits for changes, as it was asked to.</summary>
    [TestMethod]
    public async Task Watches_ThatAreCutShort_SayNothingOfIt()
    {
        var under = new ClientUnderTest(time: _time);
        int first = under.Client.CurrentReplica;
        under.Cluster.WatchWait = _ => new TaskCompletionSource().Task;
        for (int n = 0; n < 10; n++)
        {
            await CutShortAsync(under, Short, call: async cancel =>
            {
                await foreach (KeyChange change in under.Client.WatchAsync("k", fromRevision: 1, cancel: cancel))
                {
                    Assert.Fail($"{change}");
                }
            });
        }

        Assert.AreEqual(first, under.Client.CurrentReplica);
    }

    private static int Hang(ClientUnderTest under)
    {
        int hung = under.Client.CurrentReplica;
        under.Cluster.Befall(hung, [.. Enumerable.Repeat(Mishap.Silent, 1000)]);
        return hung;
    }

    // Lets so much time pass once all calls have arrived, and cancels them.
    private async Task CutShortAsync(ClientUnderTest under, TimeSpan after, int calls = 1, Func<CancellationToken, Task>? call = null)
    {
        using var cancel = new CancellationTokenSource();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int missing = calls;
        under.Cluster.Heard = (_, _) =>
        {
            if (Interlocked.Decrement(ref missing) == 0)
            {
                arrived.SetResult();
            }
        };
        Task[] begun = [.. Enumerable.Range(0, calls).Select(_ => (call ?? (token => under.Client.RangeAsync("k", cancel: token)))(cancel.Token))];
        await arrived.Task.WaitAsync(test.CancellationToken);
        under.Cluster.Heard = (_, _) => { };
        _time.Advance(after);
        await cancel.CancelAsync();
        foreach (Task one in begun)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => one);
        }
    }
}
