using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Calls that are given up, or whose client is disposed under them, end; and none needs the thread that it was begun on.</summary>
[TestClass]
public sealed class CancellationTests(TestContext test)
{
    private const int Patience = 60_000;

    /// <summary>Whoever has to know can resolve it.</summary>
    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Put_GivenUpUnderWay_EndsWithItsIdentityAndTheCallersToken()
    {
        var channel = new HeldChannel();
        var client = new PaxosKeyValueClient(FakeCluster.Options(), new OneChannel(channel), TimeProvider.System, new Random(1));
        using var giveUp = new CancellationTokenSource();
        Task<StoreAnswer<PutReply>> put = client.PutAsync("1", [], giveUp.Token);
        Assert.AreEqual("put 1", await channel.NextAsync());

        await giveUp.CancelAsync();

        var canceled = await Assert.ThrowsExactlyAsync<MutationCanceledException>(() => put);
        Assert.AreEqual(giveUp.Token, canceled.CancellationToken);
        Assert.AreEqual(1, canceled.Sequence);
        Assert.AreNotEqual("", canceled.Session);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Get_GivenUp_EndsWithTheCallersToken()
    {
        var channel = new HeldChannel();
        var client = new PaxosKeyValueClient(FakeCluster.Options(), new OneChannel(channel), TimeProvider.System, new Random(1));
        using var giveUp = new CancellationTokenSource();
        Task<StoreAnswer<GetReply>> get = client.GetAsync("1", cancel: giveUp.Token);
        _ = await channel.NextAsync();

        await giveUp.CancelAsync();

        var canceled = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => get);
        Assert.AreEqual(giveUp.Token, canceled.CancellationToken);
    }

    /// <summary>All wait for the session that the first one opens.</summary>
    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Dispose_WhileTheSessionIsOpened_EndsAllThatWaitForIt()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var client = new PaxosKeyValueClient(new PaxosClientOptions
        {
            Replicas = new Dictionary<int, Uri> { [1] = new($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}") },
            OperationTimeout = TimeSpan.FromSeconds(3),
            MembersInterval = TimeSpan.Zero,
        });
        Task<StoreAnswer<PutReply>>[] puts = [.. Enumerable.Range(0, 4).Select(n => client.PutAsync($"k{n}", [], test.CancellationToken))];
        using TcpClient connection = await silent.AcceptTcpClientAsync(test.CancellationToken);

        await client.DisposeAsync();

        foreach (Task<StoreAnswer<PutReply>> put in puts)
        {
            _ = await Assert.ThrowsAsync<Exception>(() => put.WaitAsync(test.CancellationToken));
            Assert.IsTrue(put.IsFaulted, "ended by itself");
        }
    }

    /// <summary>As on the thread of a user interface that waits for its own answer.</summary>
    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Call_WhoseThreadIsWaitingForIt_Ends()
    {
        using var thread = new OneThread();
        var client = new PaxosKeyValueClient(FakeCluster.Options(), new FakeCluster { KeepsChannels = true }, TimeProvider.System, new Random(1));

        Task<StoreAnswer<PutReply>>[] puts = await thread.RunAsync(() =>
        {
            // Several at once, so that they share messages: whoever ends one sends the next.
            Task<StoreAnswer<PutReply>>[] begun = [.. Enumerable.Range(0, 8).Select(n => client.PutAsync($"k{n}", [], test.CancellationToken))];
            ((IAsyncResult)Task.WhenAll(begun)).AsyncWaitHandle.WaitOne();
            return begun;
        }).WaitAsync(test.CancellationToken);

        Assert.AreEqual(8, (await Task.WhenAll(puts)).Max(put => put.Reply.Revision));
    }

    /// <summary>A synchronization context of one thread.</summary>
    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Run, object? State)> _posted = [];
        private readonly Thread _thread;

        public OneThread()
        {
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

        public Task<T> RunAsync<T>(Func<T> call)
        {
            var end = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            Post(_ => end.SetResult(call()), null);
            return end.Task;
        }

        public void Dispose()
        {
            _posted.CompleteAdding();
            _thread.Join();
            _posted.Dispose();
        }

        private void Run()
        {
            SetSynchronizationContext(this);
            foreach ((SendOrPostCallback run, object? state) in _posted.GetConsumingEnumerable())
            {
                run(state);
            }
        }
    }
}
