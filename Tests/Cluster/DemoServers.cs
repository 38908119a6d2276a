using PaxosWcf.Contracts.Configuration;

namespace PaxosWcf.Tests.Cluster;

/// <summary>A servers.xml for a demo beside which others may run: free ports, and acceptors that fail only when they are told to.</summary>
internal static class DemoServers
{
    /// <summary>Writes it, and returns its path.</summary>
    /// <param name="directory">Made if it is not there.</param>
    public static string Write(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = LoopbackServers.Write(directory);
        ServersConfiguration free = ServersFile.Load(path);
        ServersFile.Save(path, new ServersConfiguration(
            free.Cluster, free.Replicas, new FaultSettings { Enabled = true, MeanSecondsToFailure = 100_000 }));
        return path;
    }
}
