using PaxosWcf.Consensus;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>A recorded schedule is the run.</summary>
[TestClass]
public sealed class ReplayTests
{
    [TestMethod]
    [DataRow(3), DataRow(12), DataRow(29), DataRow(42)]
    public void Replay_OfARecordedSchedule_IsTheSameRun(int seed)
    {
        using var first = new SimulationRun(RunPlan.Draw(seed, 5000));
        var report = first.Run();

        using var again = new SimulationRun(ScheduleFile.Read(ScheduleFile.Write(first.Recorded)));

        Assert.IsGreaterThan(0, report.Faults);
        Assert.AreEqual(report, again.Run());
    }

    [TestMethod]
    public void Schedule_WrittenAndRead_IsTheSame()
    {
        var plan = RunPlan.Draw(5, 700) with
        {
            Faults =
            [
                new Fault(3, FaultKind.PowerCut) { Replicas = [Fault.Leader], Amount = 4, For = 1500 },
                new Fault(9, FaultKind.Links) { Links = ["1>2", "3>1"], For = 100 },
                new Fault(9, FaultKind.Network) { Network = new NetworkOptions { LossPercent = 7, DelayMax = 0 } },
            ],
        };
        var text = ScheduleFile.Write(plan);

        var read = ScheduleFile.Read(text);

        Assert.AreEqual((plan.Seed, plan.Steps, plan.Cluster, plan.Clients), (read.Seed, read.Steps, read.Cluster, read.Clients));
        Assert.AreEqual(text, ScheduleFile.Write(read));
        Assert.AreEqual(plan.Faults[2].Network, read.Faults![2].Network);
    }

    /// <summary>What a schedule of an earlier simulator does not say was not there.</summary>
    [TestMethod]
    public void Schedule_OfAnEarlierSimulator_HasNoUsersAndNoMergingThatItDoesNotName()
    {
        var plan = RunPlan.Draw(5, 700) with
        {
            Cluster = new ClusterOptions { MergesMessages = true },
            Clients = new ClientPlan { ForeignUsers = 2 },
        };
        var text = ScheduleFile.Write(plan).Replace("\"mergesMessages\":true,", "", StringComparison.Ordinal)
            .Replace("\"foreignUsers\":2,", "", StringComparison.Ordinal);

        var read = ScheduleFile.Read(text);

        Assert.AreEqual((false, 0), (read.Cluster.MergesMessages, read.Clients.ForeignUsers));
    }

    [TestMethod]
    [DataRow("", "paxoswcf-simulation/1", "paxoswcf-simulation/2", DisplayName = "another version")]
    [DataRow("", "\"tick\"", "\"tock\"", DisplayName = "an unknown word")]
    [DataRow("", "\"crash\"", "\"earthquake\"", DisplayName = "an unknown kind")]
    [DataRow("", "[1]", "[6]", DisplayName = "an unknown replica")]
    [DataRow("", "\"replicas\":5", "\"replicas\":4", DisplayName = "an even number of replicas")]
    [DataRow("", "\"tick\":5", "\"tick\":0", DisplayName = "before the beginning")]
    public void Schedule_ThatMakesNoSense_IsRefusedWithASentence(string _, string right, string wrong)
    {
        var plan = new RunPlan(1, 100) { Faults = [new Fault(5, FaultKind.Crash) { Replicas = [1], For = 10 }] };
        var text = ScheduleFile.Write(plan);
        Assert.Contains(right, text);

        var refusal = Assert.ThrowsExactly<ScheduleFormatException>(() => ScheduleFile.Read(text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.EndsWith(".", refusal.Message);
    }

    [TestMethod]
    public void Ring_OfFive_EachHearsTwoOthersAndNoTwoTheSame()
    {
        var ring = new Fault(1, FaultKind.Ring) { Replicas = [2, 4, 1, 5, 3] };

        var cut = LinkShapes.Of(ring, ring.Replicas, 5).ToHashSet();

        var heard = Enumerable.Range(1, 5)
            .Select(self => string.Join(' ', Enumerable.Range(1, 5).Where(other => other == self || !cut.Contains((other, self))))).ToList();
        Assert.IsTrue(heard.TrueForAll(some => some.Split(' ').Length == new Quorum([new(1), new(2), new(3), new(4), new(5)]).Majority));
        Assert.HasCount(5, heard.Distinct());
    }
}
