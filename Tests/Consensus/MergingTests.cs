using PaxosWcf.Consensus;

namespace PaxosWcf.Tests.Consensus;

/// <summary>What waits for the same call to a peer leaves together, and what must not be mixed stays apart.</summary>
[TestClass]
public sealed class MergingTests
{
    private static readonly ReplicaId R1 = new(1);
    private static readonly Ballot Ballot = new(7, R1);
    private static readonly Value Value = Value.Of([Command.Create(new CommandId(R1, 1, 1), 0, new byte[100])]);

    [TestMethod]
    public void Accepts_OfOneBallot_GoTogether_InOrder()
    {
        var merged = Merging.Votes(bytesMax: 10_000)(AcceptOf(Ballot, 41, chosen: 39), AcceptOf(Ballot, 42, chosen: 40));

        var accept = Assert.IsInstanceOfType<Accept>(merged);
        Assert.AreSequenceEqual(new[] { new Slot(41), new Slot(42) }, accept.Proposals.Select(proposal => proposal.Slot));
        Assert.AreEqual(new Slot(40), accept.ChosenThrough);
    }

    [TestMethod]
    public void Accepts_OfTwoBallots_StayApart() =>
        Assert.IsNull(Merging.Votes(bytesMax: 10_000)(AcceptOf(Ballot, 41, 0), AcceptOf(Ballot.Above(R1), 42, 0)));

    [TestMethod]
    public void Accepts_BeyondTheSize_StayApart()
    {
        var bytes = Value.Bytes.Length;

        Assert.IsNotNull(Merging.Votes(2 * bytes)(AcceptOf(Ballot, 41, 0), AcceptOf(Ballot, 42, 0)));
        Assert.IsNull(Merging.Votes((2 * bytes) - 1)(AcceptOf(Ballot, 41, 0), AcceptOf(Ballot, 42, 0)));
    }

    /// <summary>What is told of the members is heard within two heartbeats, however many of those that only confirm reads come behind it.</summary>
    [TestMethod]
    public void Heartbeats_TheLastCounts_WithWhatTheOneBeforeToldOfTheMembers()
    {
        var told = new Remembered(R1, Incarnation.First, 1, 11, Ballot, new Slot(9));
        var first = new Heartbeat(Ballot, Leading: true, 4, new Slot(7)) { Roll = [told] };

        var merged = Assert.IsInstanceOfType<Heartbeat>(Merging.Heartbeats(first, new Heartbeat(Ballot, Leading: true, 5, new Slot(8))));
        Assert.AreEqual((5L, new Slot(8), told), (merged.Round, merged.ChosenThrough, merged.Roll.Single()));

        foreach (var other in new[] { new Heartbeat(Ballot.Above(R1), Leading: true, 5, new Slot(8)), new Heartbeat(Ballot, Leading: false, 5, new Slot(8)) })
        {
            Assert.AreSame(other, Merging.Heartbeats(first, other));
        }

        var later = first with { Roll = [told with { HeldThrough = new Slot(10) }] };
        Assert.AreSame(later, Merging.Heartbeats(first, later));
    }

    [TestMethod]
    public void Prepare_GoesAlone()
    {
        Assert.IsNull(Merging.Votes(10_000)(new Prepare(Ballot, new Slot(1)), AcceptOf(Ballot, 1, 0)));
        Assert.IsNull(Merging.Votes(10_000)(AcceptOf(Ballot, 1, 0), new Prepare(Ballot, new Slot(1))));
    }

    [TestMethod]
    public void Learns_WithoutValues_OnlyTheHigherBallotCounts()
    {
        var older = new Learn(Ballot, new Slot(90));
        var newer = new Learn(Ballot.Above(R1), new Slot(41));

        Assert.AreEqual(newer, Merging.Told(10_000)(older, newer));
        Assert.AreEqual(newer, Merging.Told(10_000)(newer, older));
    }

    [TestMethod]
    public void Learns_WhoseValuesFollowEachOther_GoTogether_WithinTheSize()
    {
        var bytes = Value.Bytes.Length;
        var first = Told(from: 41, through: 41);
        var second = Told(from: 42, through: 43);

        var merged = Assert.IsInstanceOfType<Learn>(Merging.Told(2 * bytes)(first, second));
        Assert.AreEqual(new Slot(41), merged.From);
        Assert.HasCount(2, merged.Values);
        Assert.AreEqual(new Slot(43), merged.ChosenThrough);
        Assert.IsNull(Merging.Told((2 * bytes) - 1)(first, second), "too large");
        Assert.IsNull(Merging.Told(10_000)(first, Told(from: 43, through: 43)), "a gap");
        Assert.IsNull(Merging.Told(10_000)(first, second with { Ballot = Ballot.Above(R1) }), "another leader");
    }

    /// <summary>What brings values is never dropped for what brings none.</summary>
    [TestMethod]
    public void Learns_OneWithValues_KeepsThem()
    {
        var values = Told(from: 41, through: 41);

        Assert.AreEqual(values with { ChosenThrough = new Slot(50) }, Merging.Told(10_000)(values, new Learn(Ballot, new Slot(50))));
        Assert.AreEqual(values, Merging.Told(10_000)(new Learn(Ballot, new Slot(40)), values));
        Assert.IsNull(Merging.Ride(AcceptOf(Ballot, 50, chosen: 40), values), "an Accept has no place for them");
    }

    [TestMethod]
    public void Lane_WhereAnAcceptWaits_TakesALearnOfItsBallotAlong()
    {
        var lane = new WaitingMessages(Lanes.RulesOf(Lane.Votes, bytesMax: 10_000));
        Assert.IsFalse(lane.TryRide(new Learn(Ballot, new Slot(7))), "nothing waits");
        lane.Add(AcceptOf(Ballot, 8, 3));

        Assert.IsFalse(lane.TryRide(new Learn(Ballot.Above(R1), new Slot(9))), "another ballot");
        Assert.IsTrue(lane.TryRide(new Learn(Ballot, new Slot(7))));

        Assert.AreEqual(new Slot(7), ((Accept)lane.Take()!).ChosenThrough);
    }

    [TestMethod]
    public void Lane_GathersWhileACallIsUnderWay_AndHasSoManyTurnsAtOnce()
    {
        var votes = new WaitingMessages(Lanes.RulesOf(Lane.Votes, bytesMax: 10_000));
        Assert.IsTrue(votes.Add(AcceptOf(Ballot, 1, 0)));
        Assert.HasCount(1, ((Accept)votes.Take()!).Proposals);
        Assert.IsFalse(votes.Add(AcceptOf(Ballot, 2, 0)), "a call is under way");
        Assert.IsFalse(votes.Add(AcceptOf(Ballot, 3, 0)));

        Assert.HasCount(2, ((Accept)votes.Take()!).Proposals);

        Assert.IsFalse(votes.IsIdle);
        Assert.IsNull(votes.Take());
        Assert.IsTrue(votes.IsIdle);
        Assert.IsTrue(votes.Add(AcceptOf(Ballot, 4, 0)), "the turn was over");
        var heartbeats = new WaitingMessages(Lanes.RulesOf(Lane.Heartbeats, bytesMax: 10_000));
        bool[] turns = [.. Enumerable.Range(1, 3).Select(round => heartbeats.Add(new Heartbeat(Ballot, Leading: true, round, Slot.None)))];
        Assert.AreSequenceEqual([true, true, false], turns);
    }

    /// <summary>On a slow link what is sent again would else be all that leaves: it waits behind itself, again and again.</summary>
    [TestMethod]
    public void Lane_ToldTheSameAgain_SaysItOnce()
    {
        var lane = new WaitingMessages(Lanes.RulesOf(Lane.Votes, bytesMax: 10_000));
        lane.Add(AcceptOf(Ballot, 1, 0));
        Assert.HasCount(1, ((Accept)lane.Take()!).Proposals);
        lane.Add(AcceptOf(Ballot, 2, 0));

        lane.Add(new Accept(Ballot, [new Proposal(new Slot(1), Value), new Proposal(new Slot(2), Value), new Proposal(new Slot(3), Value)], Slot.None));
        lane.Add(AcceptOf(Ballot, 1, 0));
        lane.Add(AcceptOf(Ballot, 3, 0));

        Assert.AreSequenceEqual(new[] { new Slot(2), new Slot(3) }, ((Accept)lane.Take()!).Proposals.Select(proposal => proposal.Slot));
        Assert.IsNull(lane.Take());
        Assert.IsTrue(lane.Add(AcceptOf(Ballot, 1, 0)), "the call that had it is over, and may have been lost");
        Assert.IsNotNull(lane.Take());
        lane.Add(AcceptOf(Ballot.Above(R1), 1, 0));
        Assert.AreEqual(Ballot.Above(R1), ((Accept)lane.Take()!).Ballot, "under another ballot it is something else");
    }

    [TestMethod]
    public void Lane_ToldCommandsAgain_SaysThemOnce()
    {
        var lane = new WaitingMessages(Lanes.RulesOf(Lane.Proposals, bytesMax: 10_000));
        Command[] commands = [.. Enumerable.Range(1, 3).Select(number => Command.Create(new CommandId(R1, 1, number), 0, new byte[10]))];
        lane.Add(new Propose([commands[0]]));
        _ = lane.Take();
        lane.Add(new Propose([commands[1]]));

        lane.Add(new Propose(commands));

        Assert.AreSequenceEqual([2L, 3L], ((Propose)lane.Take()!).Commands.Select(command => command.Id.Number));
        Assert.IsNull(lane.Take());
    }

    /// <summary>Whoever asks under a higher ballot gets nothing chosen any more under the lower one.</summary>
    [TestMethod]
    public void Lane_ToldOfAHigherBallot_DropsWhatWaitsUnderALowerOne()
    {
        foreach (var next in new Message[] { new Prepare(Ballot.Above(R1), new Slot(1)), AcceptOf(Ballot.Above(R1), 9, 0) })
        {
            var lane = new WaitingMessages(Lanes.RulesOf(Lane.Votes, bytesMax: 10_000));
            lane.Add(AcceptOf(Ballot, 1, 0));
            _ = lane.Take();
            lane.Add(AcceptOf(Ballot, 2, 0));
            lane.Add(new Prepare(Ballot, new Slot(1)));

            lane.Add(next);

            Assert.AreSame(next, lane.Take());
            Assert.IsNull(lane.Take());
        }
    }

    /// <summary>A campaign asks again after some ticks, and for the next page of a report: over a slow link each Prepare that waits behind the same one brings a page once more, and the next comes so much later.</summary>
    [TestMethod]
    public void Lane_ToldTheSameQuestionAgain_AsksItOnce()
    {
        foreach (var (kind, one, next) in new (Lane, Message, Message)[]
        {
            (Lane.Votes, new Prepare(Ballot, new Slot(1)), new Prepare(Ballot, new Slot(9))),
            (Lane.CatchUps, new CatchUp(new Slot(1)), new CatchUp(new Slot(9))),
        })
        {
            var lane = new WaitingMessages(Lanes.RulesOf(kind, bytesMax: 10_000));
            lane.Add(one);
            Assert.AreSame(one, lane.Take());
            lane.Add(one with { });
            lane.Add(next);
            lane.Add(next with { });

            Assert.AreSame(next, lane.Take());
            Assert.IsNull(lane.Take());
        }
    }

    [TestMethod]
    public void Lane_ThatIsFull_LosesItsOldest()
    {
        var lane = new WaitingMessages(new LaneRules(QueueMax: 2, CallsMax: 1, (_, _) => null));
        for (var round = 1; round <= 3; round++)
        {
            lane.Add(new ReadIndex(round));
        }

        Assert.AreEqual(new ReadIndex(2), lane.Take());
        Assert.AreEqual(new ReadIndex(3), lane.Take());
    }

    private static Learn Told(long from, long through) => new(Ballot, new Slot(through)) { From = new Slot(from), Values = [Value] };

    private static Accept AcceptOf(Ballot ballot, long slot, long chosen) =>
        new(ballot, [new Proposal(new Slot(slot), Value)], new Slot(chosen));
}
