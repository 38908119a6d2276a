using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>What came of a script.</summary>
internal sealed class ScriptSummary
{
    private readonly Latencies _latencies = new();

    public int Done { get; private set; }

    public int NotFound { get; private set; }

    /// <summary>How many found that what they expected is not so.</summary>
    public int NotHeld { get; private set; }

    public int Failed { get; private set; }

    public void Count(VerbResult result, TimeSpan time)
    {
        if (result.IsFailure)
        {
            Failed++;
            return;
        }

        Done++;
        NotHeld += result.IsNotHeld ? 1 : 0;
        NotFound += result is { ExitCode: ExitCodes.NotFoundOrFailed, IsNotHeld: false } ? 1 : 0;
        _latencies.Add(time);
    }

    /// <summary>What came of one that was interrupted.</summary>
    /// <param name="elapsed">How long it ran.</param>
    /// <param name="operations">How many operations it has.</param>
    /// <param name="underWay">The line whose outcome is not known; null: none.</param>
    public VerbResult Interrupted(TimeSpan elapsed, int operations, ScriptLine? underWay)
    {
        VerbResult result = Result(elapsed);
        string line = underWay is null ? "" : $" Line {underWay.Number} was under way: if it writes, that may still take effect.";
        string sentence = $"Interrupted after {Done + Failed} of {operations} operations.{line}";
        Failures.Add(result.Json, "Interrupted", sentence);
        return new VerbResult(ExitCodes.Interrupted, result.Json, sentence) { Seen = result.Plain, IsFailure = true };
    }

    public VerbResult Result(TimeSpan elapsed)
    {
        var json = new JsonObject
        {
            ["verb"] = "run",
            ["ok"] = Failed == 0,
            ["lines"] = Done + Failed,
            ["done"] = Done,
            ["notFound"] = NotFound,
            ["notHeld"] = NotHeld,
            ["failed"] = Failed,
            ["elapsedMs"] = Math.Round(elapsed.TotalMilliseconds, 1),
            ["latencyMs"] = _latencies.Json(),
        };
        string notHeld = NotHeld == 0 ? "" : FormattableString.Invariant($", {NotHeld} not held");
        string text = FormattableString.Invariant(
            $"{Counted.Of(Done + Failed, "operation")}: {Done} done ({NotFound} not found{notHeld}), {Failed} failed, in {elapsed.TotalSeconds:F1} s; {_latencies}");
        if (Failed > 0)
        {
            Failures.Add(json, "LinesFailed", $"{Counted.Of(Failed, "line")} failed; each is named before.");
        }

        return new VerbResult(Failed == 0 ? ExitCodes.Ok : ExitCodes.NotFoundOrFailed, json, text);
    }
}
