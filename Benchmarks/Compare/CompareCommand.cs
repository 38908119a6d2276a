using System.CommandLine;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Compare;

/// <summary><c>compare</c>: our store beside etcd and ZooKeeper, in one run.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var load = new LoadOptions("put,get,get-serializable,batch-100", "100");
        var place = new ClusterOptions();
        Option<string?> json = ClusterCommand.JsonOption();
        var with = new Option<string[]>("--with")
        {
            HelpName = "SYSTEM",
            Description = "beside etcd or zookeeper only (default: both, as far as they are installed)",
        }.AcceptOnlyFromAmong([.. RivalSystems.All]);
        var command = new Command("compare", "our store beside etcd and ZooKeeper, one after the other in one run");
        load.AddTo(command);
        place.AddTo(command);
        command.Options.Add(with);
        command.Options.Add(json);
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(parsed.GetValue(json));
            return await CompareRun.RunAsync(
                load.Read(parsed), place.Read(parsed), parsed.GetValue(with) is { Length: > 0 } named ? named : RivalSystems.All, output, cancel);
        }));
        return command;
    }
}
