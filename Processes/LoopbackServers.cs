using System.Net;
using System.Net.Sockets;
using PaxosWcf.Contracts.Configuration;

namespace PaxosWcf.Processes;

/// <summary>A servers.xml of five replicas on free loopback ports.</summary>
internal static class LoopbackServers
{
    public const int Replicas = 5;

    /// <summary>Writes the file, unless the directory has one from a run before, whose data it belongs to.</summary>
    public static string Write(string directory, FaultSettings? faults = null)
    {
        string path = Path.Combine(directory, "servers.xml");
        if (!File.Exists(path))
        {
            Uri[] free = FreeAddresses(2 * Replicas);
            IEnumerable<ReplicaAddress> replicas = Enumerable.Range(1, Replicas)
                .Select(id => new ReplicaAddress(id, free[id - 1], free[Replicas + id - 1]));
            ServersFile.Save(path, new ServersConfiguration("chaos", replicas, faults));
        }

        return path;
    }

    /// <summary>Addresses on loopback whose ports are free at the moment.</summary>
    public static Uri[] FreeAddresses(int count)
    {
        // All are taken before any is given back, or one port could come twice.
        List<TcpListener> taken = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        taken.ForEach(t => t.Start());
        Uri[] addresses = [.. taken.Select(t => new Uri($"http://127.0.0.1:{((IPEndPoint)t.LocalEndpoint).Port}/"))];
        taken.ForEach(t => t.Dispose());
        return addresses;
    }
}
