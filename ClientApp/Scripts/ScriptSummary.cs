using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>What came of a script.</summary>
internal sealed class ScriptSummary
{
    private readonly Latencies _latencies = new();

    public int Done { get; private set; }

    public int NotFound { get; private set; }

    public int Failed { get; private set; }

    public void Count(VerbResult result, TimeSpan time)
    {
        if (result.IsFailure)
        {
            Failed++;
            return;
        }

        Done++;
        NotFound += result.ExitCode == ExitCodes.NotFoundOrFailed ? 1 : 0;
        _latencies.Add(time);
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
            ["failed"] = Failed,
            ["elapsedMs"] = Math.Round(elapsed.TotalMilliseconds, 1),
            ["latencyMs"] = _latencies.Json(),
        };
        string text = FormattableString.Invariant(
            $"{Done + Failed} operations: {Done} done ({NotFound} not found), {Failed} failed, in {elapsed.TotalSeconds:F1} s; {_latencies}");
        return new VerbResult(Failed == 0 ? ExitCodes.Ok : ExitCodes.NotFoundOrFailed, json, text);
    }
}
