using System.Net;
using System.Text.RegularExpressions;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>What an address in servers.xml, or of a member, may look like: <c>http(s)://host:port</c> and nothing else.</summary>
public static partial class AddressRules
{
    /// <summary>Why a text is no address, as the end of a sentence; null if it is one.</summary>
    public static string? Refusal(string text, out Uri? address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https"))
        {
            return "it must look like http://host:port or https://host:port";
        }

        if (address.UserInfo.Length > 0 || address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            return "only http(s)://host:port, without user, path, query or fragment";
        }

        if (text.Contains('%', StringComparison.Ordinal))
        {
            return "without %: the zone of an IPv6 address counts on one machine only, and others could not call it";
        }

        if (!ExplicitPort().IsMatch(text) || address.Port is < 1 or > 65535)
        {
            return "the port must be written out, from 1 to 65535";
        }

        // An address is also what others call, and nobody can call "any".
        return IPAddress.TryParse(address.Host, out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? "others cannot reach this host; write the name or number by which they can"
            : null;
    }

    /// <summary>The same text for two addresses that cannot both be listened on.</summary>
    public static string HostAndPort(Uri address)
        => $"{(address.Host == "localhost" ? "127.0.0.1" : address.Host)}:{address.Port}";

    [GeneratedRegex(@"^https?://([^/\[\]:@]+|\[[^\]/@]+\]):[0-9]{1,5}/?$", RegexOptions.IgnoreCase)]
    private static partial Regex ExplicitPort();
}
