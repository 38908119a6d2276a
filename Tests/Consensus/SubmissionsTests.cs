using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>The commands of a replica's own clients, from their hand-over until they are learned.</summary>
[TestClass]
public sealed class SubmissionsTests
{
    private readonly Effects _effects = new();
    private Submissions _submissions = new(R1, boot: 3, Options);

    [TestMethod]
    public void Commands_OfABatch_GoToTheLeaderTogether()
    {
        Add(2);
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(2, _effects.Sends.Only<Propose>().Commands);
        Assert.AreEqual(R2, _effects.Sends[0].To);
    }

    [TestMethod]
    public void Commands_WithoutALeader_WaitForOne()
    {
        Add(1);
        _submissions.EndBatch(leader: null, _effects);
        Assert.IsEmpty(_effects.Sends);
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(1, _effects.Sends);
    }

    [TestMethod]
    public void Message_AtBytesMax_NextCommandGoesIntoAnother()
    {
        _submissions = new Submissions(R1, 3, Options with { MessageBytesMax = 2 * Command("x").Bytes.Length });
        Add(3);
        _submissions.EndBatch(R2, _effects);
        Assert.AreSequenceEqual([2, 1], _effects.Sends.All<Propose>().Select(propose => propose.Commands.Count));
    }

    [TestMethod]
    public void Pending_AtCommandsMax_IsFull()
    {
        _submissions = new Submissions(R1, 3, Options with { PendingCommandsMax = 2 });
        Add(1);
        Assert.IsFalse(_submissions.IsFull);
        var last = Add(1);
        Assert.IsTrue(_submissions.IsFull);
        Assert.IsFalse(_submissions.IsFullOfBytes);
        _submissions.GiveUp(last, out _);
        Assert.IsFalse(_submissions.IsFull);
    }

    [TestMethod]
    public void Pending_AtBytesMax_IsFull()
    {
        _submissions = new Submissions(R1, 3, Options with { PendingBytesMax = 1 });
        var id = Add(1);
        Assert.IsTrue(_submissions.IsFull && _submissions.IsFullOfBytes);
        _submissions.GiveUp(id, out _);
        Assert.IsFalse(_submissions.IsFull);
    }

    [TestMethod]
    public void Command_Learned_IsNotHandedOverAgain()
    {
        Add(2);
        _submissions.EndBatch(R2, _effects);
        var sent = _effects.Sends.Only<Propose>().Commands;
        _effects.Clear();
        _submissions.OnLearned(PaxosWcf.Consensus.Value.Of([sent[0]]));
        Ticks(Options.ResubmitTicks, learned: 1, known: 1);
        _submissions.EndBatch(R3, _effects);
        Assert.AreEqual(sent[1].Id, _effects.Sends.Only<Propose>().Commands.Single().Id);
        Assert.AreEqual(R3, _effects.Sends[0].To);
    }

    /// <summary>A leader that takes long gets no more to do by it.</summary>
    [TestMethod]
    public void Command_NotLearned_GoesOutAgainAfterTwiceAsLongEachTime()
    {
        Add(1);
        List<int> sent = [];
        for (var tick = 0; tick <= 31 * Options.ResubmitTicks; tick++)
        {
            _submissions.EndBatch(R2, _effects);
            sent.AddRange(_effects.Sends.Select(_ => tick / Options.ResubmitTicks));
            _effects.Clear();
            Ticks(1);
        }

        Assert.AreSequenceEqual([0, 1, 3, 7, 15, 23, 31], sent);
        _submissions.HandOverAgain();
        _submissions.EndBatch(R2, _effects);
        _effects.Clear();
        Ticks(Options.ResubmitTicks);
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(1, _effects.Sends, "another leader is not waited for longer");
    }

    [TestMethod]
    public void Command_OfAnEarlierBoot_IsNotTakenForOneOfThis()
    {
        Add(1);
        _submissions.OnLearned(PaxosWcf.Consensus.Value.Of([Command("x", origin: 1, number: 1)]));
        Assert.AreEqual(1, _submissions.Count);
    }

    /// <summary>It may be among what is chosen and not learned here yet.</summary>
    [TestMethod]
    public void Command_WhileReplicaIsBehind_IsNotHandedOverAgain()
    {
        Add(1);
        _submissions.EndBatch(R2, _effects);
        _effects.Clear();
        Ticks(Options.ResubmitTicks, learned: 1, known: 5);
        Ticks(10 * Options.ResubmitTicks, learned: 4, known: 90);
        _submissions.EndBatch(R2, _effects);
        Assert.IsEmpty(_effects.Sends);
        Ticks(1, learned: 5, known: 95);
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(1, _effects.Sends, "all that was known to be chosen when it became due is learned");
    }

    [TestMethod]
    public void Commands_RefusedByLeader_GoOutAgainWithTheNextTickOnly()
    {
        Add(1);
        _submissions.EndBatch(R2, _effects);
        _submissions.OnRefused();
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(1, _effects.Sends);
        Ticks(1);
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(2, _effects.Sends);
    }

    [TestMethod]
    public void GivenUp_NeverHandedOver_SaysSo()
    {
        var (early, late) = (Add(1), Add(1));
        Assert.IsTrue(_submissions.GiveUp(early, out var handedOver));
        Assert.IsFalse(handedOver);
        _submissions.EndBatch(R2, _effects);
        Assert.HasCount(1, _effects.Sends.Only<Propose>().Commands);
        Assert.IsTrue(_submissions.GiveUp(late, out handedOver));
        Assert.IsTrue(handedOver);
        Assert.IsFalse(_submissions.GiveUp(late, out _));
    }

    /// <summary>Once handed over it may be chosen, also while it waits to be handed over again.</summary>
    [TestMethod]
    public void GivenUp_WhileItWaitsToGoOutAgain_WasHandedOver()
    {
        var id = Add(1);
        _submissions.EndBatch(R2, _effects);
        Ticks(Options.ResubmitTicks);
        _submissions.GiveUp(id, out var handedOver);
        Assert.IsTrue(handedOver);
    }

    [TestMethod]
    public void FinishedThrough_RisesOverWhatIsLearnedOrGivenUp_AndStopsBeforeWhatIsPending()
    {
        var ids = new[] { Add(1), Add(1), Add(1) };
        _submissions.GiveUp(ids[0], out _);
        _submissions.GiveUp(ids[2], out _);
        Add(1);
        _submissions.EndBatch(R2, _effects);
        Assert.AreEqual(1, _effects.Sends.Only<Propose>().Commands[^1].FinishedThrough);
    }

    private CommandId Add(int count)
    {
        var id = _submissions.Add("x"u8);
        return count == 1 ? id : Add(count - 1);
    }

    private void Ticks(int ticks, long learned = 0, long known = 0)
    {
        for (; ticks > 0; ticks--)
        {
            _submissions.Tick(Slot(learned), Slot(known));
        }
    }
}
