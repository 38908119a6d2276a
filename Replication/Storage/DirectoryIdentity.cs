using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace PaxosWcf.Replication.Storage;

/// <summary>Whose data directory it is. Five readable lines with a checksum, written once and never changed.</summary>
/// <param name="Cluster">The cluster's name in servers.xml.</param>
/// <param name="ReplicaId">The replica's id in servers.xml.</param>
/// <param name="Incarnation">Random: an emptied and refilled directory is another incarnation of the replica, one that
/// has forgotten its promises.</param>
public sealed partial record DirectoryIdentity(string Cluster, int ReplicaId, Guid Incarnation)
{
    /// <summary>The layout of the directory and the store that this program reads and writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>Whether it is the directory of the same replica, in whichever life.</summary>
    internal bool IsOf(DirectoryIdentity replica) => Cluster == replica.Cluster && ReplicaId == replica.ReplicaId;

    internal string Render()
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"paxoswcf data directory, format {FormatVersion}\ncluster {Cluster}\nreplica {ReplicaId}\nincarnation {Incarnation:N}\n");
        return $"{text}checksum {Checksum(text)}\n";
    }

    /// <summary>Reads what <see cref="Render"/> wrote; null and a reason, as the end of a sentence, for anything else.</summary>
    internal static DirectoryIdentity? Parse(string text, out string refusal)
    {
        Match version = VersionLine().Match(text);
        if (!version.Success)
        {
            refusal = "does not begin as a paxoswcf identity does";
            return null;
        }

        if (version.Groups[1].Value != FormatVersion.ToString(CultureInfo.InvariantCulture))
        {
            refusal = $"says format version {version.Groups[1].Value}, and this program knows only version {FormatVersion}; "
                + "use the program version that wrote it";
            return null;
        }

        Match match = WholeFile().Match(text);
        if (!match.Success || match.Groups["checksum"].Value != Checksum(match.Groups["text"].Value))
        {
            refusal = "is damaged (its checksum does not fit); restore the file as it was";
            return null;
        }

        refusal = "";
        return new DirectoryIdentity(
            match.Groups["cluster"].Value,
            int.Parse(match.Groups["replica"].Value, CultureInfo.InvariantCulture),
            Guid.ParseExact(match.Groups["incarnation"].Value, "N"));
    }

    private static string Checksum(string text)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    [GeneratedRegex(@"\Apaxoswcf data directory, format ([0-9]{1,9})\n")]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"\A(?<text>[^\n]+\ncluster (?<cluster>[^\n]+)\nreplica (?<replica>[0-9]{1,9})\n" +
        @"incarnation (?<incarnation>[0-9a-f]{32})\n)checksum (?<checksum>[0-9a-f]{16})\n\z")]
    private static partial Regex WholeFile();
}
