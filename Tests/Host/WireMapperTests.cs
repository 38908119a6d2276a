using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.ReplicaHost.Wire;
using CatchUpReply = PaxosWcf.Consensus.CatchUpReply;
using HeartbeatReply = PaxosWcf.Consensus.HeartbeatReply;
using ProposeReply = PaxosWcf.Consensus.ProposeReply;
using ReadIndexReply = PaxosWcf.Consensus.ReadIndexReply;
using ReadSnapshotReply = PaxosWcf.Consensus.ReadSnapshotReply;

namespace PaxosWcf.Tests.Host;

/// <summary>Every message comes back from the wire as it went, and nonsense is refused.</summary>
[TestClass]
public sealed class WireMapperTests
{
    private static readonly ReplicaId From = new(3);
    private static readonly Sender Caller = new(From, new Incarnation(5));
    private static readonly MemberPlace Place = new(4, new Uri("http://127.0.0.1:8203/"));
    private static readonly Ballot Ballot = new(7, new ReplicaId(2));
    private static readonly Value Value = Value.Of([Command.Create(new CommandId(From, 2, 17), 16, "payload"u8)]);

    [TestMethod]
    public void Heartbeat_SaysWhereItsSenderIs()
    {
        var heartbeat = new Heartbeat(Ballot, true, 88, new Slot(41));

        var member = WireMapper.ToWire(heartbeat, Caller, Place, "hash");
        Assert.AreEqual((4, "http://127.0.0.1:8203"), (member.Configuration, member.PeerAddress));
        Assert.IsNull(WireMapper.ToWire(heartbeat, Caller, Place with { Peer = null }, "hash").PeerAddress);
    }

    [TestMethod]
    public void Messages_ThereAndBack_AreTheSame()
    {
        AssertSame(new Prepare(Ballot, new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new Accept(Ballot, [new Proposal(new Slot(41), Value), new Proposal(new Slot(42), Value.Noop)], new Slot(40)),
            message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new Learn(Ballot, new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        var told = new Learn(Ballot, new Slot(42)) { From = new Slot(41), Values = [Value, Value.Noop] };
        AssertSame(told, message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new ProposeReply(true, From) { Chosen = told }, message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(new CatchUp(new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new CatchUpReply(new Slot(41), [Value, Value.Noop], new Slot(90)), message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(
            new CatchUpReply(new Slot(41), [], new Slot(90), new Slot(60)), message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(new ReadSnapshot(4, 7), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new ReadSnapshotReply(0, 7, default), message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(new ReadSnapshotReply(4, 7, new byte[] { 1, 2 }), message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(new TakeOver(Ballot, new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new Heartbeat(Ballot, true, 88, new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller, Place, "hash")));
        AssertSame(new HeartbeatReply(88, Ballot, From, new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Incarnation.First, "hash")));
        AssertSame(new HeartbeatReply(88, null, null, Slot.None), message => WireMapper.FromWire(WireMapper.ToWire(message, Incarnation.First, "hash")));
        AssertSame(new Propose([.. Value.Commands]), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new ProposeReply(true, From), message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(
            new ProposeReply(true, From) { Chosen = new Learn(Ballot, new Slot(41)) }, message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(new ProposeReply(false, null), message => WireMapper.FromWire(WireMapper.ToWire(message)));
        AssertSame(new Recall(3, 77), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new PaxosWcf.Consensus.RecallReply(77, null), message => WireMapper.FromWire(WireMapper.ToWire(message, Incarnation.First)));
        AssertSame(
            new PaxosWcf.Consensus.RecallReply(77, new Remembered(From, new Incarnation(8), 3, 76, Ballot with { Configuration = 4 }, new Slot(41))),
            message => WireMapper.FromWire(WireMapper.ToWire(message, Incarnation.First)));
        AssertSame(
            new PaxosWcf.Consensus.RecallReply(77, null) { Promised = Ballot with { Configuration = 4 } }, message => WireMapper.FromWire(WireMapper.ToWire(message, Incarnation.First)));
        AssertSame(new Prepare(Ballot with { Configuration = 4 }, new Slot(41)), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new ReadIndex(5), message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        AssertSame(new ReadIndex(5) { AskerConfirms = true }, message => WireMapper.FromWire(WireMapper.ToWire(message, Caller)));
        foreach (var index in new[]
        {
            new ReadIndexReply(5, new Slot(90), Ballot, new Slot(91), From),
            new ReadIndexReply(5, null, Ballot.None, Slot.None, null),
            new ReadIndexReply(5, null, Ballot.None, Slot.None, From) { Promised = Ballot },
            new ReadIndexReply(5, new Slot(90), Ballot, new Slot(91), From) { AskerConfirms = true, Promised = Ballot },
            new ReadIndexReply(5, new Slot(0), Ballot, new Slot(0), From) { AskerConfirms = true },
        })
        {
            AssertSame(index, message => WireMapper.FromWire(WireMapper.ToWire(message, Incarnation.First)));
        }
    }

    [TestMethod]
    public void AnswersOfTheAcceptor_ThereAndBack_AreTheSame()
    {
        var entry = new AcceptedEntry(new Slot(41), Ballot, Value);
        AssertSame<Message>(new Promise(Ballot, new Slot(41), new Slot(40), [entry], new Slot(42)), Prepared);
        AssertSame<Message>(new Promise(Ballot, new Slot(41), new Slot(40), [], null), Prepared);
        foreach (var before in new Ballot?[] { null, Ballot.None, Ballot with { Configuration = 4 } })
        {
            Assert.AreEqual(before, ((Promise)Prepared(new Promise(Ballot, new Slot(41), new Slot(40), [], null) { PromisedBefore = before })).PromisedBefore);
        }

        AssertSame<Message>(new Rejected(Ballot, new Ballot(9, From)), Prepared);
        AssertSame<Message>(new Accepted(Ballot, [new Slot(41), new Slot(42)]), message => WireMapper.FromWire(WireMapper.ToAcceptReply(message, Incarnation.First)));
        AssertSame<Message>(new Rejected(Ballot, new Ballot(9, From)), message => WireMapper.FromWire(WireMapper.ToAcceptReply(message, Incarnation.First)));

        static Message Prepared(Message message) => WireMapper.FromWire(WireMapper.ToPrepareReply(message, Incarnation.First));
    }

    [TestMethod]
    public void Values_ThereAndBack_KeepTheirBytes()
    {
        var back = WireMapper.FromWire(WireMapper.ToWire(new Accept(Ballot, [new Proposal(new Slot(41), Value)], Slot.None), Caller));

        Assert.AreEqual(Value, back.Proposals[0].Value);
    }

    [TestMethod]
    public void Chunks_ThereAndBack_KeepTheirBytes()
    {
        var back = WireMapper.FromWire(WireMapper.ToWire(new ReadSnapshotReply(4, 7, new byte[] { 0, 1, 2 }.AsMemory(1))));

        Assert.AreSequenceEqual(new byte[] { 1, 2 }, back.Bytes.ToArray());
    }

    /// <summary>A replica of before does not truncate its log, and says nothing of it.</summary>
    [TestMethod]
    public void CatchUpReply_WithoutTruncatedThrough_IsOfALogThatIsWhole() => Assert.AreEqual(
        Slot.None, WireMapper.FromWire(new PaxosWcf.Contracts.CatchUpReply { FromSlot = 41, Values = [], LearnedThrough = 40 }).TruncatedThrough);

    [TestMethod]
    public void Nonsense_IsRefused()
    {
        var ballot = new BallotData { Round = 7, Proposer = 2 };
        Assert.ThrowsExactly<WireException>(() => WireMapper.FromWire(
            new AcceptRequest { From = 1, Ballot = ballot, Slots = [41, 42], Values = [[1]], ChosenThrough = 0 }));
        Assert.ThrowsExactly<WireException>(() => WireMapper.FromWire(
            new AcceptRequest { From = 1, Ballot = ballot, Slots = [41], Values = [[9, 9]], ChosenThrough = 0 }));
        Assert.ThrowsExactly<WireException>(() => WireMapper.FromWire(
            new AcceptRequest { From = 1, Ballot = ballot, Slots = [0], Values = [Value.Noop.Bytes.ToArray()], ChosenThrough = 0 }));
        Assert.ThrowsExactly<WireException>(() => WireMapper.FromWire(new ProposeRequest { From = 1, Commands = [[1, 2, 3]] }));
        Assert.ThrowsExactly<WireException>(() => WireMapper.FromWire(
            new PrepareRequest { From = 1, Ballot = new BallotData { Round = -1, Proposer = 2 }, FromSlot = 1 }));
    }

    [TestMethod]
    public void Recall_NamesItsStarts_AsManyAsTheLimitAndNoMore()
    {
        NamedStart[] starts = [.. Enumerable.Range(1, Recall.StartsMax + 1).Select(boot => new NamedStart(boot, -boot))];
        var most = new Recall(3, 77) { Starts = starts[..Recall.StartsMax] };
        Assert.AreSequenceEqual(most.Starts, WireMapper.FromWire(WireMapper.ToWire(most, Caller)).Starts);
        var refused = Assert.ThrowsExactly<WireException>(() => WireMapper.FromWire(WireMapper.ToWire(most with { Starts = starts }, Caller)));
        Assert.Contains("64 starts at most", refused.Message);
    }

    [TestMethod]
    public void Recall_OfAHostThatDoesNotTellItsStarts_HasNone() =>
        Assert.IsEmpty(WireMapper.FromWire(new RecallRequest { From = 1, Incarnation = 0, Boot = 3, Start = 77 }).Starts);

    private static void AssertSame<T>(T message, Func<T, Message> thereAndBack)
        where T : Message => Assert.AreEqual(message.ToString(), thereAndBack(message).ToString());
}
