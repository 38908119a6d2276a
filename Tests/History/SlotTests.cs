using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class SlotTests
{
    [TestMethod]
    public void Slots_AsTheLogHasThem_NothingFound()
    {
        AssertFine(HistoryText.Of().Put(0, 10, "a", slot: 2).Put(0, 10, "b", slot: 1).Get(20, 30, "a", slot: 2)
            .Delete(40, 50, found: true, slot: 3).Delete(60, 70, found: false, slot: 3).Get(80, 90, null, slot: 5));
    }

    [TestMethod]
    public void TwoWrites_InOneSlot_Found()
    {
        AssertFound(HistoryText.Of().Put(0, 10, "a", slot: 1).Put(0, 10, "b", slot: 1), "two writes share slot 1");
    }

    [TestMethod]
    public void LaterCall_BehindAnEarlierOneInTheLog_FoundAcrossKeys()
    {
        AssertFound(
            HistoryText.Of().Put(0, 1, "a", slot: 5).Get(2, 3, null, slot: 4, key: "another"), "is not behind it in the log");
        AssertFound(HistoryText.Of().Get(0, 1, null, slot: 5, key: "another").Put(2, 3, "a", slot: 5), "is not behind it in the log");
    }

    [TestMethod]
    public void Replay_GivesAnotherAnswer_Found()
    {
        AssertFound(
            HistoryText.Of().Put(0, 90, "a", slot: 1).Put(0, 90, "b", slot: 2).Get(0, 90, "a", slot: 3), "gives another answer");
        AssertFound(HistoryText.Of().Put(0, 90, "a", slot: 1).Put(0, 90, "b", found: false, slot: 2), "gives another answer");
    }

    [TestMethod]
    public void Replay_WriteWithoutAKnownPlace_ExplainsTheAnswer()
    {
        AssertFine(HistoryText.Of().Put(0, 1, "a", slot: 1).Doubtful(0, 1, OperationKind.Put, "b").Get(10, 20, "b", slot: 3)
            .Put(30, 40, "c", found: true, slot: 4));
    }

    [TestMethod]
    public void Verify_WithoutSlots_DoesNotLook()
    {
        Assert.AreEqual(Verdict.Ok, HistoryText.Of().Put(0, 10, "a", slot: 1).Put(0, 10, "b", slot: 1).Verify().Verdict);
    }

    private static void AssertFine(HistoryText history)
    {
        var found = history.Verify(slots: true);
        Assert.AreEqual(Verdict.Ok, found.Verdict, string.Join('\n', found.Slots));
    }

    private static void AssertFound(HistoryText history, string sentence)
    {
        var found = history.Verify(slots: true);
        Assert.AreEqual(Verdict.Illegal, found.Verdict);
        Assert.Contains(sentence, string.Join('\n', found.Slots));
    }
}
