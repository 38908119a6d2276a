using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>Renders a configuration as servers.xml.</summary>
internal static class ServersWriter
{
    private static readonly XNamespace Servers = ServersFile.Namespace;

    public static byte[] Render(ServersConfiguration configuration)
    {
        var root = new XElement(
            Servers + "servers",
            new XAttribute("cluster", configuration.Cluster),
            configuration.Replicas.Select(Replica),
            Faults(configuration.Faults));
        var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, settings))
        {
            root.Save(writer);
        }

        return stream.ToArray();
    }

    private static XElement Replica(ReplicaAddress replica) => new(
        Servers + "replica",
        new XAttribute("id", replica.Id),
        new XAttribute("client", Origin(replica.Client)),
        new XAttribute("peer", Origin(replica.Peer)));

    private static XElement Faults(FaultSettings faults) => new(
        Servers + "faults",
        new XAttribute("enabled", faults.Enabled),
        new XAttribute("random", faults.Random),
        new XAttribute("meanSecondsToFailure", faults.MeanSecondsToFailure),
        new XAttribute("downSecondsMin", faults.DownSecondsMin),
        new XAttribute("downSecondsMax", faults.DownSecondsMax),
        new XAttribute("seed", faults.Seed));

    // The port is written out even where it is the scheme's own: the file demands it. Anything else that does not
    // belong in an address stays in, for the reader to refuse.
    private static string Origin(Uri address)
        => address.PathAndQuery == "/" && address.UserInfo.Length + address.Fragment.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{address.Host}:{address.Port}")
            : address.AbsoluteUri;
}
