using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;

namespace PaxosWcf.Contracts;

/// <summary>Reads servers.xml.</summary>
public static class ServersFile
{
    private static readonly XNamespace Ns = "http://schemas.paxoswcf/v1/servers";

    /// <summary>Reads and checks one file.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="ServersFileException">It cannot be read, or is not right.</exception>
    public static ServersConfiguration Load(string path)
    {
        try
        {
            XElement root = XDocument.Load(path).Root!;
            List<ReplicaAddress> replicas = [.. root.Elements(Ns + "replica").Select(Address)];
            bool faults = (bool?)root.Element(Ns + "faults")?.Attribute("enabled") ?? false;
            string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
            return new ServersConfiguration((string)root.Attribute("cluster")!, replicas, new FaultSettings(faults), hash);
        }
        catch (Exception e) when (e is IOException or XmlException or FormatException or UriFormatException
            or NullReferenceException or UnauthorizedAccessException)
        {
            throw new ServersFileException($"{Path.GetFileName(path)}: {e.Message}");
        }
    }

    private static ReplicaAddress Address(XElement e)
    {
        return new ReplicaAddress(
            int.Parse(e.Attribute("id")!.Value, CultureInfo.InvariantCulture),
            new Uri(e.Attribute("client")!.Value),
            new Uri(e.Attribute("peer")!.Value));
    }
}

/// <summary>What servers.xml says.</summary>
public sealed record ServersConfiguration(
    string Cluster, IReadOnlyList<ReplicaAddress> Replicas, FaultSettings Faults, string Hash);

/// <summary>Where one replica listens.</summary>
public sealed record ReplicaAddress(int Id, Uri Client, Uri Peer);

/// <summary>The fault lab.</summary>
public sealed record FaultSettings(bool Enabled);

/// <summary>servers.xml cannot be read, or is not right; the message says where and why.</summary>
public sealed class ServersFileException(string message) : Exception(message);
