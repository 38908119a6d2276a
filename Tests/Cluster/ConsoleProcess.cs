using System.Diagnostics;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Runs the console as a process, as a script would: standard input is a pipe that ends.</summary>
internal static class ConsoleProcess
{
    /// <summary>Starts it; its input and outputs are pipes.</summary>
    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [ProgramPath(), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string input, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
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

    // Built by the same build, beside the tests: artifacts/bin/ClientApp/<configuration>.
    private static string ProgramPath()
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", "ClientApp", configuration, "PaxosWcf.ClientApp.dll"));
    }
}
