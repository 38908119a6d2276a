using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>What came of a run.</summary>
/// <param name="Contents">Whether all replicas hold the same.</param>
/// <param name="ContentsAreSame">The same in a word.</param>
/// <param name="Verification">Whether the history is linearizable.</param>
/// <param name="Findings">What else was wrong.</param>
internal sealed record NemesisReport(
    string Contents, bool ContentsAreSame, Verification Verification, IReadOnlyList<string> Findings)
{
    // A run of seconds with one client has more.
    private const int AnsweredMin = 100;

    public IReadOnlyDictionary<FaultKind, int> Counts { get; init; } = new Dictionary<FaultKind, int>();

    /// <summary>Faults that did not take hold; they are not among <see cref="Counts"/>.</summary>
    public IReadOnlyDictionary<FaultKind, int> Vain { get; init; } = new Dictionary<FaultKind, int>();

    public IReadOnlyDictionary<FaultKind, string> Skipped { get; init; } = new Dictionary<FaultKind, string>();

    /// <summary>Kinds that had to be injected, and were not in all the time that there was.</summary>
    public IReadOnlyList<FaultKind> Missing { get; init; } = [];

    public CallCounts Calls { get; init; } = new();

    /// <summary>How often a replica was so far behind that it installed another one's state.</summary>
    public int Snapshots { get; init; }

    /// <summary>What was watched.</summary>
    public string Watched { get; init; } = "nothing";

    /// <summary>What was backed up.</summary>
    public string BackedUp { get; init; } = "nothing";

    /// <summary>A run in which hardly anything was read or written, or nothing went wrong, proves nothing.</summary>
    public bool Passed => ContentsAreSame && Verification.Verdict == Verdict.Ok && Findings.Count == 0 && !IsThin && Counts.Count > 0 && Missing.Count == 0;

    private bool IsThin => Calls.AnsweredReads < AnsweredMin || Calls.AnsweredWrites < AnsweredMin;

    public IEnumerable<string> Lines()
    {
        yield return $"faults: {Counts.Values.Sum()} ({Named(Counts)})";
        if (Vain.Count > 0)
        {
            yield return $"without hold: {Vain.Values.Sum()} ({Named(Vain)}), which do not count";
        }

        foreach ((FaultKind kind, string why) in Skipped.OrderBy(skipped => skipped.Key))
        {
            yield return $"skipped: {kind.ToString().ToLowerInvariant()}, because {why}";
        }

        foreach (FaultKind kind in Missing)
        {
            yield return $"missing: {kind.ToString().ToLowerInvariant()}, for which there was no time, or which did not take hold";
        }

        yield return $"calls: {Calls.Answered} answered, {Calls.AnsweredWrites} of them writes; {Calls.Refused} refused, {Calls.Unknown} without a certain answer";
        if (IsThin)
        {
            yield return $"thin: {Calls.AnsweredReads} reads and {Calls.AnsweredWrites} writes were answered; fewer than {AnsweredMin} of either show nothing";
        }

        yield return $"snapshots installed: {Snapshots}";
        yield return $"watched: {Watched}";
        yield return $"backups: {BackedUp}";
        yield return $"contents: {Contents}";
        yield return $"history: {Verification.Verdict.ToString().ToUpperInvariant()} over {Verification.Keys.Count} keys";
        foreach (KeyVerdict key in Verification.Keys.Where(k => k.Verdict != Verdict.Ok))
        {
            yield return $"  {key.Key}: {key.Verdict}; {key.Witness?.Sentence}";
            foreach (RecordedCall call in key.Witness?.Calls ?? [])
            {
                yield return $"    process {call.Process}: {call}";
            }
        }

        foreach (string finding in Findings)
        {
            yield return $"found: {finding}";
        }

        yield return Passed ? "PASSED" : "FAILED";
    }

    private static string Named(IReadOnlyDictionary<FaultKind, int> counts) =>
        string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key.ToString().ToLowerInvariant()}"));
}
