using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

/// <summary>Histories of a store that really is linearizable: each call takes effect at one moment between its ends, unless
/// nobody was told how it ended. And the same with lies in them.</summary>
internal static class RandomHistory
{
    /// <param name="random">Decides everything.</param>
    /// <param name="calls">How many.</param>
    /// <param name="values">How many different values are written; 0: all are unique.</param>
    /// <param name="open">About how many calls are open at once.</param>
    /// <param name="key">The key they are all about.</param>
    /// <param name="firstProcess">The process of the first; each has one of its own.</param>
    public static List<CallLine> Legal(Random random, int calls, int values, int open, string key = "k", int firstProcess = 0)
    {
        var planned = Enumerable.Range(0, calls).Select(i => Plan(random, i, open)).ToList();
        var lines = new List<CallLine>();
        string? held = null;
        foreach (var (from, effect, until, number) in planned.OrderBy(p => p.Effect).ThenBy(_ => random.Next()))
        {
            var invoked = new CallLine(firstProcess + number, CallPhase.Invoke, (OperationKind)random.Next(4), key, from);
            string value = values == 0 ? $"{number}" : $"{random.Next(values)}";
            invoked = invoked.Operation switch
            {
                OperationKind.Put => invoked with { Value = value },
                OperationKind.Cas => invoked with { Value = random.Next(5) == 0 ? null : value, Expected = Expected(random, held, values) },
                _ => invoked,
            };
            int dice = random.Next(20);
            CallPhase phase = dice == 0 ? CallPhase.Fail : dice <= 3 ? CallPhase.Info : CallPhase.Ok;
            bool effective = phase == CallPhase.Ok || (phase == CallPhase.Info && random.Next(2) == 0);
            var completed = new CallLine(invoked.Process, phase, invoked.Operation, key, until);
            if (effective)
            {
                completed = Apply(random, invoked, completed, ref held);
            }

            lines.AddRange(completed.Phase == CallPhase.Info && random.Next(3) == 0 ? [invoked] : [invoked, completed]);
        }

        return lines;
    }

    /// <summary>Changes one answer, or when it came.</summary>
    public static void Lie(Random random, List<CallLine> lines)
    {
        int at = random.Next(lines.Count);
        CallLine line = lines[at];
        string? other = random.Next(4) == 0 ? null : $"{random.Next(3)}";
        lines[at] = (line.Phase, line.Operation) switch
        {
            (CallPhase.Ok, OperationKind.Get) => line with { Value = other, Found = other is not null },
            (CallPhase.Ok, _) when line.Found is { } found => line with { Found = !found },
            (CallPhase.Invoke, OperationKind.Put) => line with { Value = $"{random.Next(3)}" },
            (CallPhase.Invoke, _) => line with { TimeNs = Math.Max(0, line.TimeNs - random.Next(30)) },
            (CallPhase.Info, _) => line with { Phase = CallPhase.Fail },
            _ => line with { TimeNs = line.TimeNs + random.Next(30) },
        };
    }

    public static RecordedHistory Recorded(IEnumerable<CallLine> lines)
    {
        var text = HistoryText.Of();
        foreach (var line in lines)
        {
            text.Line(line);
        }

        return text.Recorded();
    }

    private static (long From, long Effect, long Until, int Number) Plan(Random random, int number, int open)
    {
        long effect = 10L * number;
        return (Math.Max(0, effect - random.Next(5 * open)), effect, effect + random.Next(5 * open), number);
    }

    private static string? Expected(Random random, string? held, int values)
    {
        return random.Next(2) == 0 ? held : random.Next(3) == 0 ? null : $"{random.Next(Math.Max(3, values))}";
    }

    private static CallLine Apply(Random random, CallLine invoked, CallLine completed, ref string? held)
    {
        string? before = held;
        bool matches = before == invoked.Expected;
        bool told = random.Next(2) == 0;
        held = invoked.Operation switch
        {
            OperationKind.Put => invoked.Value,
            OperationKind.Delete => null,
            OperationKind.Cas => matches ? invoked.Value : held,
            _ => held,
        };
        return completed.Phase != CallPhase.Ok ? completed : invoked.Operation switch
        {
            OperationKind.Get => completed with { Found = before is not null, Value = before },
            OperationKind.Cas => completed with { Found = matches },
            _ => completed with { Found = told ? before is not null : null },
        };
    }
}
