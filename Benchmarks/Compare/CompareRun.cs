using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.Echo;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Compare;

/// <summary>One run of <c>compare</c>. All servers are up all the time; those that are not asked are idle.</summary>
internal static class CompareRun
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        LoadPlan plan, ClusterPlace place, IReadOnlyList<string> with, BenchmarkOutput output, CancellationToken cancel)
    {
        IReadOnlyList<Measurement> measured = await MeasureAsync(plan, place, with, output, cancel);
        output.Summary(measured);
        output.Show(ComparisonTable.Of(Comparison.Of(ClusterRun.NameOf(place.Client), RivalSystems.All, measured)));
        return measured.Any(m => m.Errors > 0) ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Starts everything, measures, and stops it.</summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        LoadPlan plan, ClusterPlace place, IReadOnlyList<string> with, BenchmarkOutput output, CancellationToken cancel)
    {
        await using StoreCluster cluster = await StoreCluster.OpenAsync(place, cancel);
        using ClusterDirectory directory = ClusterDirectory.OpenNew(place.Data is { } data ? Path.Combine(data, "others") : null);
        await using EchoProcess? echo = place.WithEcho ? await EchoProcess.StartAsync(place.HostPath, cancel) : null;
        var systems = new List<ILoadSystem>(await ClusterRun.SystemsAsync(cluster.Options, place.Client));
        try
        {
            if (echo is not null)
            {
                systems.Add(await EchoSystems.StoreAsync(echo));
            }

            systems.AddRange(await RivalSystems.StartAsync(directory.Root, with, output, cancel));
            return await new LoadRun(systems, plan, output).RunAsync(cancel);
        }
        finally
        {
            await Task.WhenAll(systems.Select(s => s.DisposeAsync().AsTask()));
        }
    }
}
