using PaxosWcf.History;

namespace PaxosWcf.Simulator;

/// <summary>What the clients of a run record, in memory, through the production recorder; and the verdict on it.</summary>
internal sealed class RunHistory : IDisposable
{
    // The only real clock of a run: far away, so that the same seed has the same verdict on a slow machine. A verdict takes some milliseconds.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // For a smaller history to show, once there is a verdict.
    private static readonly TimeSpan WitnessPatience = TimeSpan.FromMinutes(1);

    private readonly MemoryStream _lines = new();
    private readonly SimulatedClock _clock;
    private long _last;

    public RunHistory(SimulatedCluster cluster)
    {
        _clock = new SimulatedClock(cluster);
        Recorder = new HistoryRecorder(_lines, Now);
    }

    public HistoryRecorder Recorder { get; }

    public byte[] Bytes => _lines.ToArray();

    /// <summary>Fails the run when what its clients saw has no legal order, or nobody can tell.</summary>
    public void Verify(SimulatedCluster cluster)
    {
        using var lines = new MemoryStream(Bytes, writable: false);
        var options = new VerifierOptions { TimeLimit = Patience, WitnessTimeLimit = WitnessPatience, Slots = true };
        if (Broken(new HistoryVerifier(options).Verify(WithoutWrongValues(RecordedHistory.Read(lines, "history")))) is { } broken)
        {
            cluster.Fail(broken.What, inner: null, broken.Rule);
        }
    }

    /// <summary>The rule that a history breaks, with a sentence; null: none.</summary>
    internal static (BrokenRule Rule, string What)? Broken(Verification found)
    {
        var why = string.Join("; ", found.Keys.Where(key => key.Verdict == found.Verdict)
            .Select(key => $"key {key.Key}: {key.Witness?.Sentence ?? key.Verdict.ToString()}").Concat(found.Slots));
        return found.Verdict switch
        {
            Verdict.Ok => null,
            Verdict.Unknown => (BrokenRule.Undecided, $"whether the history is linearizable was not found out in {Patience}: {why}"),
            _ => (BrokenRule.History, $"the history is not linearizable: {why}"),
        };
    }

    public void Dispose()
    {
        Recorder.Dispose();
        _lines.Dispose();
    }

    // Only a state that was made wrong on purpose holds such values, and whoever else answers one has failed the run by then.
    private static RecordedHistory WithoutWrongValues(RecordedHistory history) =>
        history with { Calls = [.. history.Calls.Where(call => call.Read?.StartsWith(WrongStates.Mark, StringComparison.Ordinal) != true)] };

    // No two lines have the same time: what happened earlier in an event is earlier.
    private long Now() => _last = Math.Max(_last + 1, _clock.Nanoseconds);
}
