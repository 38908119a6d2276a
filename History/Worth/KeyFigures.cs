namespace PaxosWcf.History;

/// <summary>Figures of one key that tell how much checking it says.</summary>
internal sealed class KeyFigures
{
    private const int WritesThatCount = 10;

    /// <param name="calls">The key's calls in the order of invocation.</param>
    public KeyFigures(IReadOnlyList<RecordedCall> calls)
    {
        Calls = calls.Count;
        (First, Last) = (calls[0].InvokedAt, calls[^1].InvokedAt);
        Overlapping = CountOverlapping(calls);
        int writes = calls.Count(c => c.IsWrite);
        int uncertain = calls.Count(c => c.IsWrite && c.Outcome == CallPhase.Info);

        // On a key with a handful of writes one without an answer is no large share of anything.
        UncertainShare = writes < WritesThatCount ? 0 : HistoryWorth.Share(uncertain, writes);
    }

    public int Calls { get; }

    public long First { get; }

    public long Last { get; }

    public int Overlapping { get; }

    public double UncertainShare { get; }

    // A call overlaps an earlier one that is not over, or a later one that begins before it is.
    private static int CountOverlapping(IReadOnlyList<RecordedCall> calls)
    {
        int count = 0;
        long latestEnd = long.MinValue;
        for (int i = 0; i < calls.Count; i++)
        {
            long end = EndOf(calls[i]);
            bool overlapsNext = i + 1 < calls.Count && calls[i + 1].InvokedAt <= end;
            count += latestEnd >= calls[i].InvokedAt || overlapsNext ? 1 : 0;
            latestEnd = Math.Max(latestEnd, end);
        }

        return count;
    }

    // An indeterminate call stays open for the checker, but here only the time that its caller waited counts.
    private static long EndOf(RecordedCall call) => call.Completion?.Line.TimeNs ?? call.InvokedAt;
}
