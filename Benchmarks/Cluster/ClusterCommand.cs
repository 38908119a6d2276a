using System.CommandLine;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Cluster;

/// <summary><c>cluster</c>: our store under load.</summary>
internal static class ClusterCommand
{
    private const string AllOps = "put,get,get-serializable,batch-100,ycsb-a,ycsb-b";

    public static Command Create()
    {
        var load = new LoadOptions(AllOps, "100,16KiB");
        var place = new ClusterOptions();
        var history = new Option<string?>("--history") { HelpName = "FILE", Description = "records every call, for the console's verify; costs throughput" };
        Option<string?> json = JsonOption();
        var command = new Command("cluster", "five replica processes under load, or a cluster that runs");
        load.AddTo(command);
        place.AddTo(command);
        command.Options.Add(history);
        command.Options.Add(json);
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(parsed.GetValue(json));
            return await ClusterRun.RunAsync(load.Read(parsed), place.Read(parsed) with { History = parsed.GetValue(history) }, output, cancel);
        }));
        return command;
    }

    /// <summary>Where JSON lines go.</summary>
    public static Option<string?> JsonOption()
    {
        return new Option<string?>("--json") { HelpName = "FILE|-", Description = "one JSON object for each measurement; -: to standard output" };
    }
}
