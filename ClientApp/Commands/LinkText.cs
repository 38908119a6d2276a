using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>How cut, delay, heal and status show a link.</summary>
internal static class LinkText
{
    public static VerbResult Result(string verb, IReadOnlyList<LinkReport> links, string sentence)
    {
        var json = new JsonObject { ["verb"] = verb, ["ok"] = true, ["links"] = Json(links) };
        return new VerbResult(ExitCodes.Ok, json, sentence);
    }

    public static JsonArray Json(IEnumerable<LinkReport> links) => new([.. links.Select(l => new JsonObject
    {
        ["replica"] = l.ReplicaId,
        ["peer"] = l.PeerId,
        ["cutTo"] = l.CutTo,
        ["cutFrom"] = l.CutFrom,
        ["delayMs"] = l.DelayMilliseconds,
    })]);

    /// <summary>"3&gt;4 cut, 3-5 200 ms"; empty when all links are whole.</summary>
    public static string Short(IEnumerable<LinkReport> links) => string.Join(", ", links.SelectMany(Parts));

    private static IEnumerable<string> Parts(LinkReport link)
    {
        if (link.CutTo || link.CutFrom)
        {
            string arrow = link.CutTo && link.CutFrom ? "-" : link.CutTo ? ">" : "<";
            yield return $"{link.ReplicaId}{arrow}{link.PeerId} cut";
        }

        if (link.DelayMilliseconds > 0)
        {
            yield return $"{link.ReplicaId}-{link.PeerId} {link.DelayMilliseconds} ms";
        }
    }
}
