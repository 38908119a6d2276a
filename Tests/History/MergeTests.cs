using PaxosWcf.History;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class MergeTests
{
    [TestMethod]
    public void Files_OfOneRun_AreMergedByTime()
    {
        using var directory = new TemporaryDirectory();
        string one = Write(directory, "one", HistoryText.Of()
            .Call(0, 10, OperationKind.Put, CallPhase.Ok, value: "a", process: 0)
            .Call(40, 50, OperationKind.Get, CallPhase.Ok, read: "b", found: true, process: 0));
        string two = Write(directory, "two", HistoryText.Of()
            .Call(20, 30, OperationKind.Put, CallPhase.Ok, value: "b", process: 1)
            .Line(new NemesisLine("kill", true, "1", 25)));

        var history = RecordedHistory.Load([two, one]);

        Assert.AreEqual("0 20 40", string.Join(' ', history.Calls.Select(c => c.InvokedAt)));
        Assert.HasCount(1, history.Markers);
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history).Verdict);
        Assert.AreEqual(Verdict.Illegal, HistoryText.Verify(RecordedHistory.Load([one])).Verdict);
    }

    [TestMethod]
    public void Files_WithTheSameProcessNumberAtOnce_AreRefused()
    {
        using var directory = new TemporaryDirectory();
        string one = Write(directory, "one", HistoryText.Of().Call(0, 10, OperationKind.Get, CallPhase.Info, process: 4));
        string two = Write(directory, "two", HistoryText.Of().Call(5, 15, OperationKind.Get, CallPhase.Info, process: 4));

        var thrown = Assert.ThrowsExactly<HistoryFormatException>(() => RecordedHistory.Load([one, two]));

        Assert.Contains($"{two}:1: process 4 has a call open, from {one}:1", thrown.Message);
    }

    [TestMethod]
    public void File_ThatIsNotThere_IsNamed()
    {
        Assert.StartsWith(
            "no-such-file: ", Assert.ThrowsExactly<HistoryFormatException>(() => RecordedHistory.Load(["no-such-file"])).Message);
    }

    private static string Write(TemporaryDirectory directory, string name, HistoryText history)
    {
        string path = directory.Below(name);
        File.WriteAllText(path, history.Text());
        return path;
    }
}
