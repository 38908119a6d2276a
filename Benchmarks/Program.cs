using PaxosWcf.Benchmarks.CommandLine;

return await BenchmarksCommand.RunAsync(args);
