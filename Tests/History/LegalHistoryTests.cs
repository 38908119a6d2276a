using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class LegalHistoryTests
{
    /// <summary>The example at the end of the format's description, to the letter.</summary>
    internal const string Golden =
        """
        {"process":0,"type":"invoke","op":"put","key":"r1/k","value":"p0-1","time_ns":1000}
        {"process":1,"type":"invoke","op":"get","key":"r1/k","time_ns":1500}
        {"process":0,"type":"ok","op":"put","key":"r1/k","time_ns":2000}
        {"process":1,"type":"ok","op":"get","key":"r1/k","found":true,"value":"p0-1","time_ns":2100}
        {"process":0,"type":"invoke","op":"cas","key":"r1/k","expected":"p0-1","value":"p0-2","time_ns":3000}
        {"process":0,"type":"info","op":"cas","key":"r1/k","error":"timeout","time_ns":9000}
        {"process":1,"type":"invoke","op":"delete","key":"r1/k","time_ns":9100}
        {"process":1,"type":"ok","op":"delete","key":"r1/k","found":true,"time_ns":9900}

        """;

    [TestMethod]
    public void Verify_GoldenExample_Ok()
    {
        var history = HistoryText.Parse(Golden.ReplaceLineEndings("\n"));

        Assert.HasCount(4, history.Calls);
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history, slots: true).Verdict);
    }

    [TestMethod]
    public void Verify_NoCallAtAll_Ok()
    {
        Assert.AreEqual(Verdict.Ok, HistoryText.Of().Verify().Verdict);
    }

    [TestMethod]
    public void Get_DuringPut_MayFindOldOrNew()
    {
        AssertLegal(HistoryText.Of().Put(0, 10, "a").Put(20, 50, "b").Get(25, 30, "a").Get(31, 40, "b"));
        AssertLegal(HistoryText.Of().Put(20, 50, "b").Get(25, 30, null).Get(31, 40, "b"));
    }

    [TestMethod]
    public void Gets_EqualTimes_Overlap()
    {
        AssertLegal(HistoryText.Of().Put(0, 10, "a").Get(5, 10, "b").Put(10, 20, "b"));
    }

    [TestMethod]
    public void EmptyValue_IsNotAbsence()
    {
        AssertLegal(HistoryText.Of().Put(0, 1, "", found: false).Get(2, 3, "").Delete(4, 5, found: true).Get(6, 7, null));
    }

    [TestMethod]
    public void ConcurrentWrites_InWhicheverOrderTheReadsSay()
    {
        AssertLegal(HistoryText.Of().Put(0, 100, "a").Put(0, 100, "b").Put(0, 100, "c").Delete(0, 100)
            .Get(110, 120, "b").Get(1, 10, "c").Get(11, 20, null).Get(21, 30, "a"));
    }

    [TestMethod]
    public void Cas_BothAnswers()
    {
        AssertLegal(HistoryText.Of().Cas(0, 1, null, "a", matched: true).Cas(2, 3, null, "b", matched: false)
            .Cas(4, 5, "a", "b", matched: true).Cas(6, 7, "a", "c", matched: false).Get(8, 9, "b")
            .Cas(10, 11, "b", null, matched: true).Get(12, 13, null));
    }

    [TestMethod]
    [DataRow(CallPhase.Info)]
    [DataRow(null)]
    public void IndeterminatePut_ExplainsWhatIsReadLater(CallPhase? phase)
    {
        AssertLegal(HistoryText.Of().Put(0, 1, "a").Doubtful(2, 3, OperationKind.Put, "b", phase: phase)
            .Get(10, 11, "a").Get(20, 21, "b").Put(30, 31, "c", found: true).Get(40, 41, "c"));
    }

    [TestMethod]
    public void IndeterminateDelete_ExplainsAbsence()
    {
        AssertLegal(HistoryText.Of().Put(0, 1, "a").Doubtful(2, 3, OperationKind.Delete).Get(10, 11, "a").Get(20, 21, null));
    }

    [TestMethod]
    public void IndeterminateWritesInAChain_ExplainWhatIsRead()
    {
        AssertLegal(HistoryText.Of().Doubtful(0, 1, OperationKind.Put, "a")
            .Doubtful(0, 1, OperationKind.Cas, "b", expected: "a").Doubtful(0, 1, OperationKind.Cas, "c", expected: "b")
            .Get(10, 11, "c"));
    }

    [TestMethod]
    public void IndeterminatePut_OfAValueNobodyReads_ExplainsAMismatchAndPresence()
    {
        AssertLegal(HistoryText.Of().Put(0, 1, "a").Doubtful(2, 3, OperationKind.Put, "b").Cas(10, 11, "a", "c", matched: false));
        AssertLegal(HistoryText.Of().Doubtful(2, 3, OperationKind.Put, "b").Delete(10, 11, found: true).Delete(12, 13, found: false));
    }

    [TestMethod]
    public void FailedPut_IsAsIfItNeverWas()
    {
        AssertLegal(HistoryText.Of().Put(0, 1, "a").Doubtful(2, 3, OperationKind.Put, "b", phase: CallPhase.Fail).Get(4, 5, "a"));
    }

    [TestMethod]
    public void FailedAndIndeterminateGets_SayNothing()
    {
        AssertLegal(HistoryText.Of().Doubtful(0, 1, OperationKind.Get).Doubtful(2, 3, OperationKind.Get, phase: CallPhase.Fail));
    }

    [TestMethod]
    public void ProcessNumber_UsedAgainAfterInfo_IsTaken()
    {
        var history = HistoryText.Of()
            .Call(0, 1, OperationKind.Put, CallPhase.Info, value: "a", process: 7)
            .Call(2, 3, OperationKind.Get, CallPhase.Ok, read: "a", found: true, process: 7);

        AssertLegal(history);
    }

    [TestMethod]
    public void ManyBlindWritesAtOnce_NoSearchWithoutEnd()
    {
        var history = HistoryText.Of();
        for (int i = 0; i < 60; i++)
        {
            history.Put(i, 1000 - i, $"v{i}");
            history.Doubtful(i, 900, OperationKind.Put, $"u{i}");
        }

        AssertLegal(history.Get(2000, 2001, "v17").Get(3000, 3001, "u3").Get(4000, 4001, "u59"));
    }

    private static void AssertLegal(HistoryText history) => Assert.AreEqual(Verdict.Ok, history.Verify().Verdict, history.Text());
}
