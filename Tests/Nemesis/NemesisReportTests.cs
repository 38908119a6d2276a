using PaxosWcf.History;
using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A run passes when nothing was wrong, and enough happened for that to mean something.</summary>
[TestClass]
public sealed class NemesisReportTests
{
    private const int Enough = 100;

    [TestMethod]
    public void Report_OfARunWithEnoughOfAll_Passes() => Assert.AreEqual("PASSED", Report(Enough, Enough).Lines().Last());

    [TestMethod]
    [DataRow(0, 1000)]
    [DataRow(Enough - 1, 1000)]
    [DataRow(1000, 0)]
    [DataRow(1000, Enough - 1)]
    public void Report_OfAThinHistory_Fails_AndSaysSo(int reads, int writes)
    {
        NemesisReport report = Report(reads, writes);

        Assert.IsFalse(report.Passed);
        Assert.Contains($"thin: {reads} reads and {writes} writes were answered; fewer than {Enough} of either show nothing", report.Lines().ToList());
    }

    [TestMethod]
    [DataRow("contents")]
    [DataRow("verdict")]
    [DataRow("finding")]
    [DataRow("no fault")]
    [DataRow("missing")]
    public void Report_WithOneThingWrong_Fails(string what)
    {
        NemesisReport good = Report(Enough, Enough);
        NemesisReport report = what switch
        {
            "contents" => good with { ContentsAreSame = false },
            "verdict" => good with { Verification = new Verification([new KeyVerdict("k", 1, Verdict.Unknown, null)], []) },
            "finding" => good with { Findings = ["something"] },
            "no fault" => good with { Counts = new Dictionary<FaultKind, int>() },
            _ => good with { Missing = [FaultKind.Power] },
        };

        Assert.AreEqual("FAILED", report.Lines().Last());
    }

    [TestMethod]
    public void Report_NamesWhatDidNotTakeHold_AndDoesNotCountIt()
    {
        NemesisReport report = Report(Enough, Enough) with { Vain = new Dictionary<FaultKind, int> { [FaultKind.Transfer] = 2 } };

        Assert.Contains("faults: 1 (1 kill)", report.Lines().ToList());
        Assert.Contains("without hold: 2 (2 transfer), which do not count", report.Lines().ToList());
        Assert.IsFalse((report with { Counts = new Dictionary<FaultKind, int>() }).Passed);
    }

    private static NemesisReport Report(int reads, int writes)
    {
        var calls = new CallCounts();
        for (int call = 0; call < reads + writes; call++)
        {
            calls.OnAnswered(write: call >= reads);
        }

        return new NemesisReport("same", ContentsAreSame: true, new Verification([], []), [])
        {
            Counts = new Dictionary<FaultKind, int> { [FaultKind.Kill] = 1 },
            Calls = calls,
        };
    }
}
