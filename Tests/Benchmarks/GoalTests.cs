using PaxosWcf.Benchmarks.Compare;
using PaxosWcf.Benchmarks.Goal;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Tests.Benchmarks;

/// <summary>The ratios, and the verdict.</summary>
[TestClass]
public sealed class GoalTests
{
    private static readonly string[] Others = ["etcd", "zookeeper"];

    [TestMethod]
    public void Comparison_IsWithTheFasterOfTheOthers_AndWithItsTail()
    {
        var one = Comparison.Of("paxoswcf", Others,
        [
            At("paxoswcf", "put-100B", 64, 2200, 30),
            At("etcd", "put-100B", 64, 1000, 5),
            At("zookeeper", "put-100B", 64, 2000, 20),
            At("echo", "put-100B", 64, 30000, 1),
            At("paxoswcf", "get-100B", 64, 2200, 30),
        ]).Single();

        Assert.AreEqual("zookeeper", one.Best.System);
        Assert.AreEqual(1.1, one.Throughput, 1e-9);
        Assert.AreEqual(1.5, one.Tail, 1e-9);
    }

    [TestMethod]
    public void Comparison_OfRepetitions_TakesTheMiddleOne_AndAllErrors()
    {
        var ours = Enumerable.Range(1, 3).Select(n => At("paxoswcf", "put-100B", 1, ((n % 3) + 1) * 150, 1) with { Errors = 1 });

        var one = Comparison.Of("paxoswcf", Others, [.. ours, At("etcd", "put-100B", 1, 100, 1)]).Single();

        Assert.AreEqual(300, one.Ours.OpsPerS);
        Assert.AreEqual(3, one.Ours.Errors);
    }

    [TestMethod]
    public void Verdict_OfAllThatIsAsked_IsPassOnEveryLine()
    {
        Assert.IsTrue(GoalCheck.Of(AsAsked()).All(line => line.Met), string.Join('\n', GoalCheck.Of(AsAsked())));
    }

    [TestMethod]
    public void Verdict_OfNothingMeasured_IsNotMetOnAnyLine()
    {
        var lines = GoalCheck.Of([]);

        Assert.HasCount(16, lines);
        Assert.IsTrue(lines.All(line => !line.Met && line.ToString().EndsWith("not measured", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("paxoswcf", "put-100B", 16, 0.95, 1.0, 0, "put-100B, 16 clients")]
    [DataRow("paxoswcf", "get-100B", 256, 1.0, 1.01, 0, "get-100B, 256 clients")]
    [DataRow("paxoswcf", "put-100B", 1, 1.0, 1.0, 1, "put-100B, 1 clients")]
    [DataRow("paxoswcf", "batch-100-100B", 1, 0.95, 1.0, 0, "batch-100-100B, 1 clients")]
    [DataRow("paxoswcf-inside", "put-100B", 64, 0.95, 1.0, 0, "put-100B from inside the leader, 64 callers")]
    [DataRow("echo", "put-100B", 64, 1.1, 1.0, 0, "put-100B, 64 clients: 60")]
    public void Verdict_OfOneThingMissed_NamesExactlyThat(
        string system, string op, int clients, double throughput, double tail, int errors, string line)
    {
        var measured = AsAsked().Select(m => m.System == system && m.Op == op && m.Clients == clients
            ? m with { OpsPerS = m.OpsPerS * throughput, P99Ms = m.P99Ms * tail, Errors = errors }
            : m);

        string[] missed = [.. GoalCheck.Of([.. measured]).Where(l => !l.Met).Select(l => l.What)];

        Assert.HasCount(1, missed);
        Assert.StartsWith(line, missed[0]);
    }

    [TestMethod]
    [DataRow("etcd", "put-100B", 16, 0, 0, "put-100B, 16 clients", "etcd ended no call")]
    [DataRow("etcd", "batch-100-100B", 64, 0, 0, "batch-100-100B, 64 clients", "etcd ended no call")]
    [DataRow("zookeeper", "put-100B", 1, 900, 2, "put-100B, 1 clients", "2 calls of zookeeper failed")]
    [DataRow("dotnext-inside", "put-100B", 256, 0, 0, "put-100B from inside the leader, 256 callers", "dotnext-inside ended no call")]
    [DataRow("echo", "put-100B", 64, 0, 0, "put-100B, 64 clients: 60", "echo ended no call")]
    public void Verdict_WhereAnotherBrokeDown_IsNotMet(
        string system, string op, int clients, double opsPerS, int errors, string line, string why)
    {
        var measured = AsAsked().Select(m => m.System == system && m.Op == op && m.Clients == clients
            ? m with { OpsPerS = opsPerS, P99Ms = opsPerS == 0 ? 0 : m.P99Ms, Errors = errors }
            : m);

        GoalLine missed = GoalCheck.Of([.. measured]).Single(l => !l.Met);

        Assert.StartsWith(line, missed.What);
        Assert.EndsWith(why, missed.Measured);
    }

    // Each figure is on its limit.
    private static List<Measurement> AsAsked()
    {
        var all = new List<Measurement>();
        foreach (int clients in GoalCheck.Clients)
        {
            all.AddRange(
            [
                At("paxoswcf", "put-100B", clients, 1100, 10), At("etcd", "put-100B", clients, 500, 1), At("zookeeper", "put-100B", clients, 1000, 10),
                At("paxoswcf", "get-100B", clients, 1100, 10), At("etcd", "get-100B", clients, 1000, 10),
                At("paxoswcf", "batch-100-100B", clients, 2000, 10), At("etcd", "batch-100-100B", clients, 1000, 10),
                At("paxoswcf-inside", "put-100B", clients, 3000, 1), At("dotnext-inside", "put-100B", clients, 3000, 1),
            ]);
        }

        all.Add(At("echo", "put-100B", 64, 1833, 1));
        return all;
    }

    private static Measurement At(string system, string op, int clients, double opsPerS, double p99Ms) => MeasurementTests.Example() with
    {
        System = system,
        Op = op,
        Clients = clients,
        OpsPerS = opsPerS,
        P99Ms = p99Ms,
        Errors = 0,
        FirstError = null,
    };
}
