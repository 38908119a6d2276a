using System.Runtime.InteropServices;

namespace PaxosWcf.Processes;

/// <summary>Finds the replica host's program, and how to run it.</summary>
internal static class HostLocator
{
    private const string HostFile = "PaxosWcf.ReplicaHost.dll";

    /// <summary>What the host is called where it was installed as a .NET tool.</summary>
    private const string Command = "paxoswcf-replica";

    /// <summary>The program and the arguments before its own ones.</summary>
    /// <param name="named">What the user named; null: it is looked for.</param>
    /// <param name="programDirectory">Where this program's assemblies are.</param>
    /// <exception cref="UsageException">What the user named is not there.</exception>
    /// <exception cref="ClusterException">Nobody named one, and there is none.</exception>
    public static (string Program, IReadOnlyList<string> Before) Find(string? named, string programDirectory) =>
        Find(named, programDirectory, CommandDirectories(Environment.ProcessPath, Environment.GetEnvironmentVariable("PATH")));

    /// <summary>As <see cref="Find(string?, string)"/>, looking for the installed command in these directories, in their order.</summary>
    public static (string Program, IReadOnlyList<string> Before) Find(
        string? named, string programDirectory, IEnumerable<string> commandDirectories)
    {
        string host = named is not null ? Named(named) : Built(programDirectory) ?? Installed(commandDirectories) ?? throw new ClusterException(
            $"There is no replica host: no {HostFile} where the solution builds it, and no command {Command} beside this program or on the PATH. "
            + "Build the solution, install the tool PaxosWcf.ReplicaHost, or name the program with --replica-host PATH.");
        return host.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? (DotnetThatRunsUs(), [host]) : (host, []);
    }

    private static string Named(string path)
    {
        return File.Exists(path) ? Path.GetFullPath(path) : throw new UsageException($"There is no file \"{path}\" (--replica-host).");
    }

    /// <summary>Where a command may be: beside ours, where both were installed together, then on the PATH.</summary>
    /// <param name="ownCommand">The path of the program that runs; null: unknown.</param>
    /// <param name="path">The PATH of the environment; null: none.</param>
    public static IEnumerable<string> CommandDirectories(string? ownCommand, string? path) =>
        (path ?? "").Split(Path.PathSeparator)
            .Prepend(Path.GetDirectoryName(ownCommand) ?? "")
            .Where(directory => directory.Length > 0);

    // Published beside us, or built by the same build: artifacts/bin/ReplicaHost/<configuration>.
    private static string? Built(string programDirectory)
    {
        string configuration = Path.GetFileName(programDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string[] places =
        [
            Path.Combine(programDirectory, "replica-host", HostFile),
            Path.GetFullPath(Path.Combine(programDirectory, "..", "..", "ReplicaHost", configuration, HostFile)),
        ];
        return places.FirstOrDefault(File.Exists);
    }

    private static string? Installed(IEnumerable<string> directories)
    {
        string file = OperatingSystem.IsWindows() ? $"{Command}.exe" : Command;
        return directories.Select(directory => Path.GetFullPath(Path.Combine(directory, file))).FirstOrDefault(File.Exists);
    }

    // Another dotnet on the PATH may lack the runtime that this build needs.
    private static string DotnetThatRunsUs()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string own = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(own) ? own : name;
    }
}
