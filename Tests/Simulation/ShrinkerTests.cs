using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>A failing run becomes a short schedule that still fails.</summary>
[TestClass]
public sealed class ShrinkerTests
{
    private const int RunsMax = 500;

    [TestMethod]
    public void Shrink_RuleBrokenByTwoFaultsTogether_KeepsThoseTwo()
    {
        var (failing, failure) = FirstFailure(run => run.ExtraRule = PausedWhileAnotherIsOutOfReach);
        Assert.IsGreaterThan(5, failing.Faults!.Count);

        var shrinker = new Shrinker(failing, failure, plan => Fails(plan, run => run.ExtraRule = PausedWhileAnotherIsOutOfReach), RunsMax);
        var small = shrinker.Shrink();

        Assert.HasCount(2, small.Faults!, $"{shrinker.Runs} runs: {string.Join("; ", small.Faults!)}");
        Assert.Contains(fault => fault.Kind == FaultKind.Pause, small.Faults!);
        Assert.AreEqual(1, small.Clients.Clients);
        Assert.IsLessThanOrEqualTo(RunsMax, shrinker.Runs);
        Assert.IsNotNull(Fails(ScheduleFile.Read(ScheduleFile.Write(small)), run => run.ExtraRule = PausedWhileAnotherIsOutOfReach));
    }

    [TestMethod]
    public void Shrink_DisksForgetWhatTheyFlushed_FewCrashesAreLeft()
    {
        var (failing, failure) = FirstFailure(ForgetFlushes);

        var small = new Shrinker(failing, failure, plan => Fails(plan, ForgetFlushes), RunsMax).Shrink();

        Assert.AreEqual(BrokenRule.Safety, failure.Rule);
        Assert.IsLessThanOrEqualTo(3, small.Faults!.Count);
        Assert.AreEqual(failure.Rule, Fails(small, ForgetFlushes)?.Rule);
    }

    private static string? PausedWhileAnotherIsOutOfReach(SimulatedCluster cluster) =>
        cluster.Replicas.Any(replica => replica.IsPaused) && cluster.Replicas.Any(replica => replica.IsOutOfReach)
            ? "one is paused while another is out of reach"
            : null;

    private static void ForgetFlushes(SimulationRun run)
    {
        foreach (var replica in run.Cluster.Replicas)
        {
            replica.Disk.ForgetsFlushes = true;
        }
    }

    private static (RunPlan Failing, SimulationException Failure) FirstFailure(Action<SimulationRun> sabotage)
    {
        for (var seed = 1; ; seed++)
        {
            using var run = new SimulationRun(RunPlan.Draw(seed, 5000));
            sabotage(run);
            try
            {
                run.Run();
            }
            catch (SimulationException failure)
            {
                if (run.Recorded.Faults!.Count > 5 && failure.Rule == BrokenRule.Safety)
                {
                    return (run.Recorded, failure);
                }
            }

            Assert.IsLessThan(200, seed, "no seed failed, though a rule was made wrong");
        }
    }

    private static SimulationException? Fails(RunPlan plan, Action<SimulationRun> sabotage)
    {
        using var run = new SimulationRun(plan);
        sabotage(run);
        try
        {
            run.Run();
            return null;
        }
        catch (SimulationException failure)
        {
            return failure;
        }
    }
}
