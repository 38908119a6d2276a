using System.CommandLine;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Snapshot;

/// <summary><c>snapshot</c>: what it costs a giver and a taker when one replica fetches the whole state of another.</summary>
internal static class SnapshotCommand
{
    // Twice that is on five disks, with the logs, and the default size limit of a store is 8 GiB.
    private const int MebibytesMax = 6 * 1024;

    public static Command Create()
    {
        var mebibytes = new Option<int>("--mebibytes") { Description = "how large the state is", DefaultValueFactory = _ => 2048 };
        var host = new Option<string?>("--replica-host") { HelpName = "PATH", Description = "the replica host's program" };
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "where data and logs go" };
        LoadOptions.Bound(mebibytes, 128, MebibytesMax);
        var command = new Command("snapshot", "memory and time of a replica that fetches the whole state, and of the one that gives it")
        {
            mebibytes, host, data,
        };
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(json: null);
            return await new SnapshotRun(parsed.GetValue(mebibytes), parsed.GetValue(data), parsed.GetValue(host), output).RunAsync(cancel);
        }));
        return command;
    }
}
