using System.CommandLine;
using PaxosWcf.Benchmarks.Cluster;
using PaxosWcf.Benchmarks.Compare;
using PaxosWcf.Benchmarks.Core;
using PaxosWcf.Benchmarks.DotNext;
using PaxosWcf.Benchmarks.Echo;
using PaxosWcf.Benchmarks.Goal;
using PaxosWcf.Benchmarks.Growth;
using PaxosWcf.Benchmarks.Inside;
using PaxosWcf.Benchmarks.Snapshot;
using PaxosWcf.Client;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.CommandLine;

/// <summary>The command line.</summary>
internal static class BenchmarksCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', parsed.Errors.Select(e => e.Message)));
            return ExitCodes.Usage;
        }

        // What a verb throws is told by the verb's own guard, in a sentence.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>All verbs.</summary>
    public static RootCommand Root()
    {
        return new RootCommand("Load on real clusters, and what it costs.")
        {
            ClusterCommand.Create(),
            CompareCommand.Create(),
            EchoCommand.Create(),
            EchoCommand.CreateServer(),
            InsideCommand.Create(),
            DotNextCommand.CreateMember(),
            GoalCommand.Create(),
            GrowthCommand.Create(),
            SnapshotCommand.Create(),
            CoreCommand.Create(),
        };
    }

    /// <summary>Runs a verb, and turns what can go wrong into a sentence and an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (UsageException e)
        {
            return await SayAsync(e.Message, ExitCodes.Usage);
        }
        catch (ServersFileException e)
        {
            return await SayAsync(e.Message, ExitCodes.Usage);
        }
        catch (Exception e) when (e is BenchmarkException or ClusterException or PaxosClientException or IOException)
        {
            return await SayAsync(e.Message, ExitCodes.NotRun);
        }
        catch (OperationCanceledException)
        {
            return await SayAsync("Interrupted.", ExitCodes.Interrupted);
        }
    }

    private static async Task<int> SayAsync(string sentence, int exitCode)
    {
        await Console.Error.WriteLineAsync(sentence);
        return exitCode;
    }
}
