using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace PaxosWcf.Benchmarks.Core;

/// <summary><c>core</c>: micro-benchmarks of the parts, with what they allocate.</summary>
internal static class CoreCommand
{
    private static readonly Type[] Benchmarks =
        [
            typeof(LeaderBenchmarks), typeof(AcceptorBenchmarks), typeof(CodecBenchmarks), typeof(StateMachineBenchmarks), typeof(RocksDbBenchmarks),
            typeof(LookUpBenchmarks),
        ];

    public static Command Create()
    {
        var filter = new Option<string>("--filter") { HelpName = "GLOB", Description = "which, such as *Leader*", DefaultValueFactory = _ => "*" };
        var artifacts = new Option<string?>("--artifacts") { HelpName = "DIR", Description = "where reports go (default: a temporary directory)" };
        var command = new Command("core", "micro-benchmarks of Consensus, the codecs and the store, with BenchmarkDotNet") { filter, artifacts };
        command.SetAction((parsed, _) => Task.FromResult(Run(
            parsed.GetRequiredValue(filter),
            parsed.GetValue(artifacts) ?? Directory.CreateTempSubdirectory("paxoswcf-core-").FullName)));
        return command;
    }

    private static int Run(string filter, string artifacts)
    {
        Summary[] summaries = BenchmarkRunner.Run(Benchmarks, Config(filter, artifacts));
        int measured = summaries.Sum(s => s.Reports.Count(r => r.Success));
        Console.WriteLine($"{measured} benchmarks; reports are in {artifacts}.");
        return measured > 0 && summaries.All(s => s.Reports.All(r => r.Success)) ? ExitCodes.Done : ExitCodes.Failed;
    }

    // In this process: building a program for each benchmark would take longer than measuring.
    private static ManualConfig Config(string filter, string artifacts) => ManualConfig.CreateEmpty()
        .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub)
        .AddFilter(new GlobFilter([filter]))
        .WithArtifactsPath(artifacts);
}
