using PaxosWcf.Consensus;
using PaxosWcf.ReplicaHost.Links;

namespace PaxosWcf.Tests.Host;

/// <summary>How long a call to another replica may take.</summary>
[TestClass]
public sealed class CallPatienceTests
{
    private static readonly Ballot Ballot = new(1, new ReplicaId(1));
    private static readonly CallPatience Patience = new(TimeSpan.FromSeconds(2), answerBytesMax: 2 << 20);

    /// <summary>A dead peer must not block what is small for longer.</summary>
    [TestMethod]
    public void CallWithoutValues_MayTakeTheLeast()
    {
        foreach (var message in new Message[] { new Accept(Ballot, [], Slot.None), new ReadIndex(1), new Learn(Ballot, Slot.None) })
        {
            Assert.AreEqual(TimeSpan.FromSeconds(2), Patience.For(message), message.ToString());
        }
    }

    [TestMethod]
    public void CallWithValues_MayTakeAsLongAgain_ForEachHalfMebibyte()
    {
        var value = Value.Of([Command.Create(new CommandId(new ReplicaId(1), 1, 1), 0, new byte[1 << 20])]);
        var bytes = value.Bytes.Length;
        var expected = TimeSpan.FromSeconds(2 + (2.0 * bytes / CallPatience.BytesPerTurn));
        Assert.AreEqual(expected, Patience.For(new Accept(Ballot, [new Proposal(new Slot(1), value)], Slot.None)));
        Assert.AreEqual(expected, Patience.For(new Learn(Ballot, Slot.None) { Values = [value] }));
        Assert.IsGreaterThan(TimeSpan.FromSeconds(5.9), expected);
    }

    [TestMethod]
    public void CallWhoseAnswerBringsValues_MayTakeWhatTheLargestAnswerMay()
    {
        Assert.AreEqual(TimeSpan.FromSeconds(10), Patience.For(new Prepare(Ballot, new Slot(1))));
        Assert.AreEqual(TimeSpan.FromSeconds(10), Patience.For(new CatchUp(new Slot(1))));
        Assert.AreEqual(TimeSpan.FromSeconds(10), Patience.For(new ReadSnapshot(1, 1)));
    }

    /// <summary>What goes after it must not wait for that long when its answer got lost.</summary>
    [TestMethod]
    public void CallWhoseAnswerBringsValues_IsLostWhenNothingOfItIsHeard()
    {
        Assert.AreEqual(TimeSpan.FromSeconds(4), Patience.SilenceFor(new Prepare(Ballot, new Slot(1))));
        Assert.AreEqual(TimeSpan.FromSeconds(4), Patience.SilenceFor(new CatchUp(new Slot(1))));
        Assert.AreEqual(TimeSpan.FromSeconds(4), Patience.SilenceFor(new ReadSnapshot(1, 1)));
    }

    /// <summary>While the question is on its way nothing can be heard.</summary>
    [TestMethod]
    public void CallWithValues_IsNotTakenForSilent_BeforeItsTimeIsOver()
    {
        var value = Value.Of([Command.Create(new CommandId(new ReplicaId(1), 1, 1), 0, new byte[1 << 20])]);
        foreach (var message in new Message[] { new Accept(Ballot, [new Proposal(new Slot(1), value)], Slot.None), new Accept(Ballot, [], Slot.None) })
        {
            Assert.IsGreaterThan(Patience.For(message), Patience.SilenceFor(message));
        }
    }
}
