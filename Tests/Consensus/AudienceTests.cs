using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>What a leader tells those whom it did not ask, when, and over which call.</summary>
[TestClass]
public sealed class AudienceTests
{
    private static readonly Ballot Own = Ballot(2, 1);
    private readonly Effects _effects = new();

    /// <summary>Whoever was asked has the value; whoever was not gets it.</summary>
    [TestMethod]
    public void Waiting_NotAsked_IsToldTheValue_Asked_IsToldTheSlotAlone()
    {
        var audience = Open();
        Choose(audience, 1, "a", origin: 2);
        Choose(audience, 2, "b", origin: 4);
        audience.TellThoseWaiting(Own, Slot(2), [], _effects);

        Assert.AreSequenceEqual([R2, R4], _effects.Sends.Select(envelope => envelope.To));
        var asked = (Learn)_effects.Sends[0].Message;
        var notAsked = (Learn)_effects.Sends[1].Message;
        Assert.IsEmpty(asked.Values);
        Assert.AreEqual(Slot(1), notAsked.From);
        Assert.HasCount(2, notAsked.Values);
        Assert.AreEqual(Slot(2), notAsked.ChosenThrough);
    }

    [TestMethod]
    public void Waiting_AskedAndAnAcceptGoesAlong_IsToldByThat()
    {
        var audience = Open();
        Choose(audience, 1, "a", origin: 2);
        audience.TellThoseWaiting(Own, Slot(1), [R1, R2, R3], _effects);

        Assert.IsEmpty(_effects.Sends);
    }

    /// <summary>The answer to the call that brought the command says that it is chosen, and brings the value.</summary>
    [TestMethod]
    public void Waiting_WithACallHeld_IsToldOverIt()
    {
        var audience = Open();
        var propose = new Envelope(R4, R1, new Propose([]), Call: 9);
        audience.Hold(propose, _effects);
        Assert.IsEmpty(_effects.Sends);
        Choose(audience, 1, "a", origin: 4);
        audience.TellThoseWaiting(Own, Slot(1), [R1, R2, R3], _effects);

        Assert.HasCount(1, _effects.Sends);
        Assert.AreEqual(9, _effects.Sends[0].Call);
        var reply = (ProposeReply)_effects.Sends[0].Message;
        Assert.IsTrue(reply.Taken);
        Assert.AreEqual(Slot(1), reply.Chosen?.From);
        Assert.HasCount(1, reply.Chosen!.Values);
    }

    [TestMethod]
    public void Held_ForTheTicksAllowed_IsAnswered()
    {
        var audience = Open();
        audience.Hold(new Envelope(R4, R1, new Propose([]), Call: 9), _effects);
        for (var tick = 1; tick < Options.HoldTicks; tick++)
        {
            audience.Tick(_effects);
        }

        Assert.IsEmpty(_effects.Sends);
        audience.Tick(_effects);
        Assert.AreEqual(new ProposeReply(Taken: true, R1), _effects.Sends.Single().Message);
        audience.ReleaseAll(_effects);
        Assert.HasCount(1, _effects.Sends, "a call is answered once");
    }

    /// <summary>No call stays open for ever, whoever repeats itself and however the leadership ends.</summary>
    [TestMethod]
    public void Held_AnotherComes_OrTheLeadershipEnds_IsAnswered()
    {
        var audience = Open();
        audience.Hold(new Envelope(R4, R1, new Propose([]), Call: 9), _effects);
        audience.Hold(new Envelope(R4, R1, new Propose([]), Call: 10), _effects);
        Assert.AreEqual(9, _effects.Sends.Single().Call);
        audience.ReleaseAll(_effects);
        Assert.AreSequenceEqual([9L, 10L], _effects.Sends.Select(envelope => envelope.Call));
    }

    /// <summary>A stranger's call is not kept: nothing would ever answer it.</summary>
    [TestMethod]
    public void Held_OfOneThatIsNoMember_IsAnsweredAtOnce()
    {
        Open().Hold(new Envelope(new ReplicaId(9), R1, new Propose([]), Call: 9), _effects);
        Assert.AreEqual(9, _effects.Sends.Single().Call);
    }

    /// <summary>The limit on what is kept for those that wait for nothing.</summary>
    [TestMethod]
    public void NotWaiting_AtUntoldSlotsMax_IsTold_AndNothingIsKept()
    {
        var audience = Open();
        for (var slot = 1; slot < Options.UntoldSlotsMax; slot++)
        {
            Choose(audience, slot, "a", origin: 1);
            audience.TellThoseWaiting(Own, Slot(slot), [], _effects);
        }

        Assert.IsEmpty(_effects.Sends);
        Assert.AreEqual(Options.UntoldSlotsMax - 1, audience.Kept);
        Choose(audience, Options.UntoldSlotsMax, "a", origin: 1);
        audience.TellThoseWaiting(Own, Slot(Options.UntoldSlotsMax), [], _effects);

        Assert.AreSequenceEqual([R4, R5], _effects.Sends.Select(envelope => envelope.To));
        Assert.HasCount(Options.UntoldSlotsMax, ((Learn)_effects.Sends[0].Message).Values);
        Assert.AreEqual(0, audience.Kept);
    }

    [TestMethod]
    public void NotWaiting_AtBatchBytesMax_IsTold()
    {
        var audience = Open(Options with { BatchBytesMax = 2 * Value("a").Bytes.Length });
        Choose(audience, 1, "a", origin: 1);
        audience.TellThoseWaiting(Own, Slot(1), [], _effects);
        Assert.IsEmpty(_effects.Sends);
        Choose(audience, 2, "a", origin: 1);
        audience.TellThoseWaiting(Own, Slot(2), [], _effects);
        Assert.AreSequenceEqual([R4, R5], _effects.Sends.Select(envelope => envelope.To));
    }

    [TestMethod]
    public void Message_AtBytesMax_IsCut()
    {
        var audience = Open(Options with { MessageBytesMax = 2 * Value("a").Bytes.Length });
        for (var slot = 1; slot <= 3; slot++)
        {
            Choose(audience, slot, "a", origin: 1);
        }

        audience.TellAll(Own, Slot(3), _effects);
        var told = _effects.Sends.Where(envelope => envelope.To == R4).All<Learn>().ToList();
        Assert.AreSequenceEqual([2, 1], told.Select(learn => learn.Values.Count));
        Assert.AreSequenceEqual([Slot(1), Slot(3)], told.Select(learn => learn.From));
    }

    /// <summary>A read at a replica that was not told yet would wait for the next heartbeat.</summary>
    [TestMethod]
    public void Reader_NotToldYet_IsTold()
    {
        var audience = Open();
        Choose(audience, 1, "a", origin: 1);
        audience.OnReader(R2, Slot(1));
        audience.OnReader(R4, Slot(1));
        audience.TellThoseWaiting(Own, Slot(1), [], _effects);
        Assert.AreSequenceEqual([R4], _effects.Sends.Select(envelope => envelope.To));
        _effects.Clear();
        audience.OnReader(R4, Slot(1));
        audience.TellThoseWaiting(Own, Slot(1), [], _effects);
        Assert.IsEmpty(_effects.Sends, "it knows all there is");
    }

    private static Audience Open(ConsensusOptions? options = null) =>
        new(R1, First, PaxosWcf.Consensus.Slot.None, options ?? Options);

    private static void Choose(Audience audience, long slot, string payload, int origin)
    {
        var asked = Five.NoVotes();
        foreach (var member in new[] { R1, R2, R3 })
        {
            asked.Add(member);
        }

        audience.OnChosen(Slot(slot), PaxosWcf.Consensus.Value.Of([Command(payload, origin)]), asked);
    }
}
