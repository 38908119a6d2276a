namespace PaxosWcf.Simulator;

/// <summary>Tells of a run that failed, makes its schedule small, and keeps it.</summary>
internal sealed class FailureDesk(SimulatorIo io, SimulatorRequest request, RunPrinter printer)
{
    public void Take(RunPlan failing, SimulationException failure)
    {
        printer.Say(failure.Message);
        var shrinker = new Shrinker(failing, failure, Fails, request.ShrinkRuns);
        printer.Say(request.ShrinkRuns == 0 ? "" : "Making it small …");
        var small = shrinker.Shrink();
        var path = request.Schedule ?? $"failed-{failing.Seed}.json";
        ScheduleFile.Save(small, path);
        printer.PrintBroken(failing, failure, small, shrinker, path);
        io.Out.Flush();
    }

    private static SimulationException? Fails(RunPlan plan)
    {
        try
        {
            using var run = new SimulationRun(plan);
            run.Run();
            return null;
        }
        catch (SimulationException failure)
        {
            return failure;
        }
    }
}
