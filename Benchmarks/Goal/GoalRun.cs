using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.Compare;
using PaxosWcf.Benchmarks.DotNext;
using PaxosWcf.Benchmarks.Inside;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Goal;

/// <summary>One run of <c>goal</c>: everything side by side, then the load inside the leader, then the verdict.</summary>
internal static class GoalRun
{
    /// <returns>The exit code: failed when a line is not met.</returns>
    public static async Task<int> RunAsync(LoadPlan plan, ClusterPlace place, BenchmarkOutput output, CancellationToken cancel)
    {
        var measured = new List<Measurement>(await CompareRun.MeasureAsync(plan, place with { WithEcho = true }, RivalSystems.All, output, cancel));
        await using (InsideCluster inside = await InsideCluster.StartAsync(place.HostPath, cancel))
        await using (DotNextCluster dotNext = await DotNextCluster.StartAsync(cancel))
        {
            await using ILoadSystem ours = inside.Leader();
            await using ILoadSystem theirs = dotNext.Leader();
            measured.AddRange(await new LoadRun([ours, theirs], plan, output).RunAsync(cancel));
        }

        output.Summary(measured);
        IReadOnlyList<GoalLine> lines = GoalCheck.Of(measured);
        foreach (GoalLine line in lines)
        {
            output.Say(line.ToString());
        }

        output.Say($"{lines.Count(l => l.Met)} of {lines.Count} lines are met.");
        return lines.All(l => l.Met) ? ExitCodes.Done : ExitCodes.Failed;
    }
}
