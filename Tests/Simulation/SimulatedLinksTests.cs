using PaxosWcf.Consensus;
using PaxosWcf.Simulator;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Simulation;

/// <summary>What waits for a peer in the simulator is merged as the host merges it, and what leaves is held against the rules.</summary>
[TestClass]
public sealed class SimulatedLinksTests
{
    private readonly VirtualTime _time = new();
    private readonly List<Message> _carried = [];
    private readonly List<Action<bool>> _calls = [];
    private readonly SimulatedLinks _links;

    public SimulatedLinksTests() => _links = new SimulatedLinks(_time, new Random(1), bytesMax: 10_000, (envelope, arrived) =>
    {
        _carried.Add(envelope.Message);
        _calls.Add(arrived);
    });

    [TestMethod]
    public void Accepts_ThatWaitForACall_LeaveAsOne_WithWhatIsChosen()
    {
        Send(Accept(1));
        Send(Accept(2));
        Send(Accept(3));
        Send(new Learn(Ballot(1, 1), Slot(1)));
        Assert.HasCount(1, _carried, "a call is under way");

        _calls[0](true);
        RunOut();

        var merged = Assert.IsInstanceOfType<Accept>(_carried[1]);
        Assert.AreSequenceEqual([Slot(2), Slot(3)], [.. merged.Proposals.Select(proposal => proposal.Slot)]);
        Assert.AreEqual(Slot(1), merged.ChosenThrough);
        Assert.HasCount(2, _carried);
        Assert.AreEqual(2, _links.Merged);
    }

    [TestMethod]
    public void Lanes_AndPeers_DoNotWaitForEachOther()
    {
        Send(Accept(1));
        Send(new CatchUp(Slot(1)));
        _links.Send(new Envelope(R1, R3, Accept(1)), diskTime: 0);

        Assert.HasCount(3, _carried);
    }

    [TestMethod]
    public void Call_ThatIsNeverAnswered_IsGivenUp_AndTheNextIsMade()
    {
        Send(Accept(1));
        Send(Accept(2));

        RunOut();

        Assert.HasCount(2, _carried);
        Assert.AreEqual(2 * 40 * VirtualTime.Tick, _time.Now, "both calls were given up");
    }

    [TestMethod]
    public void Call_WhereAnswersEndCalls_IsOverWithItsAnswer()
    {
        var (links, asked) = LinksWhereAnswersEndCalls();
        links.Send(new Envelope(R1, R2, Accept(1)), diskTime: 0);
        links.Send(new Envelope(R1, R2, Accept(2)), diskTime: 0);
        Assert.HasCount(1, asked, "the question arrived, and that does not end its call");

        links.OnAnswered(asked[0].Call, arrived: true);

        Assert.HasCount(2, asked);
    }

    /// <summary>As in the host, where nothing is heard of it.</summary>
    [TestMethod]
    public void Call_OfWhoseAnswerNothingIsOnItsWay_IsGivenUpSooner()
    {
        var (links, asked) = LinksWhereAnswersEndCalls();
        links.Send(new Envelope(R1, R2, new CatchUp(Slot(1))), diskTime: 0);
        links.Send(new Envelope(R1, R2, new CatchUp(Slot(2))), diskTime: 0);

        RunUntil(() => asked.Count == 2);

        Assert.AreEqual(80 * VirtualTime.Tick, _time.Now);
    }

    [TestMethod]
    public void Call_WhoseAnswerIsOnItsWay_MayTakeAsLongAsItIsLarge()
    {
        var (links, asked) = LinksWhereAnswersEndCalls();
        links.Send(new Envelope(R1, R2, new CatchUp(Slot(1))), diskTime: 0);
        links.Send(new Envelope(R1, R2, new CatchUp(Slot(2))), diskTime: 0);

        links.OnAnswering(asked[0].Call);
        RunUntil(() => asked.Count == 2);

        Assert.AreEqual(SimulatedLinks.PatienceMax, _time.Now);
    }

    [TestMethod]
    public void Process_ThatEnds_LosesWhatWaits()
    {
        Send(Accept(1));
        Send(Accept(2));
        _links.Send(new Envelope(R1, R2, Accept(3)), diskTime: 5);
        _links.OnEnded(R1);
        Send(Accept(4));

        RunOut();

        Assert.AreSequenceEqual([Slot(1), Slot(4)], [.. _carried.Cast<Accept>().Select(accept => accept.Proposals.Single().Slot)]);
    }

    /// <summary>Were two proposals mixed up while they wait, nobody would have sent what leaves.</summary>
    [TestMethod]
    public void Message_ThatLeavesWithAnotherValueThanWasProposed_EndsTheRun()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3, new ClusterOptions { MergesMessages = true });
        var ballot = Ballot(100, 1);
        cluster.Network.Send(new Envelope(R1, R2, new Accept(ballot, [Proposal(50, "a")], Slot(0))), diskTime: 0);
        cluster.Network.Send(new Envelope(R1, R2, new Accept(ballot, [Proposal(50, "b")], Slot(0))), diskTime: 0);

        var failure = Assert.ThrowsExactly<SimulationException>(() => cluster.RunTicks(100));

        Assert.Contains("proposes both", failure.What);
    }

    private (SimulatedLinks Links, List<Envelope> Asked) LinksWhereAnswersEndCalls()
    {
        var asked = new List<Envelope>();
        var links = new SimulatedLinks(_time, new Random(1), bytesMax: 10_000, (envelope, arrived) =>
        {
            asked.Add(envelope);
            arrived(true);
        })
        {
            AnswersEndCalls = true,
        };
        return (links, asked);
    }

    private void RunUntil(Func<bool> isOver)
    {
        while (!isOver())
        {
            Assert.IsTrue(_time.Step());
        }
    }

    private static Accept Accept(long slot) => new(Ballot(1, 1), [Proposal(slot, $"v{slot}")], Slot(0));

    private void Send(Message message) => _links.Send(new Envelope(R1, R2, message), diskTime: 0);

    private void RunOut()
    {
        while (_time.Step())
        {
        }
    }
}
