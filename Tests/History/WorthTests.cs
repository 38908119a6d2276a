using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

[TestClass]
public sealed class WorthTests
{
    private const long Second = 1_000_000_000;

    [TestMethod]
    public void Measure_HistoryThatHasEverything_AllIsMet()
    {
        var unmet = HistoryWorth.Measure(Full().Recorded()).Where(w => !w.IsMet);

        Assert.IsEmpty(unmet, string.Join('\n', unmet));
    }

    [TestMethod]
    public void Measure_WithoutFault_OnlyThatIsMissed()
    {
        var history = Full().Recorded();

        var unmet = HistoryWorth.Measure(history with { Markers = [] }).Where(w => !w.IsMet);

        Assert.AreEqual("faults", unmet.Single().Name);
    }

    [TestMethod]
    public void Measure_NoCalls_NothingIsWorthIt()
    {
        Assert.IsFalse(HistoryWorth.Measure(new RecordedHistory([], [])).First(w => w.Name == "processes").IsMet);
    }

    // Five processes on four keys, a kill at 2 s, calls until 20 s, and every key read at every node.
    private static HistoryText Full()
    {
        var text = HistoryText.Of().Line(new NemesisLine("kill", true, "1", 2 * Second)).Line(new NemesisLine("kill", false, "1", 3 * Second));
        for (int i = 0; i < 200; i++)
        {
            long at = i * Second / 10;
            string key = $"k{i / 5 % 4}";
            var operation = (i % 5) switch { 0 or 3 => OperationKind.Get, 1 or 2 => OperationKind.Put, _ => OperationKind.Delete };
            bool get = operation == OperationKind.Get;
            text.Call(at, at + Second, operation, CallPhase.Ok, key: key, process: 10 * i, node: $"{(i % 5) + 1}",
                value: operation == OperationKind.Put ? $"v{i}" : null, read: get && i % 2 == 0 ? "x" : null, found: get ? i % 2 == 0 : null);
        }

        for (int i = 0; i < 20; i++)
        {
            text.Call(
                21 * Second, 22 * Second, OperationKind.Get, CallPhase.Ok, key: $"k{i % 4}", process: (10 * i) + 1, node: $"{(i % 5) + 1}",
                found: false);
        }

        return text;
    }
}
