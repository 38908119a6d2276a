using System.Text.Json.Nodes;
using PaxosWcf.History;
using PaxosWcf.Simulator;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Simulation;

/// <summary>The simulator from its command line to its exit code.</summary>
[TestClass]
public sealed class SimulatorConsoleTests
{
    public static IEnumerable<object[]> ScenarioNames => Scenarios.All.Select(scenario => new object[] { scenario.Name });

    [TestMethod]
    [DynamicData(nameof(ScenarioNames))]
    public async Task Scenario_Run_Holds(string name)
    {
        var (code, output, _) = await RunAsync("--scenario", name);

        Assert.AreEqual(0, code, output);
        Assert.Contains("[FAULT]", output);
        Assert.Contains("Seed 1 held", output);
    }

    [TestMethod]
    [DataRow("membership", "Remove", "AddLearner", "Promote")]
    [DataRow("lost-disk", "Readmit", "Replace")]
    [DataRow("move", "Replace { Id = R2", "http://r2-2")]
    [DataRow("restore", "is over: RestoreAnswer { Step = Done")]
    public async Task Scenario_OfMembers_ShowsTheChangesThatItTellsOf(string name, params string[] shown)
    {
        var (_, output, _) = await RunAsync("--scenario", name);

        var operators = string.Join('\n', output.Split('\n').Where(line => line.Contains("[OPERATOR]", StringComparison.Ordinal)
            || line.Contains("[RESTORE]", StringComparison.Ordinal)));
        foreach (var change in shown)
        {
            Assert.Contains(change, operators, output);
        }
    }

    [TestMethod]
    public async Task Seed_RunTwice_PrintsTheSameTraceHash()
    {
        var (code, once, _) = await RunAsync("--seed", "42", "--steps", "5000");
        var (_, again, _) = await RunAsync("--seed", "42", "--steps", "5000");

        Assert.AreEqual(0, code);
        Assert.Contains("trace ", once);
        Assert.AreEqual(once, again);
    }

    [TestMethod]
    public async Task Seeds_Json_OneObjectARun()
    {
        var (code, output, _) = await RunAsync("--seed", "1", "--seeds", "3", "--steps", "2000", "--json");

        var runs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.AreEqual(0, code);
        Assert.AreEqual("1 2 3", string.Join(' ', runs.Select(run => (int)run["seed"]!).Order()));
        Assert.IsTrue(runs.TrueForAll(run => (bool)run["held"]!));
    }

    [TestMethod]
    public async Task Run_ThatBreaksARule_ExitsWithOneAndLeavesASchedule()
    {
        using var directory = new TemporaryDirectory();
        var schedule = Path.Combine(directory.Path, "failed.json");

        var (code, output, _) = await RunAsync("--seed", "1", "--steps", "20", "--schedule", schedule);

        Assert.AreEqual(1, code);
        Assert.Contains($"--replay {schedule}", output);
        Assert.AreEqual(1, (await RunAsync("--replay", schedule, "--schedule", schedule)).Code);
    }

    [TestMethod]
    public async Task History_Kept_HoldsTheCallsOfTheClients()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "h.jsonl");

        var (code, _, _) = await RunAsync("--scenario", "answers-lost", "--history", file);

        var history = RecordedHistory.Load([file]);
        Assert.AreEqual(0, code);
        Assert.IsGreaterThan(50, history.Calls.Count);
        Assert.IsNotEmpty(history.Markers);
    }

    [TestMethod]
    public async Task Trace_Asked_ShowsMessages()
    {
        var (_, output, _) = await RunAsync("--seed", "3", "--steps", "5000", "--trace");

        Assert.Contains("Heartbeat", output);
    }

    [TestMethod]
    [DataRow("--steps 0")]
    [DataRow("--seed x")]
    [DataRow("--steps x")]
    [DataRow("--seeds x")]
    [DataRow("--minutes x")]
    [DataRow("--shrink-runs x")]
    [DataRow("--seeds 3 --minutes 1")]
    [DataRow("--scenario ring --seed 3")]
    [DataRow("--seeds 3 --trace")]
    [DataRow("--scenario earthquake")]
    [DataRow("--replay no-such-file.json")]
    [DataRow("--sedes 3")]
    public async Task CommandLine_ThatMakesNoSense_ExitsWithTwoAndASentence(string line)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));

        Assert.AreEqual(2, code);
        Assert.AreEqual("", output);
        Assert.Contains(".", error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new SimulatorCommand(new SimulatorIo { Out = output, Error = error }).RunAsync(args);
        return (code, output.ToString(), error.ToString());
    }
}
