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

    /// <summary>One property of a history that has everything is spoiled, and that alone is missed.</summary>
    [TestMethod]
    [DataRow("processes")]
    [DataRow("nodes that answered")]
    [DataRow("put values that are unique")]
    [DataRow("keys in use at a time (median)")]
    [DataRow("most calls on one key")]
    [DataRow("gets")]
    [DataRow("puts and compare-and-sets")]
    [DataRow("deletes")]
    [DataRow("gets that found a value, or none")]
    [DataRow("compare-and-sets that matched, or did not")]
    [DataRow("calls that overlap another on the same key")]
    [DataRow("faults")]
    [DataRow("seconds of healthy traffic after the last fault")]
    [DataRow("keys read at every node after the last fault")]
    [DataRow("indeterminate writes, most of one key")]
    public void Measure_OneThingMissing_OnlyThatIsMissed(string criterion)
    {
        var unmet = HistoryWorth.Measure(Spoiled(criterion)).Where(w => !w.IsMet).ToList();

        Assert.AreEqual(criterion, string.Join(" and ", unmet.Select(w => w.Name)), string.Join('\n', unmet));
    }

    [TestMethod]
    public void Measure_NoCalls_NothingIsWorthIt()
    {
        var met = HistoryWorth.Measure(new RecordedHistory([], [])).Where(w => w.IsMet);

        // Of nothing nothing is too much.
        Assert.AreSequenceEqual(["most calls on one key", "indeterminate writes, most of one key"], met.Select(w => w.Name));
    }

    private static RecordedHistory Spoiled(string criterion)
    {
        var full = Full().Recorded();
        return criterion switch
        {
            "processes" => Each(full, (n, call) => call with { Process = n % 4 }),
            "nodes that answered" => Each(full, (_, call) => call with { Node = call.Node == "5" ? "4" : call.Node }),
            "put values that are unique" => Each(full, (_, call) => call.Operation == OperationKind.Put && call.Phase == CallPhase.Invoke ? call with { Value = "v" } : call),
            "keys in use at a time (median)" => Each(full, (_, call) => call with { Key = call.Key is "k0" or "k1" ? "k0" : "k1" }),
            "most calls on one key" => Repeated(full, times: 19),
            "gets" => Each(full, (n, call) => call.Operation == OperationKind.Get && n < 150 ? Changed(call, OperationKind.Put, n) : call),
            "puts and compare-and-sets" => Each(full, (n, call) => call.Operation == OperationKind.Put && n < 100 ? Changed(call, OperationKind.Delete, n) : call),
            "deletes" => Each(full, (n, call) => call.Operation == OperationKind.Delete ? Changed(call, OperationKind.Put, n) : call),
            "gets that found a value, or none" => Each(full, (_, call) => call.Operation == OperationKind.Get && call.Phase == CallPhase.Ok ? call with { Found = true, Value = "x" } : call),
            "compare-and-sets that matched, or did not" => Each(full, (n, call) => call.Operation == OperationKind.Put && n < 100 ? Changed(call, OperationKind.Cas, n) : call),
            "calls that overlap another on the same key" => Each(full, (n, call) => call.Phase == CallPhase.Ok ? call with { TimeNs = full.Calls[n].InvokedAt + 1 } : call),
            "faults" => full with { Markers = [] },
            "seconds of healthy traffic after the last fault" => full with { Markers = [.. full.Markers.Select(marker => ((NemesisLine)marker) with { TimeNs = 15 * Second })] },
            "keys read at every node after the last fault" => Each(full, (_, call) => call is { Operation: OperationKind.Get, Key: "k0", Node: "1" } ? call with { Node = "2" } : call),
            "indeterminate writes, most of one key" => full with
            {
                Calls = [.. full.Calls.Select((call, n) => call.Key == "k0" && call.IsWrite && n < 100 ? call with { Completion = null } : call)],
            },
            _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "it has no history"),
        };
    }

    // Each line of each call, with the call's place.
    private static RecordedHistory Each(RecordedHistory history, Func<int, CallLine, CallLine> change)
    {
        return history with { Calls = [.. history.Calls.Select((call, n) => new RecordedCall(Line(call.Invocation, n), Line(call.Completion!, n)))] };

        PlacedLine Line(PlacedLine placed, int n) => placed with { Line = change(n, (CallLine)placed.Line) };
    }

    private static CallLine Changed(CallLine line, OperationKind operation, int n) => line with
    {
        Operation = operation,
        Value = operation != OperationKind.Delete && line.Phase == CallPhase.Invoke ? $"changed {n}" : null,
        Found = operation == OperationKind.Cas ? true : null,
    };

    // With other values, so that those stay unique.
    private static RecordedHistory Repeated(RecordedHistory history, int times) => history with
    {
        Calls = [.. Enumerable.Range(0, times).SelectMany(time => Each(history, (_, call) => call with { Value = $"{call.Value} {time}" }).Calls).OrderBy(call => call.InvokedAt)],
    };

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
