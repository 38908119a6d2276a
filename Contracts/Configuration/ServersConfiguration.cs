using System.Security.Cryptography;
using System.Text;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>What servers.xml says: the same for every replica and every client of a cluster.</summary>
public sealed class ServersConfiguration
{
    /// <summary>Puts a configuration together; <see cref="ServersFile.Save"/> and <see cref="ServersFile.Load"/> check it.</summary>
    public ServersConfiguration(string cluster, IEnumerable<ReplicaAddress> replicas, FaultSettings? faults = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(cluster);
        ArgumentNullException.ThrowIfNull(replicas);
        Cluster = cluster;
        Replicas = [.. replicas.OrderBy(replica => replica.Id)];
        Faults = faults ?? FaultSettings.Off;
        Hash = HashOf(Cluster, Replicas);
    }

    /// <summary>The cluster's name: a data directory belongs to one cluster.</summary>
    public string Cluster { get; }

    /// <summary>The replicas, by id.</summary>
    public IReadOnlyList<ReplicaAddress> Replicas { get; }

    /// <summary>The fault lab's settings.</summary>
    public FaultSettings Faults { get; }

    /// <summary>First 16 hexadecimal digits of SHA-256 over cluster, ids and addresses: equal for files that differ
    /// only in comments, white space, order or faults. Tells files apart; it is no protection against a forger.</summary>
    public string Hash { get; }

    /// <summary>The replica with an id, or null.</summary>
    public ReplicaAddress? Find(int id) => Replicas.FirstOrDefault(replica => replica.Id == id);

    private static string HashOf(string cluster, IReadOnlyList<ReplicaAddress> replicas)
    {
        var text = new StringBuilder(cluster).Append('\n');
        foreach (ReplicaAddress replica in replicas)
        {
            text.Append(replica.Id).Append(' ').Append(Origin(replica.Client)).Append(' ').Append(Origin(replica.Peer)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    // Uri writes scheme and host in lower case and leaves a default port out: one spelling for one address.
    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
