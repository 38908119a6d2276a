using System.CommandLine;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.CommandLine;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary><c>echo</c>: what the SOAP stack alone does.</summary>
internal static class EchoCommand
{
    /// <summary>The hidden verb that the server's process is started with.</summary>
    public const string ServerVerb = "echo-server";

    public static Command Create()
    {
        var load = new LoadOptions("put,get", "100,16KiB");
        var host = new Option<string?>("--replica-host") { HelpName = "PATH", Description = "the replica host's program, whose runtime settings the server takes" };
        Option<string?> json = ClusterCommand.JsonOption();
        var command = new Command("echo", "the SOAP stack's own ceiling: calls of the same shapes, answered at once");
        load.AddTo(command);
        command.Options.Add(host);
        command.Options.Add(json);
        command.SetAction((parsed, cancel) => BenchmarksCommand.GuardAsync(async () =>
        {
            using BenchmarkOutput output = BenchmarkOutput.Open(parsed.GetValue(json));
            await using EchoProcess server = await EchoProcess.StartAsync(parsed.GetValue(host), cancel);
            return await LoadRun.AllAsync(await EchoSystems.BothAsync(server), load.Read(parsed), output, cancel);
        }));
        return command;
    }

    public static Command CreateServer()
    {
        var command = new Command(ServerVerb, "the server that echo measures") { Hidden = true };
        command.SetAction((_, cancel) => BenchmarksCommand.GuardAsync(() => EchoServer.RunAsync(cancel)));
        return command;
    }
}
