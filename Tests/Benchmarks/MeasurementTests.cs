using System.Text.Json;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Tests.Benchmarks;

[TestClass]
public sealed class MeasurementTests
{
    [TestMethod]
    public void Json_HasExactlyTheFieldsThatAreTold()
    {
        using JsonDocument line = JsonDocument.Parse(Example().ToJson());

        Assert.AreSequenceEqual(
            ["system", "op", "clients", "seconds", "ops", "errors", "ops_per_s", "p50_ms", "p95_ms", "p99_ms", "max_ms"],
            line.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.DoesNotContain('\n', Example().ToJson());
    }

    [TestMethod]
    public void Json_ThereAndBack_IsTheSame()
    {
        Assert.AreEqual(Example() with { FirstError = null }, Measurement.FromJson(Example().ToJson()));
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("null")]
    [DataRow("{\"system\":\"x\"}")]
    [DataRow("paxoswcf put 3")]
    public void Json_OfSomethingElse_IsRefused(string line)
    {
        Assert.ThrowsExactly<JsonException>(() => Measurement.FromJson(line));
    }

    [TestMethod]
    public void Output_ToAPipe_IsOneLineForEachResult_AndSaysWhatFailed()
    {
        var text = new StringWriter();
        var json = new StringWriter();
        using (var output = BenchmarkOutput.To(text, json))
        {
            output.Measured(Example());
            output.Summary([Example()]);
        }

        string[] lines = text.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.HasCount(4, lines);
        Assert.StartsWith("system", lines[0]);
        Assert.Contains("1,235", lines[1]);
        Assert.Contains("no quorum", lines[2]);
        Assert.Contains("do not compare", lines[3]);
        Assert.AreEqual(Example() with { FirstError = null }, Measurement.FromJson(json.ToString().Trim()));
    }

    internal static Measurement Example() => new()
    {
        System = "paxoswcf",
        Op = "put-100B",
        Clients = 64,
        Seconds = 5,
        Ops = 6173,
        Errors = 2,
        OpsPerS = 1234.6,
        P50Ms = 1.5,
        P95Ms = 2.5,
        P99Ms = 12.25,
        MaxMs = 90,
        FirstError = "no quorum",
    };
}
