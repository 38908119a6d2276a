using System.Runtime.InteropServices;

namespace PaxosWcf.Processes;

/// <summary>Finds the replica host's program, and how to run it.</summary>
internal static class HostLocator
{
    private const string HostFile = "PaxosWcf.ReplicaHost.dll";

    /// <summary>The program and the arguments before its own ones.</summary>
    public static (string Program, IReadOnlyList<string> Before) Find(string? named, string programDirectory)
    {
        string host = named is null ? Built(programDirectory) : Named(named);
        return host.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? (DotnetThatRunsUs(), [host]) : (host, []);
    }

    private static string Named(string path)
    {
        return File.Exists(path) ? Path.GetFullPath(path) : throw new UsageException($"There is no file \"{path}\" (--replica-host).");
    }

    // Published beside us, or built by the same build: artifacts/bin/ReplicaHost/<configuration>.
    private static string Built(string programDirectory)
    {
        string configuration = Path.GetFileName(programDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string[] places =
        [
            Path.Combine(programDirectory, "replica-host", HostFile),
            Path.GetFullPath(Path.Combine(programDirectory, "..", "..", "ReplicaHost", configuration, HostFile)),
        ];
        return places.FirstOrDefault(File.Exists) ?? throw new ClusterException(
            $"The replica host ({HostFile}) is not where it is built; build the solution, or name it with --replica-host PATH.");
    }

    // Another dotnet on the PATH may lack the runtime that this build needs.
    private static string DotnetThatRunsUs()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string own = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(own) ? own : name;
    }
}
