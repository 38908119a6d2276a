using System.Text.RegularExpressions;

namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>Variables that are nobody's setting: Kubernetes puts them into every pod beside a service called <c>paxoswcf</c>, unless its <c>enableServiceLinks</c> is false.</summary>
/// <remarks>Exactly those: what else begins as our variables do may be a slip of somebody's, and is refused.</remarks>
internal static partial class ServiceLinks
{
    /// <summary>Whether a variable is one of them.</summary>
    /// <param name="name">Its name without the prefix.</param>
    /// <param name="value">What it says: <c>PAXOSWCF_PORT</c> is an address there, and a number where somebody takes it for a setting.</param>
    public static bool Has(string name, string? value) => Names().IsMatch(name) && (name != "PORT" || Address().IsMatch(value ?? ""));

    [GeneratedRegex(@"\A(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9]+)*|PORT|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex(@"\A(tcp|udp|sctp)://", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
