using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>Measures all cells of a plan: of each cell one system after the other, so that what the machine does meanwhile
/// meets all of them alike.</summary>
internal sealed class LoadRun(IReadOnlyList<ILoadSystem> systems, LoadPlan plan, BenchmarkOutput output)
{
    /// <summary>Measures everything, shows it, and disposes the systems.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> AllAsync(
        IReadOnlyList<ILoadSystem> systems, LoadPlan plan, BenchmarkOutput output, CancellationToken cancel)
    {
        try
        {
            IReadOnlyList<Measurement> measured = await new LoadRun(systems, plan, output).RunAsync(cancel);
            output.Summary(measured);
            return measured.Any(m => m.Errors > 0) ? ExitCodes.Failed : ExitCodes.Done;
        }
        finally
        {
            await Task.WhenAll(systems.Select(s => s.DisposeAsync().AsTask()));
        }
    }

    /// <returns>All measurements, in the order in which they were made.</returns>
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancel)
    {
        var measured = new List<Measurement>();
        foreach (int bytes in plan.ValueSizes)
        {
            var keys = new KeySpace(plan.Keys, bytes);
            foreach (ILoadSystem system in systems)
            {
                await output.WithBarAsync(
                    $"{system.Name}: loading {keys.Count} keys, values of {ByteSize.Text(bytes)}",
                    keys.Count,
                    written => system.LoadAsync(keys, written, cancel));
            }

            // All systems get the same load, those that need none of it too.
            foreach (ILoadSystem system in systems)
            {
                await Settling.RunAsync(system, plan.Kinds, keys, plan.Settle, output, cancel);
            }

            await MeasureAsync(keys, measured, cancel);
        }

        return measured;
    }

    private async Task MeasureAsync(KeySpace keys, List<Measurement> measured, CancellationToken cancel)
    {
        var cells =
            from kind in plan.Kinds
            from clients in plan.Clients
            from repetition in Enumerable.Range(0, plan.Repetitions)
            from system in systems
            where system.Takes(kind, keys.ValueBytes)
            select (System: system, Cell: new LoadCell(kind, keys.ValueBytes, clients));
        foreach ((ILoadSystem system, LoadCell cell) in cells.ToList())
        {
            Measurement one = await output.WhileAsync(
                $"{system.Name}: {cell.Operation}, {cell.Clients} clients",
                plan.Times.WarmUp + plan.Times.Measured,
                () => system.MeasureAsync(cell, keys, plan.Times, cancel));
            measured.Add(one);
            output.Measured(one);
        }
    }
}
