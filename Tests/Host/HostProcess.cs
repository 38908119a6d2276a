using System.Diagnostics;

namespace PaxosWcf.Tests.Host;

/// <summary>Runs the replica host as a process to its end.</summary>
internal static class HostProcess
{
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        CancellationToken cancellationToken, params string[] arguments) => RunAsync(StartInfo(arguments), cancellationToken);

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await output, await errors);
    }

    public static Process Start(params string[] arguments) => Process.Start(StartInfo(arguments))!;

    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var (program, before) = HostLocator.Find(null, AppContext.BaseDirectory);
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in before.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
