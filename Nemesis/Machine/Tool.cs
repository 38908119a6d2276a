using System.ComponentModel;
using System.Diagnostics;

namespace PaxosWcf.Nemesis;

/// <summary>Runs a program of the system to its end, within a deadline.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="NemesisException">It is not there, failed, or took too long.</exception>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Start(program, arguments);
            Task<string> said = process.StandardError.ReadToEndAsync();
            using var late = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(late.Token);
            if (process.ExitCode != 0)
            {
                throw new NemesisException($"{program} {string.Join(' ', arguments)}: {(await said).Trim()}");
            }
        }
        catch (OperationCanceledException)
        {
            throw new NemesisException($"{program} {string.Join(' ', arguments)} took longer than {Patience.TotalSeconds} s");
        }
    }

    /// <exception cref="NemesisException">It is not there.</exception>
    public static Process Start(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            return Process.Start(start) ?? throw new NemesisException($"{program} was not started");
        }
        catch (Win32Exception)
        {
            throw new NemesisException($"this machine has no {program}");
        }
    }
}
