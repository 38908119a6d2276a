using System.Globalization;
using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>What a backup is of.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Revision">The store's revision.</param>
/// <param name="AppliedThrough">It holds every slot through this one.</param>
/// <param name="Keys">How many keys it holds.</param>
/// <param name="TakenAt">When it was begun.</param>
internal sealed record BackupHeader(string Cluster, long Revision, long AppliedThrough, long Keys, DateTimeOffset TakenAt)
{
    public string Sentence => string.Create(
        CultureInfo.InvariantCulture,
        $"{Counted.Of(Keys, "key")} of cluster {ValueText.Printable(Cluster)} at revision {Revision}, through slot {AppliedThrough}, taken {TakenAt:yyyy-MM-dd HH:mm:ss}Z");

    public JsonObject Json(string verb) => new()
    {
        ["verb"] = verb,
        ["ok"] = true,
        ["cluster"] = Cluster,
        ["revision"] = Revision,
        ["slot"] = AppliedThrough,
        ["keys"] = Keys,
        ["takenAt"] = TakenAt.ToString("O", CultureInfo.InvariantCulture),
    };
}

/// <summary>A file that is no whole backup of a known format, or no export; the message is a sentence.</summary>
internal sealed class BackupFormatException(string message) : Exception(message);
