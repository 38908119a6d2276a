using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Leases as people write and read them.</summary>
internal static class LeaseText
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(StoreLimits.LeaseSecondsMax);

    private static readonly string[] Columns = ["lease", "seconds", "renewals", "keys"];

    /// <summary>Reads a lease's name.</summary>
    public static string Id(string text) => LeaseRules.CheckName(text) is null && !text.StartsWith('-')
        ? text
        : throw new UsageException($"\"{ValueText.Printable(text)}\" is no lease; write what \"lease grant\" printed.");

    /// <summary>Reads a time to live: seconds, or a time.</summary>
    public static TimeSpan TimeToLive(string text)
    {
        TimeSpan time = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds)
            : Duration.TryParse(text, Longest, out TimeSpan written) ? written
            : TimeSpan.Zero;
        return time.Ticks % TimeSpan.TicksPerSecond == 0 && LeaseRules.CheckTimeToLive((int)time.TotalSeconds) is null
            ? time
            : throw new UsageException(
                $"\"{ValueText.Printable(text)}\" is no time to live; write {StoreLimits.LeaseSecondsMin}..{StoreLimits.LeaseSecondsMax} whole seconds, such as 30, 30s, 5m or 24h.");
    }

    /// <summary>Piped it is the name alone, for whoever keeps it.</summary>
    public static VerbResult Granted(StoreAnswer<LeaseReply> answer) => new(ExitCodes.Ok, Lives("grant", answer), answer.Reply.LeaseId)
    {
        Rich = new UnbrokenText($"{answer.Reply.LeaseId} lives for {answer.Reply.TimeToLiveSeconds} s, and as long again after each renewal"),
    };

    public static VerbResult Renewed(StoreAnswer<LeaseReply> answer) =>
        new(ExitCodes.Ok, Lives("keep", answer), $"{answer.Reply.LeaseId} lives for {answer.Reply.TimeToLiveSeconds} s again");

    public static VerbResult Revoked(string lease, StoreAnswer<RevokeLeaseReply> answer)
    {
        JsonObject json = Json("revoke", lease, answer);
        json["found"] = answer.Reply.Found;
        json["keysRemoved"] = answer.Reply.KeysRemoved;
        json["revision"] = answer.Reply.Revision;
        json["slot"] = answer.Reply.Slot;
        return answer.Reply.Found
            ? new VerbResult(ExitCodes.Ok, json, $"revoked, {Counted.Of(answer.Reply.KeysRemoved, "key")} removed, now at revision {answer.Reply.Revision}")
            : new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found");
    }

    public static VerbResult Shown(string lease, StoreAnswer<GetLeaseReply> answer)
    {
        string[] keys = answer.Reply.Keys ?? [];
        JsonObject json = Json("show", lease, answer);
        json["found"] = answer.Reply.Found;
        json["appliedThrough"] = answer.Reply.AppliedThrough;
        if (!answer.Reply.Found)
        {
            return new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found") { Raw = [] };
        }

        json["timeToLiveSeconds"] = answer.Reply.TimeToLiveSeconds;
        json["renewals"] = answer.Reply.Renewals;
        json["keys"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]);
        string first = string.Create(CultureInfo.InvariantCulture, $"lives for {answer.Reply.TimeToLiveSeconds} s, {Counted.Of(answer.Reply.Renewals, "renewal")}, {Counted.Of(keys.Length, "key")}");
        return new VerbResult(ExitCodes.Ok, json, string.Join('\n', [first, .. keys.Select(ValueText.Printable)]));
    }

    public static VerbResult Listed(IReadOnlyList<LeaseSummary> leases)
    {
        var json = new JsonObject
        {
            ["verb"] = "lease",
            ["ok"] = true,
            ["action"] = "list",
            ["leases"] = new JsonArray([.. leases.Select(lease => new JsonObject
            {
                ["lease"] = lease.LeaseId,
                ["timeToLiveSeconds"] = lease.TimeToLiveSeconds,
                ["renewals"] = lease.Renewals,
                ["keys"] = lease.Keys,
            })]),
        };
        string[][] rows = [.. leases.Select(Row)];
        return rows.Length == 0
            ? new VerbResult(ExitCodes.Ok, json, "no leases") { Raw = [] }
            : new VerbResult(ExitCodes.Ok, json, string.Join('\n', rows.Select(row => string.Join('\t', row)))) { Rich = Tables.Rich(Columns, rows, _ => null) };
    }

    private static string[] Row(LeaseSummary lease) =>
        [lease.LeaseId, .. new[] { lease.TimeToLiveSeconds, lease.Renewals, lease.Keys }.Select(number => number.ToString(CultureInfo.InvariantCulture))];

    private static JsonObject Lives(string action, StoreAnswer<LeaseReply> answer)
    {
        JsonObject json = Json(action, answer.Reply.LeaseId, answer);
        json["timeToLiveSeconds"] = answer.Reply.TimeToLiveSeconds;
        json["slot"] = answer.Reply.Slot;
        return json;
    }

    private static JsonObject Json<TReply>(string action, string lease, StoreAnswer<TReply> answer)
    {
        JsonObject json = AnswerJson.Of("lease", answer);
        json.Insert(2, "action", action);
        json.Insert(3, "lease", lease);
        return json;
    }
}
