using System.CommandLine;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.DotNext;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Inside;

/// <summary><c>inside</c>: the load in the leader's own process.</summary>
internal static class InsideCommand
{
    public static Command Create()
    {
        var load = new LoadOptions("put", "100");
        var host = new Option<string?>("--replica-host") { HelpName = "PATH", Description = "the replica host's program, for the other four" };
        var rival = new Option<bool>("--with-dotnext") { Description = "measure DotNext's Raft beside it, in the same way" };
        Option<string?> json = ClusterCommand.JsonOption();
        var command = new Command("inside", "puts from inside the leader's process: no client call");
        load.AddTo(command);
        command.Options.Add(host);
        command.Options.Add(rival);
        command.Options.Add(json);
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(parsed.GetValue(json));
            await using InsideCluster cluster = await InsideCluster.StartAsync(parsed.GetValue(host), cancel);
            await using DotNextCluster? dotNext = parsed.GetValue(rival) ? await DotNextCluster.StartAsync(cancel) : null;
            return await LoadRun.AllAsync([cluster.Leader(), .. Leaders(dotNext)], load.Read(parsed), output, cancel);
        }));
        return command;
    }

    private static IEnumerable<ILoadSystem> Leaders(DotNextCluster? dotNext) => dotNext is null ? [] : [dotNext.Leader()];
}
