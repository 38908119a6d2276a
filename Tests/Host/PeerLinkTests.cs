using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.ReplicaHost.Tracing;

namespace PaxosWcf.Tests.Host;

/// <summary>The way to another replica carries on, whatever that replica answers.</summary>
[TestClass]
public sealed class PeerLinkTests
{
    private static readonly ReplicaId R1 = new(1);
    private static readonly ReplicaId R2 = new(2);

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task AnswersThatMakeNoSense_AreLost_AndTheNextOnesArrive()
    {
        var answer = await AnswerAsync(new OddAcceptor(oddAnswers: 4), TimeSpan.FromSeconds(5), new Prepare(new Ballot(1, R1), new Slot(1)));
        Assert.IsInstanceOfType<Promise>(answer.Message);
    }

    /// <summary>A call that is given up is made again, and all that it carried is sent and written again: one that carries much gets longer.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task CallWithLargeValues_IsGivenLonger()
    {
        var value = Value.Of([Command.Create(new CommandId(R1, 1, 1), 0, new byte[2 << 20])]);
        var timeout = TimeSpan.FromMilliseconds(400);
        var accept = new Accept(new Ballot(1, R1), [new Proposal(new Slot(1), value)], Slot.None);
        var answer = await AnswerAsync(new SlowAcceptor(2 * timeout), timeout, accept);
        Assert.IsInstanceOfType<Accepted>(answer.Message);
    }

    /// <summary>A link carries the messages of many: its calls belong to none of the requests during which they were made.</summary>
    [TestMethod]
    [DoNotParallelize]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Call_MadeWhileARequestIsServed_IsNoPartOfIt()
    {
        // Others call at the same time: only what hangs below this request counts.
        using var request = new Activity("request").Start();
        var (below, others) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ReplicaActivities.Source.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity =>
            {
                (activity.TraceId == request.TraceId ? below : others).Enqueue(activity.OperationName);
            },
        };
        ActivitySource.AddActivityListener(listener);

        await AnswerAsync(new OddAcceptor(oddAnswers: 0), TimeSpan.FromSeconds(5), new Prepare(new Ballot(1, R1), new Slot(1)));

        Assert.DoesNotContain("call Prepare", below);
        Assert.Contains("call Prepare", others);
    }

    // Sends the message, and again while it is lost, until it is answered.
    private async Task<Envelope> AnswerAsync(IAcceptor acceptor, TimeSpan callTimeout, Message question)
    {
        await using var listener = await SoapListener.StartAsync(
            new SoapListenerSettings { Listen = new Uri("http://127.0.0.1:0") },
            [new SoapEndpoint(typeof(IAcceptor), acceptor, ServicePaths.Acceptor, SoapEncoding.Binary, PublishWsdl: false)],
            NullLoggerFactory.Instance,
            TestContext.CancellationToken);
        var arrived = new TaskCompletionSource<Envelope>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = new CancellationTokenSource();
        using var meter = new Meter("a link");
        await using var link = new PeerLink(
            R1, new OwnIncarnation(Incarnation.First), new OwnPlace(), R2, listener.Address, new LinkSettings("paxoswcf", callTimeout, 1 << 20), e => arrived.TrySetResult(e),
            new ServersComparison("hash", TimeProvider.System, NullLogger.Instance), new LinkFaultLab(1, [2], isOn: false, NullLogger.Instance),
            new ProtocolTrace(1, TimeProvider.System), new WorkMetrics(meter), NullLogger.Instance, stopping.Token);

        for (var sent = 0; sent < 500 && !arrived.Task.IsCompleted; sent++)
        {
            link.Send(new Envelope(R1, R2, question));
            await Task.WhenAny(arrived.Task, Task.Delay(20, TestContext.CancellationToken));
        }

        await Task.WhenAny(arrived.Task, Task.Delay(TimeSpan.FromSeconds(20), TestContext.CancellationToken));
        await stopping.CancelAsync();
        Assert.IsTrue(arrived.Task.IsCompleted, "an answer arrived");
        return await arrived.Task;
    }

    private sealed class SlowAcceptor(TimeSpan delay) : IAcceptor
    {
        public Task<PrepareReply> PrepareAsync(PrepareRequest request) => throw new NotSupportedException();

        public Task<PaxosWcf.Contracts.RecallReply> RecallAsync(RecallRequest request) => throw new NotSupportedException();

        public async Task<AcceptReply> AcceptAsync(AcceptRequest request)
        {
            await Task.Delay(delay);
            return new AcceptReply { Ballot = request.Ballot, Slots = [1] };
        }
    }

    private sealed class OddAcceptor(int oddAnswers) : IAcceptor
    {
        private int _answers;

        public Task<PaxosWcf.Contracts.RecallReply> RecallAsync(RecallRequest request) =>
            Task.FromResult(new PaxosWcf.Contracts.RecallReply { Start = request.Start, Incarnation = 0 });

        public Task<PrepareReply> PrepareAsync(PrepareRequest request) => Task.FromResult(new PrepareReply
        {
            Ballot = Interlocked.Increment(ref _answers) <= oddAnswers ? null! : request.Ballot,
            FromSlot = request.FromSlot,
        });

        public Task<AcceptReply> AcceptAsync(AcceptRequest request) => throw new NotSupportedException();
    }
}
