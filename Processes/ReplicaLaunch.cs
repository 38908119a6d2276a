using System.Diagnostics;

namespace PaxosWcf.Processes;

/// <summary>How one replica process is started.</summary>
internal sealed record ReplicaLaunch
{
    public required int Id { get; init; }

    /// <summary>What is run, and the arguments before the host's own.</summary>
    public required (string Program, IReadOnlyList<string> Before) Host { get; init; }

    public required string ServersPath { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>Where all that the process prints is kept.</summary>
    public required string LogPath { get; init; }

    /// <summary>Whether an empty directory is that of a first member. Otherwise it is another life of the replica's disk, and starts
    /// fenced.</summary>
    public bool Bootstraps { get; init; } = true;

    /// <summary>Further options for the host.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Settings of the host, by name, such as LogSlotsMax; beside those of the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Host.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] own =
        [
            "--id", $"{Id}", "--servers", ServersPath, "--data", DataDirectory, "--stop-with-stdin",
            .. Bootstraps && IsNew() ? new[] { "--bootstrap" } : [],
            .. Options,
        ];
        foreach (string argument in Host.Before.Concat(own))
        {
            start.ArgumentList.Add(argument);
        }

        YoungHeap.Set(start);

        foreach (var (name, value) in Settings)
        {
            start.Environment[$"PAXOSWCF_Replica__{name}"] = value;
        }

        return start;
    }

    // Only a directory that never held a replica: bootstrapping one that lost its memory could undo its promises.
    private bool IsNew() => !Directory.Exists(DataDirectory) || !Directory.EnumerateFileSystemEntries(DataDirectory).Any();
}
