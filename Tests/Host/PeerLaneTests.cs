using PaxosWcf.Consensus;
using PaxosWcf.ReplicaHost.Links;

namespace PaxosWcf.Tests.Host;

/// <summary>What waits on the way to a peer leaves when the call before it is over.</summary>
[TestClass]
public sealed class PeerLaneTests
{
    private static readonly ReplicaId R1 = new(1);
    private static readonly Ballot Ballot = new(7, R1);
    private static readonly Value Value = Value.Of([Command.Create(new CommandId(R1, 1, 1), 0, new byte[100])]);

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Lane_GathersWhileACallIsUnderWay()
    {
        using var stopping = new CancellationTokenSource();
        var calls = System.Threading.Channels.Channel.CreateUnbounded<Message>();
        var gate = new TaskCompletionSource();
        using var lane = new PeerLane(new LaneRules(QueueMax: 10, CallsMax: 1, Merging.Votes(10_000)), message => CallAsync(message), _ => { }, stopping.Token);

        lane.Send(AcceptOf(Ballot, 1, 0));
        var first = (Accept)await calls.Reader.ReadAsync(stopping.Token);
        lane.Send(AcceptOf(Ballot, 2, 0));
        lane.Send(AcceptOf(Ballot, 3, 0));
        gate.SetResult();
        var second = (Accept)await calls.Reader.ReadAsync(stopping.Token);
        await stopping.CancelAsync();
        await lane.Completion;

        Assert.HasCount(1, first.Proposals);
        Assert.HasCount(2, second.Proposals);

        async Task<Envelope?> CallAsync(Message message)
        {
            await calls.Writer.WriteAsync(message, TestContext.CancellationToken);
            await gate.Task.WaitAsync(TestContext.CancellationToken);
            return null;
        }
    }

    [TestMethod]
    public async Task Lane_ThatIsFull_LosesItsOldest()
    {
        using var stopping = new CancellationTokenSource();
        var called = System.Threading.Channels.Channel.CreateUnbounded<Message>();
        var gate = new TaskCompletionSource();
        using var lane = new PeerLane(new LaneRules(QueueMax: 2, CallsMax: 1, (_, _) => null), message => CallAsync(message), _ => { }, stopping.Token);
        lane.Send(new ReadIndex(1));
        await called.Reader.ReadAsync(stopping.Token);

        lane.Send(new ReadIndex(2));
        lane.Send(new ReadIndex(3));
        lane.Send(new ReadIndex(4));
        gate.SetResult();

        Assert.AreEqual(new ReadIndex(3), await called.Reader.ReadAsync(stopping.Token));
        Assert.AreEqual(new ReadIndex(4), await called.Reader.ReadAsync(stopping.Token));
        await stopping.CancelAsync();
        await lane.Completion;

        async Task<Envelope?> CallAsync(Message message)
        {
            await called.Writer.WriteAsync(message, TestContext.CancellationToken);
            await gate.Task.WaitAsync(TestContext.CancellationToken);
            return null;
        }
    }

    /// <summary>Whoever hears it may be the replica's loop, which says at once what comes of it and then waits for its disk.</summary>
    [TestMethod]
    public void Answer_IsHeard_WhenTheWayIsFreeForWhatComesOfIt()
    {
        using var stopping = new CancellationTokenSource();
        var called = new List<Message>();
        var answers = new Queue<TaskCompletionSource<Envelope?>>([new(), new()]);
        var (first, second) = (answers.First(), answers.Last());
        PeerLane? lane = null;
        var calledWhileHeard = 0;
        using var made = lane = new PeerLane(
            new LaneRules(QueueMax: 2, CallsMax: 1, (_, _) => null),
            message =>
            {
                called.Add(message);
                return answers.Dequeue().Task;
            },
            _ =>
            {
                lane!.Send(new ReadIndex(2));
                calledWhileHeard = called.Count;
            },
            stopping.Token);
        lane.Send(new ReadIndex(1));

        first.SetResult(Answer());

        Assert.AreEqual(2, calledWhileHeard);
        second.SetResult(null);
    }

    [TestMethod]
    public void Message_ThatWaits_Leaves_BeforeTheAnswerIsHeard()
    {
        using var stopping = new CancellationTokenSource();
        var seen = new List<string>();
        var answers = new Queue<TaskCompletionSource<Envelope?>>([new(), new()]);
        var (first, second) = (answers.First(), answers.Last());
        using var lane = new PeerLane(
            new LaneRules(QueueMax: 2, CallsMax: 1, (_, _) => null),
            message =>
            {
                seen.Add($"calls {message}");
                return answers.Dequeue().Task;
            },
            answer => seen.Add($"hears {answer.Call}"),
            stopping.Token);
        lane.Send(new ReadIndex(1));
        lane.Send(new ReadIndex(2));

        first.SetResult(Answer());
        second.SetResult(null);

        Assert.AreSequenceEqual([$"calls {new ReadIndex(1)}", $"calls {new ReadIndex(2)}", "hears 9"], seen);
    }

    private static Envelope Answer() => new(new ReplicaId(2), R1, new Accepted(Ballot, []), Call: 9);

    private static Accept AcceptOf(Ballot ballot, long slot, long chosen) =>
        new(ballot, [new Proposal(new Slot(slot), Value)], new Slot(chosen));
}
