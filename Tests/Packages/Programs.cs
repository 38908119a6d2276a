using System.Diagnostics;
using System.Runtime.InteropServices;
using PaxosWcf.Tests.Host;

namespace PaxosWcf.Tests.Packages;

/// <summary>Runs programs to their end, as a shell would that knows nothing of these tests.</summary>
/// <param name="folder">Where they run.</param>
/// <param name="restored">Where packages are restored to; null: where the environment has it.</param>
internal sealed class Programs(string folder, string? restored = null)
{
    /// <summary>No build server stays behind that holds files of the folder, and nobody is asked about advisories.</summary>
    public static readonly string[] BuildOptions = ["-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:NuGetAudit=false"];

    /// <summary>The PATH that they see; null: that of the environment.</summary>
    public string? SearchPath { get; init; }

    /// <summary>Runs a program that has to end with exit code 0, and returns what it printed.</summary>
    public async Task<string> SucceedAsync(string program, CancellationToken cancel, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(program, cancel, arguments);
        Assert.AreEqual(0, exitCode, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    /// <summary>Runs a program, with an empty standard input.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, CancellationToken cancel, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What "dotnet test" tells its own processes is not for another build.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["PATH"] = SearchPath ?? start.Environment["PATH"];
        if (restored is not null)
        {
            start.Environment["NUGET_PACKAGES"] = restored;
        }

        return HostProcess.RunAsync(start, cancel);
    }
}
