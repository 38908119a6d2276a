using PaxosWcf.History;

namespace PaxosWcf.Simulator;

/// <summary>What the clients of a run record, in memory, through the production recorder; and the verdict on it.</summary>
internal sealed class RunHistory : IDisposable
{
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

    /// <summary>Fails the run when what its clients saw has no legal order.</summary>
    public void Verify(SimulatedCluster cluster)
    {
        using var lines = new MemoryStream(Bytes, writable: false);
        var found = new HistoryVerifier(new VerifierOptions { Slots = true }).Verify(WithoutWrongValues(RecordedHistory.Read(lines, "history")));
        if (found.Verdict == Verdict.Ok)
        {
            return;
        }

        var why = found.Keys.Where(key => key.Verdict != Verdict.Ok)
            .Select(key => $"key {key.Key}: {key.Witness?.Sentence ?? key.Verdict.ToString()}").Concat(found.Slots);
        cluster.Fail($"the history is not linearizable: {string.Join("; ", why)}", inner: null, BrokenRule.History);
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
