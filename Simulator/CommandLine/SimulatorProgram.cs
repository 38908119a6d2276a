namespace PaxosWcf.Simulator;

/// <summary>Does what the command line asks for.</summary>
internal sealed class SimulatorProgram(SimulatorIo io, SimulatorRequest request)
{
    private readonly RunPrinter _printer = new(io, request.Json);

    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancel)
    {
        try
        {
            return request.IsMany ? new ManySeeds(io, request, _printer).Run(cancel)
                : request.Scenario == "list" ? List()
                : RunOne(Plan());
        }
        catch (Exception error) when (error is ScheduleFormatException or IOException or UnauthorizedAccessException)
        {
            io.Error.WriteLine(error.Message);
            return ExitCodes.Usage;
        }
    }

    private RunPlan Plan() =>
        request.Replay is { } file ? ScheduleFile.Load(file)
        : request.Scenario is { } name ? Named(name).Plan
        : RunPlan.Draw(request.Seed, request.Steps);

    private static Scenario Named(string name) => Scenarios.Find(name)
        ?? throw new ScheduleFormatException($"There is no scenario \"{name}\"; --scenario list shows them.");

    private int List()
    {
        _printer.PrintScenarios(Scenarios.All);
        return ExitCodes.Held;
    }

    private int RunOne(RunPlan plan)
    {
        using var run = new SimulationRun(plan);
        run.Trace.Listener = Listener();
        try
        {
            var report = run.Run();
            _printer.PrintHeld(report);
            return ExitCodes.Held;
        }
        catch (SimulationException failure)
        {
            new FailureDesk(io, request, _printer).Take(run.Recorded, failure);
            return ExitCodes.Broken;
        }
        finally
        {
            if (request.History is { } path)
            {
                File.WriteAllBytes(path, run.History);
            }
        }
    }

    // Of a scenario one wants to see what happens; the messages are for who asks for them.
    private Action<TraceLine>? Listener() =>
        request.Json ? null
        : request.Trace ? line => io.Out.WriteLine(line)
        : request.Scenario is null ? null
        : line =>
        {
            if (!line.IsMessage)
            {
                io.Out.WriteLine(line);
            }
        };
}
