using PaxosWcf.ReplicaHost;

var parsed = HostCommand.Build(HostRun.RunAsync).Parse(args);
if (parsed.Errors.Count == 0)
{
    return await parsed.InvokeAsync();
}

foreach (var error in parsed.Errors)
{
    await Console.Error.WriteLineAsync(error.Message);
}

await Console.Error.WriteLineAsync("Try --help.");
return ExitCodes.Usage;
