using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>Load on a system before anything is measured. A managed program runs code that is compiled in haste until it has
/// been under load for a while; that is a cost of a start, not of a call.</summary>
internal static class Settling
{
    // Many and one, for a store may have other code for calls that come alone than for those that come together.
    private static readonly int[] Clients = [64, 1];

    /// <summary>Puts a system under each kind of load that it takes, for an equal share of the time.</summary>
    /// <param name="system">The system; all keys are written.</param>
    /// <param name="kinds">Kinds of load.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="time">How long in all; zero: not at all.</param>
    /// <param name="output">Shows what goes on.</param>
    /// <param name="cancel">Ends early.</param>
    public static async Task RunAsync(
        ILoadSystem system, IReadOnlyList<LoadKind> kinds, KeySpace keys, TimeSpan time, BenchmarkOutput output, CancellationToken cancel)
    {
        if (time == TimeSpan.Zero)
        {
            return;
        }

        LoadKind[] taken = [.. kinds.Where(kind => system.Takes(kind, keys.ValueBytes))];
        if (taken.Length == 0)
        {
            return;
        }

        TimeSpan share = time / taken.Length / Clients.Length;
        foreach (LoadCell cell in taken.SelectMany(kind => Clients.Select(clients => new LoadCell(kind, keys.ValueBytes, clients))))
        {
            await output.WhileAsync(
                $"{system.Name}: settling, {cell.Operation} with {cell.Clients} clients",
                share,
                () => system.MeasureAsync(cell, keys, new LoadTimes(share / 2, share / 2), cancel));
        }
    }
}
