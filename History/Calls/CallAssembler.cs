namespace PaxosWcf.History;

/// <summary>Pairs invocations with completions, over all files of a run.</summary>
internal sealed class CallAssembler
{
    // Each value is held once, however many calls carry it.
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<int, List<PlacedLine>> _processes = [];
    private readonly List<HistoryLine> _markers = [];
    private int _files;

    /// <summary>Adds the lines of one file.</summary>
    public void Add(IEnumerable<PlacedLine> lines)
    {
        var latest = new Dictionary<int, long>();
        foreach (PlacedLine placed in lines)
        {
            if (placed.Line is not CallLine call)
            {
                _markers.Add(placed.Line);
                continue;
            }

            if (latest.TryGetValue(call.Process, out long before) && call.TimeNs < before)
            {
                throw new HistoryFormatException(placed.Place, $"the time of process {call.Process} goes back, from {before} to {call.TimeNs}");
            }

            latest[call.Process] = call.TimeNs;
            LinesOf(call.Process).Add(placed with { Line = Shared(call) });
        }

        _files++;
    }

    public RecordedHistory Assemble()
    {
        var calls = new List<RecordedCall>();
        foreach (List<PlacedLine> lines in _processes.Values)
        {
            // A stable sort: within one file the order of lines is the order of events, at equal times too.
            calls.AddRange(Pairs(_files == 1 ? lines : lines.OrderBy(l => l.Line.TimeNs)));
        }

        return new RecordedHistory([.. calls.OrderBy(c => c.InvokedAt)], [.. _markers.OrderBy(m => m.TimeNs)]);
    }

    private static IEnumerable<RecordedCall> Pairs(IEnumerable<PlacedLine> lines)
    {
        PlacedLine? open = null;
        foreach (PlacedLine placed in lines)
        {
            var line = (CallLine)placed.Line;
            if (line.Phase != CallPhase.Invoke)
            {
                yield return Completed(open, placed, line);
                open = null;
                continue;
            }

            open = open is null
                ? placed
                : throw new HistoryFormatException(placed.Place, $"process {line.Process} has a call open, from {open.Place}");
        }

        if (open is not null)
        {
            yield return new RecordedCall(open, null);
        }
    }

    private static RecordedCall Completed(PlacedLine? open, PlacedLine placed, CallLine line)
    {
        if (open?.Line is not CallLine invoked)
        {
            throw new HistoryFormatException(placed.Place, $"process {line.Process} has no call open to complete");
        }

        return invoked.Operation == line.Operation && invoked.Key == line.Key
            ? new RecordedCall(open, placed)
            : throw new HistoryFormatException(
                placed.Place, $"completes another call than process {line.Process} has open, from {open.Place}");
    }

    private List<PlacedLine> LinesOf(int process)
    {
        if (!_processes.TryGetValue(process, out List<PlacedLine>? lines))
        {
            _processes[process] = lines = [];
        }

        return lines;
    }

    private CallLine Shared(CallLine call)
    {
        return call with { Key = Shared(call.Key)!, Value = Shared(call.Value), Expected = Shared(call.Expected), Node = Shared(call.Node) };
    }

    private string? Shared(string? text)
    {
        if (text is null || _texts.TryAdd(text, text))
        {
            return text;
        }

        return _texts[text];
    }
}
