using System.CommandLine;
using PaxosWcf.ReplicaHost;

var parsed = HostCommand.Build(HostRun.RunAsync).Parse(args);
if (parsed.Errors.Count == 0)
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        // Signals are HostRun's. With a time-out here, a Ctrl-C that the host leaves to its console would end it all the
        // same, two seconds later and without a stop.
        ProcessTerminationTimeout = null,
        EnableDefaultExceptionHandler = false,
    });
}

foreach (var error in parsed.Errors)
{
    await Console.Error.WriteLineAsync(error.Message);
}

await Console.Error.WriteLineAsync("Try --help.");
return ExitCodes.Usage;
