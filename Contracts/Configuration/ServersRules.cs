using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>The rules of servers.xml that a schema cannot say. What the schema has refused is passed over here, so that
/// nothing is reported twice.</summary>
internal static class ServersRules
{
    /// <summary>More replicas than this make every write slower and nothing safer. Members that are added to a running cluster are not counted here: the file only
    /// says where to begin then.</summary>
    private const int ReplicasMax = 7;

    /// <summary>The configuration; of use only if no error was found.</summary>
    public static ServersConfiguration? Read(XElement root, ErrorList errors)
    {
        List<XElement> elements = [.. root.Elements(XName.Get("replica", ServersFile.Namespace))];
        CheckCount(root, elements.Count, errors);
        var ids = new Dictionary<int, XAttribute>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var replicas = new List<ReplicaAddress>();
        foreach (XElement element in elements)
        {
            int? id = Id(element, ids, errors);
            Uri? client = Address(element, "client", id, origins, errors);
            Uri? peer = Address(element, "peer", id, origins, errors);
            if (id is not null && client is not null && peer is not null)
            {
                replicas.Add(new ReplicaAddress(id.Value, client, peer));
            }
        }

        FaultSettings faults = Faults(root.Element(XName.Get("faults", ServersFile.Namespace)), errors);
        return errors.Any ? null : new ServersConfiguration(root.Attribute("cluster")!.Value, replicas, faults);
    }

    private static void CheckCount(XElement root, int count, ErrorList errors)
    {
        if (count > 0 && (count % 2 == 0 || count > ReplicasMax))
        {
            errors.Add(root, $"there are {count} replicas; the file has 1, 3, 5 or 7 " +
                "(an even one more survives no more failures than the odd number below it). Where members were added since the cluster began, " +
                "list an odd number of them: who reads the file learns the others from these.");
        }
    }

    private static int? Id(XElement element, Dictionary<int, XAttribute> seen, ErrorList errors)
    {
        XAttribute? attribute = element.Attribute("id");
        if (attribute is null
            || !int.TryParse(attribute.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int id))
        {
            return null;
        }

        if (!seen.TryAdd(id, attribute))
        {
            errors.Add(attribute, $"replica id {id} is used twice; every replica needs an id of its own.");
        }

        return id;
    }

    private static Uri? Address(
        XElement element, string name, int? id, Dictionary<string, string> seen, ErrorList errors)
    {
        XAttribute? attribute = element.Attribute(name);
        if (attribute is null)
        {
            return null;
        }

        if (AddressRules.Refusal(attribute.Value, out Uri? address) is { } refusal)
        {
            errors.Add(attribute, $"{name}=\"{attribute.Value}\" is not an address: {refusal}.");
            return null;
        }

        string origin = AddressRules.HostAndPort(address!);
        string owner = $"the {name} address of replica {id}";
        if (!seen.TryAdd(origin, owner))
        {
            errors.Add(attribute, $"{name}=\"{attribute.Value}\": {origin} is {seen[origin]} already; " +
                "every address needs a port of its own.");
        }

        return address;
    }

    private static FaultSettings Faults(XElement? element, ErrorList errors)
    {
        if (element is null)
        {
            return FaultSettings.Off;
        }

        FaultSettings defaults = FaultSettings.Off;
        var faults = new FaultSettings
        {
            Enabled = element.Attribute("enabled")?.Value.Trim() is "true" or "1",
            Random = element.Attribute("random")?.Value.Trim() is not ("false" or "0"),
            MeanSecondsToFailure = Seconds(element, "meanSecondsToFailure", defaults.MeanSecondsToFailure),
            DownSecondsMin = Seconds(element, "downSecondsMin", defaults.DownSecondsMin),
            DownSecondsMax = Seconds(element, "downSecondsMax", defaults.DownSecondsMax),
            Seed = Seed(element, defaults.Seed),
        };
        if (faults.MeanSecondsToFailure == 0)
        {
            errors.Add(element.Attribute("meanSecondsToFailure")!, "meanSecondsToFailure must be more than 0: an acceptor needs time in which it is up.");
        }

        if (faults.DownSecondsMin > faults.DownSecondsMax)
        {
            IXmlLineInfo where = element.Attribute("downSecondsMin") ?? (IXmlLineInfo)element;
            errors.Add(where, $"downSecondsMin ({Text(faults.DownSecondsMin)}) is more than downSecondsMax ({Text(faults.DownSecondsMax)}).");
        }

        return faults;
    }

    private static double Seconds(XElement element, string name, double otherwise)
        => double.TryParse(element.Attribute(name)?.Value, CultureInfo.InvariantCulture, out double seconds)
            && double.IsFinite(seconds) && seconds >= 0
            ? seconds
            : otherwise;

    private static int Seed(XElement element, int otherwise)
        => int.TryParse(element.Attribute("seed")?.Value, CultureInfo.InvariantCulture, out int seed) ? seed : otherwise;

    private static string Text(double seconds) => seconds.ToString(CultureInfo.InvariantCulture);
}
