using System.CommandLine;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Goal;

/// <summary><c>goal</c>: everything that the store is to reach, measured in one run and judged line by line.</summary>
internal static class GoalCommand
{
    public static Command Create()
    {
        var load = new LoadOptions("put,get,batch-100", "100");
        var place = new ClusterOptions();
        Option<string?> json = ClusterCommand.JsonOption();
        var command = new Command("goal", "ours, etcd, ZooKeeper, the SOAP ceiling and the load inside the leader, in one run; pass or FAIL for each line");
        load.AddTo(command);
        place.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(parsed.GetValue(json));
            return await GoalRun.RunAsync(load.Read(parsed), place.Read(parsed), output, cancel);
        }));
        return command;
    }
}
