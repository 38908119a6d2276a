using PaxosWcf.ClientApp;
using RadLine;

namespace PaxosWcf.Tests.Console;

/// <summary>Ctrl-U, Ctrl-K and Ctrl-W at the prompt.</summary>
[TestClass]
public sealed class LineEditsTests
{
    [TestMethod]
    [DataRow("put k|ey value", "|ey value", "put k|", "put |ey value")]
    [DataRow("put key  |", "|", "put key  |", "put |")]
    [DataRow("|put", "|put", "|", "|put")]
    [DataRow("|", "|", "|", "|")]
    [DataRow("get|", "|", "get|", "|")]
    public void Keys_TakeOutWhatAShellTakesOut(string line, string before, string behind, string word)
    {
        Assert.AreEqual(before, After(line, LineEdits.ClearBefore));
        Assert.AreEqual(behind, After(line, LineEdits.ClearBehind));
        Assert.AreEqual(word, After(line, LineEdits.ClearWord));
    }

    private static string After(string line, Action<LineBuffer> edit)
    {
        var buffer = new LineBuffer(line.Replace("|", "", StringComparison.Ordinal));
        buffer.Move(line.IndexOf('|', StringComparison.Ordinal));
        edit(buffer);
        return buffer.Content.Insert(buffer.Position, "|");
    }
}
