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
        using var lane = new PeerLane(new LaneRules(QueueMax: 10, CallsMax: 1, Merging.Votes(10_000)), message => CallAsync(message), stopping.Token);

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

        async Task CallAsync(Message message)
        {
            await calls.Writer.WriteAsync(message, TestContext.CancellationToken);
            await gate.Task.WaitAsync(TestContext.CancellationToken);
        }
    }

    [TestMethod]
    public async Task Lane_ThatIsFull_LosesItsOldest()
    {
        using var stopping = new CancellationTokenSource();
        var called = System.Threading.Channels.Channel.CreateUnbounded<Message>();
        var gate = new TaskCompletionSource();
        using var lane = new PeerLane(new LaneRules(QueueMax: 2, CallsMax: 1, (_, _) => null), message => CallAsync(message), stopping.Token);
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

        async Task CallAsync(Message message)
        {
            await called.Writer.WriteAsync(message, TestContext.CancellationToken);
            await gate.Task.WaitAsync(TestContext.CancellationToken);
        }
    }

    private static Accept AcceptOf(Ballot ballot, long slot, long chosen) =>
        new(ballot, [new Proposal(new Slot(slot), Value)], new Slot(chosen));
}
