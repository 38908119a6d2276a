using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>The words and fields of a verification.</summary>
internal static class VerifyText
{
    public const int ShownMax = 20;

    public static string Sentence(RecordedHistory history, Verification found, TimeSpan elapsed)
    {
        int illegal = Count(found, Verdict.Illegal);
        int unknown = Count(found, Verdict.Unknown);
        string what = found.Verdict switch
        {
            Verdict.Ok when history.Calls.Count == 0 => "the history holds no call, so nothing was checked",
            Verdict.Ok => "every key has a legal order",
            Verdict.Illegal => $"{Counted.Of(illegal, "key", "has", "have")} no legal order, {Counted.Of(found.Slots.Count, "answer", "breaks", "break")} the rules of slots",
            _ => $"{Counted.Of(unknown, "key", "was", "were")} not decided in time",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{Counted.Of(history.Calls.Count, "call")} on {Counted.Of(found.Keys.Count, "key")} in {elapsed.TotalSeconds:F1} s: {what}");
    }

    /// <summary>What a person is told of a key that is not OK.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hint">What may be the matter with its history, and not with the store; null: nothing that is known.</param>
    public static IEnumerable<string> Lines(KeyVerdict key, string? hint) =>
        hint is null ? Lines(key) : Lines(key).Append($"  Perhaps nothing is wrong: {ValueText.Printable(hint)}");

    private static IEnumerable<string> Lines(KeyVerdict key)
    {
        string name = ValueText.Printable(key.Key);
        if (key.Verdict == Verdict.Unknown)
        {
            return [$"key {name}: not decided in time ({Counted.Of(key.Calls, "call")})"];
        }

        return key.Witness is not { } witness
            ? [$"key {name}: no legal order ({Counted.Of(key.Calls, "call")})"]
            : [
                $"key {name}: no legal order ({Counted.Of(key.Calls, "call")}); {ValueText.Printable(witness.Sentence)}.",
                "  These calls alone have none (times in ms from the first of them):",
                .. witness.Calls.Select(c => "    " + Line(c, witness)),
            ];
    }

    public static JsonObject Json(
        RecordedHistory history, Verification found, IReadOnlyDictionary<string, string> hints, IReadOnlyList<WorthCriterion> worth, TimeSpan elapsed)
    {
        return new JsonObject
        {
            ["verb"] = "verify",
            ["calls"] = history.Calls.Count,
            ["keys"] = found.Keys.Count,
            ["elapsedMs"] = Math.Round(elapsed.TotalMilliseconds, 1),
            ["illegal"] = Array(found.Keys.Where(k => k.Verdict == Verdict.Illegal).Select(k => IllegalKey(k, hints.GetValueOrDefault(k.Key)))),
            ["undecided"] = Array(found.Keys.Where(k => k.Verdict == Verdict.Unknown).Select(k => JsonValue.Create(k.Key))),
            ["slots"] = Array(found.Slots.Select(s => JsonValue.Create(s))),
            ["worth"] = Array(worth.Select(w => new JsonObject
            {
                ["name"] = w.Name,
                ["measured"] = w.Measured,
                ["wanted"] = w.Wanted,
                ["met"] = w.IsMet,
            })),
        };
    }

    private static JsonObject IllegalKey(KeyVerdict key, string? hint)
    {
        return new JsonObject
        {
            ["key"] = key.Key,
            ["calls"] = key.Calls,
            ["reason"] = key.Witness?.Sentence,
            ["hint"] = hint,
            ["offending"] = key.Witness is { } witness ? Array(witness.Calls.Select(c => Call(c, witness))) : null,
        };
    }

    private static JsonObject Call(RecordedCall call, Witness witness)
    {
        return new JsonObject
        {
            ["process"] = call.Process,
            ["call"] = call.ToString(),
            ["invokedNs"] = call.InvokedAt,
            ["completedNs"] = call.CompletedAt == RecordedCall.Never ? null : call.CompletedAt,
            ["node"] = call.Node,
            ["place"] = call.Invocation.Place,
            ["answerMatters"] = !witness.Relaxed.Contains(call),
        };
    }

    private static string Line(RecordedCall call, Witness witness)
    {
        long first = witness.Calls[0].InvokedAt;
        string end = call.CompletedAt == RecordedCall.Never ? "…" : Milliseconds(call.CompletedAt - first);
        string node = call.Node is null ? "" : $" at node {ValueText.Printable(call.Node)}";
        return $"[{Milliseconds(call.InvokedAt - first)} .. {end}]".PadRight(24)
            + $"process {call.Process}{node}: {ValueText.Printable(call.ToString())}  ({call.Invocation.Place})";
    }

    private static string Milliseconds(long ns) => (ns / 1e6).ToString("F3", CultureInfo.InvariantCulture);

    private static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);

    private static int Count(Verification found, Verdict verdict) => found.Keys.Count(k => k.Verdict == verdict);
}
