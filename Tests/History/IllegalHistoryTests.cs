using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class IllegalHistoryTests
{
    [TestMethod]
    public void StaleRead_IsNamedWithTheWriteThatItMissed()
    {
        var history = HistoryText.Of().Put(0, 1, "x").Put(2, 3, "a").Put(10, 11, "b").Get(12, 13, "b").Get(20, 21, "a").Get(30, 31, "b");

        var witness = AssertIllegal(history);

        Assert.AreEqual("put \"a\": done, put \"b\": done, get → \"a\"", string.Join(", ", witness.Calls));
        Assert.Contains("process 4's \"get → \"a\"\" cannot be placed", witness.Sentence);
    }

    [TestMethod]
    public void LostUpdate_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Cas(2, 10, "a", "b", matched: true).Cas(2, 10, "a", "c", matched: true));
    }

    [TestMethod]
    public void AcknowledgedWrite_Lost_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Get(2, 3, null));
    }

    [TestMethod]
    public void ReadOfAFailedPut_IllegalAndSaidSo()
    {
        var witness = AssertIllegal(HistoryText.Of().Put(0, 1, "a")
            .Doubtful(2, 3, OperationKind.Put, "b", phase: CallPhase.Fail).Get(4, 5, "b"));

        Assert.Contains("met a value that no call wrote, or only calls that failed", witness.Sentence);
    }

    [TestMethod]
    public void ReadBeforeTheWriteBegan_IllegalAndSaidSo()
    {
        var witness = AssertIllegal(HistoryText.Of().Get(0, 1, "a").Put(2, 3, "a"));

        Assert.Contains("before any call that wrote it began", witness.Sentence);
    }

    [TestMethod]
    public void RetryAppliedTwice_Illegal()
    {
        // One call whose repeat was applied again after another's write.
        AssertIllegal(HistoryText.Of().Put(0, 20, "a").Get(1, 2, "a").Put(3, 4, "b").Get(5, 6, "b").Get(7, 8, "a"));
    }

    [TestMethod]
    public void DeleteSeen_ThenTheOldValue_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Delete(2, 30, found: true).Get(5, 6, null).Get(7, 8, "a"));
    }

    [TestMethod]
    public void TwoDeletes_FindTheSameValue_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Delete(2, 10, found: true).Delete(2, 10, found: true));
    }

    [TestMethod]
    public void TwoCreations_WithoutADelete_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 10, "a", found: false).Put(0, 10, "b", found: false));
    }

    [TestMethod]
    [DataRow(null, "a", false)]
    [DataRow("a", "b", true)]
    public void Cas_AnswerThatTheAbsentKeyContradicts_Illegal(string? expected, string value, bool matched)
    {
        AssertIllegal(HistoryText.Of().Cas(0, 1, expected, value, matched));
    }

    [TestMethod]
    public void Cas_MismatchThoughItMatched_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Cas(2, 3, "a", "b", matched: false));
    }

    [TestMethod]
    public void IndeterminatePut_TakesEffectOnceOnly_Illegal()
    {
        AssertIllegal(HistoryText.Of().Doubtful(0, 1, OperationKind.Put, "a").Get(10, 11, "a").Put(20, 21, "b")
            .Get(30, 31, "b").Get(40, 41, "a"));
    }

    [TestMethod]
    public void IndeterminatePut_NotBeforeItsInvocation_Illegal()
    {
        AssertIllegal(HistoryText.Of().Get(0, 1, "a").Doubtful(2, 3, OperationKind.Put, "a"));
    }

    [TestMethod]
    public void IndeterminateCas_CannotMatchWhatNeverWas_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Doubtful(2, 3, OperationKind.Cas, "c", expected: "b").Get(10, 11, "c"));
    }

    [TestMethod]
    public void OneIndeterminateDelete_CannotExplainTwoAbsences_Illegal()
    {
        AssertIllegal(HistoryText.Of().Put(0, 1, "a").Doubtful(2, 3, OperationKind.Delete).Get(4, 5, null).Put(6, 7, "b").Get(8, 9, null));
    }

    [TestMethod]
    public void Witness_AmongManyCalls_HoldsTheFewThatMatter()
    {
        var history = HistoryText.Of();
        for (int i = 0; i < 300; i++)
        {
            history.Put(10 * i, (10 * i) + 15, $"v{i}").Get((10 * i) + 6, (10 * i) + 9, $"v{i}");
        }

        var witness = AssertIllegal(history.Get(1525, 1526, "v140"));

        Assert.HasCount(3, witness.Calls, string.Join('\n', witness.Calls));
        Assert.Contains("get → \"v140\"", witness.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    public void Verify_OneBadKeyAmongGood_IsTheOneNamed()
    {
        var history = HistoryText.Of().Put(0, 1, "a").Get(2, 3, "a").Get(0, 1, null, key: "good").Get(4, 5, "x", key: "bad");

        var found = history.Verify();

        Assert.AreEqual("bad", found.Keys.Single(k => k.Verdict == Verdict.Illegal).Key);
        Assert.HasCount(3, found.Keys);
    }

    [TestMethod]
    public void Search_BudgetSpent_Unknown()
    {
        RegisterOperation[] operations =
            [.. HistoryText.Of().Put(0, 1, "a").Get(2, 3, "b").Recorded().Calls.Select(RegisterOperation.From).OfType<RegisterOperation>()];
        var budget = new SearchBudget(1, 1024, CancellationToken.None);

        Assert.AreEqual(SearchResult.Unknown, new Linearizer(new KeyProblem(operations), budget).Run());
    }

    private static Witness AssertIllegal(HistoryText history)
    {
        var found = history.Verify();
        Assert.AreEqual(Verdict.Illegal, found.Verdict, history.Text());
        return found.Keys.Single(k => k.Verdict == Verdict.Illegal).Witness!;
    }
}
