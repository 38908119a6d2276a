using PaxosWcf.History;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>That nobody could tell is no verdict on the protocol.</summary>
[TestClass]
public sealed class RunHistoryTests
{
    [TestMethod]
    [DataRow(Verdict.Unknown, Verdict.Ok, BrokenRule.Undecided, "was not found out in 01:00:00: key a: Unknown")]
    [DataRow(Verdict.Illegal, Verdict.Ok, BrokenRule.History, "is not linearizable: key a: Illegal")]
    [DataRow(Verdict.Unknown, Verdict.Illegal, BrokenRule.History, "is not linearizable: key b: Illegal")]
    public void History_ThatIsNotRight_BreaksTheRuleOfItsVerdict(Verdict a, Verdict b, BrokenRule rule, string says)
    {
        var broken = RunHistory.Broken(new Verification([new KeyVerdict("a", 1, a, null), new KeyVerdict("b", 1, b, null)], []));

        Assert.AreEqual(rule, broken?.Rule);
        Assert.EndsWith(says, broken!.Value.What);
    }

    [TestMethod]
    public void History_WithSlotsOutOfOrder_IsNotLinearizable() =>
        Assert.AreEqual((BrokenRule.History, "the history is not linearizable: a sentence"), RunHistory.Broken(new Verification([], ["a sentence"])));

    [TestMethod]
    public void History_ThatIsRight_BreaksNone() =>
        Assert.IsNull(RunHistory.Broken(new Verification([new KeyVerdict("a", 1, Verdict.Ok, null)], [])));
}
