using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaxosWcf.Simulator;

/// <summary>How runs are shown: a line, or a JSON object.</summary>
internal sealed class RunPrinter(SimulatorIo io, bool json)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line for people; readers of JSON are spared it.</summary>
    public void Say(string line)
    {
        if (!json && line.Length > 0)
        {
            io.Out.WriteLine(line);
        }
    }

    public void PrintHeld(RunReport report)
    {
        Say(string.Create(CultureInfo.InvariantCulture,
            $"Seed {report.Seed} held: {report.Steps:N0} steps, {report.Ticks:N0} ticks, {report.Faults:N0} faults; {report.Messages:N0} messages, "
            + $"{report.Chosen:N0} slots chosen; {report.Answered:N0} calls answered ({report.Reads:N0} reads), {report.Doubtful:N0} of "
            + $"unknown outcome, {report.WithoutEffect:N0} without effect; trace {report.TraceHash}"));
        Print(() => new JsonObject
        {
            ["seed"] = report.Seed,
            ["held"] = true,
            ["steps"] = report.Steps,
            ["ticks"] = report.Ticks,
            ["faults"] = report.Faults,
            ["messages"] = report.Messages,
            ["installed"] = report.Installed,
            ["chosen"] = report.Chosen,
            ["answered"] = report.Answered,
            ["reads"] = report.Reads,
            ["outcomeUnknown"] = report.Doubtful,
            ["withoutEffect"] = report.WithoutEffect,
            ["trace"] = report.TraceHash,
        });
    }

    public void PrintBroken(RunPlan failing, SimulationException failure, RunPlan small, Shrinker shrinker, string path)
    {
        var faults = small.Faults ?? [];
        Say(string.Create(CultureInfo.InvariantCulture,
            $"After {shrinker.Runs} runs: {small.Steps:N0} steps, {faults.Count} faults of {failing.Faults?.Count}, {small.Clients.Clients} clients. "
            + $"At step {shrinker.Failure.Step:N0}, tick {shrinker.Failure.Tick}: {shrinker.Failure.What}"));
        foreach (var fault in faults)
        {
            Say($"  {fault}");
        }

        Say($"To see it again: dotnet run -c Release --project Simulator -- --replay {path}");
        Print(() => new JsonObject
        {
            ["seed"] = failing.Seed,
            ["held"] = false,
            ["rule"] = JsonNamingPolicy.KebabCaseLower.ConvertName(failure.Rule.ToString()),
            ["what"] = failure.What,
            ["step"] = failure.Step,
            ["tick"] = failure.Tick,
            ["schedule"] = path,
            ["scheduleSteps"] = small.Steps,
            ["scheduleFaults"] = new JsonArray([.. faults.Select(fault => JsonValue.Create(fault.ToString()))]),
        });
    }

    public void PrintMany(int runs, long steps, long answered, TimeSpan elapsed)
    {
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{runs:N0} seeds held: {steps:N0} steps, {answered:N0} calls answered, in {elapsed.TotalSeconds:F1} s"));
    }

    public void PrintScenarios(IReadOnlyList<Scenario> scenarios)
    {
        foreach (var scenario in scenarios)
        {
            Say($"{scenario.Name,-31} {scenario.Shows}");
            Print(() => new JsonObject { ["scenario"] = scenario.Name, ["shows"] = scenario.Shows });
        }
    }

    private void Print(Func<JsonObject> one)
    {
        if (json)
        {
            io.Out.WriteLine(one().ToJsonString(Readable));
        }
    }
}
