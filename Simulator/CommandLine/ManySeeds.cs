using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace PaxosWcf.Simulator;

/// <summary>Runs one seed after another, as many at once as there are processors, until one fails or all are done.</summary>
internal sealed class ManySeeds(SimulatorIo io, SimulatorRequest request, RunPrinter printer)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private (RunPlan Recorded, SimulationException Failure)? _failed;
    private TimeSpan _lastLine;
    private long _steps;
    private long _answered;
    private int _begun;
    private int _held;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancel)
    {
        printer.Say(string.Create(CultureInfo.InvariantCulture, $"From seed {request.Seed} on, {request.Steps:N0} steps each."));
        if (io.Terminal is { } terminal && !request.Json)
        {
            terminal.Progress().AutoClear(true).Start(bars =>
            {
                var bar = bars.AddTask("seeds");
                RunAll(() => bar.Value = 100 * Done(), cancel);
            });
        }
        else
        {
            RunAll(SayNowAndThen, cancel);
        }

        return Conclude(cancel);
    }

    private int Conclude(CancellationToken cancel)
    {
        if (_failed is { } failed)
        {
            new FailureDesk(io, request, printer).Take(failed.Recorded, failed.Failure);
            return ExitCodes.Broken;
        }

        printer.PrintMany(_held, _steps, _answered, Elapsed);
        return cancel.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Held;
    }

    private void RunAll(Action moved, CancellationToken cancel)
    {
        Thread[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(moved, cancel)))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
    }

    private void Work(Action moved, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && NextSeed() is { } seed)
        {
            using var run = new SimulationRun(RunPlan.Draw(seed, request.Steps));
            try
            {
                var report = run.Run();
                Count(report, moved);
            }
            catch (SimulationException failure)
            {
                lock (_lock)
                {
                    _failed ??= (run.Recorded, failure);
                }
            }
        }
    }

    private int? NextSeed()
    {
        lock (_lock)
        {
            var over = _failed is not null || (request.Seeds is { } seeds ? _begun >= seeds : Elapsed >= request.Time);
            return over ? null : unchecked(request.Seed + _begun++);
        }
    }

    private void Count(RunReport report, Action moved)
    {
        lock (_lock)
        {
            _held++;
            _steps += report.Steps;
            _answered += report.Answered;
            if (request.Json)
            {
                printer.PrintHeld(report);
            }

            moved();
        }
    }

    private double Done() => request.Seeds is { } seeds ? (double)_held / seeds : Elapsed / request.Time!.Value;

    private void SayNowAndThen()
    {
        if (Elapsed - _lastLine >= LineEvery)
        {
            _lastLine = Elapsed;
            printer.Say(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,6:F0} s  {_held:N0} seeds held"));
        }
    }
}
