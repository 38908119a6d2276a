using System.CommandLine;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Growth;

/// <summary><c>growth</c>: what more keys cost.</summary>
internal static class GrowthCommand
{
    private const int KeysMax = 20_000_000;

    public static Command Create()
    {
        Option<IReadOnlyList<int>> keys = ListOption.Of(
            "--keys", "NUMBERS", "how many keys the store holds, one cluster for each", "1000,100000,2000000", LoadOptions.NumberTo(KeysMax));
        var missed = new Option<int>("--missed") { Description = "writes that a replica misses and catches up", DefaultValueFactory = _ => 1_000_000 };
        var clients = new Option<int>("--clients") { Description = "how many calls are under way at once", DefaultValueFactory = _ => 64 };
        var seconds = new Option<double>("--seconds") { Description = "how long puts and gets are measured each", DefaultValueFactory = _ => 5 };
        Option<double> settle = LoadOptions.Settle();
        var host = new Option<string?>("--replica-host") { HelpName = "PATH", Description = "the replica host's program" };
        Option<string?> json = ClusterCommand.JsonOption();
        LoadOptions.Bound(missed, 0, KeysMax);
        LoadOptions.Bound(clients, 1, 4096);
        LoadOptions.Bound(seconds, 0.1, 3600);
        var command = new Command("growth", "throughput, memory, disk, restart and catch-up as the number of keys grows")
        {
            keys, missed, clients, seconds, settle, host, json,
        };
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(parsed.GetValue(json));
            var times = new LoadTimes(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            var run = new GrowthRun(
                parsed.GetValue(clients), parsed.GetValue(missed), times, TimeSpan.FromSeconds(parsed.GetValue(settle)),
                parsed.GetValue(host), output);
            return await run.RunAsync(parsed.GetRequiredValue(keys), cancel);
        }));
        return command;
    }
}
