using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What one round did and found.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Acknowledged">Writes that were answered.</param>
/// <param name="Unknown">Writes that ended in doubt.</param>
/// <param name="Refused">Writes that certainly had no effect.</param>
/// <param name="Kills">Replicas that were killed; in a rolling round, restarted.</param>
/// <param name="LoadedAfter">In a rolling round: how long it took until every client had a write acknowledged and the first replica was
/// stopped. That is new clients and new replicas at their first calls, not a restart.</param>
/// <param name="Pause">From then on the longest time in which no client had a write acknowledged.</param>
/// <param name="Findings">What was found in the end.</param>
internal sealed record ChaosRound(
    int Number, int Acknowledged, int Unknown, int Refused, int Kills, TimeSpan LoadedAfter, TimeSpan Pause, ChaosFindings Findings)
{
    public static readonly string[] Columns =
        ["round", "acknowledged", "unknown", "refused", "kills", "loaded ms", "pause ms", "lost", "contents", "revision", "keys"];

    /// <summary>Replicas that ended by themselves, a sentence each.</summary>
    public IReadOnlyList<string> Ended { get; init; } = [];

    private StateDigest? First => Findings.Digests.Digests is [var first, ..] ? first : null;

    /// <summary>Whether no call failed: what a rolling restart promises.</summary>
    public bool NoCallFailed => Unknown == 0 && Refused == 0;

    public bool IsGood => Ended.Count == 0 && Findings.Lost.Count == 0 && Findings.Digests.Verdict == DigestVerdict.Same;

    public string[] Row()
    {
        return
        [
            $"{Number}", $"{Acknowledged}", $"{Unknown}", $"{Refused}", $"{Kills}",
            $"{LoadedAfter.TotalMilliseconds:0}", $"{Pause.TotalMilliseconds:0}", $"{Findings.Lost.Count}",
            $"{Findings.Digests.Verdict}", $"{First?.Revision}", $"{First?.Keys}",
        ];
    }

    public JsonObject Json()
    {
        var json = new JsonObject
        {
            ["event"] = "round",
            ["ok"] = IsGood,
            ["round"] = Number,
            ["acknowledged"] = Acknowledged,
            ["unknown"] = Unknown,
            ["refused"] = Refused,
            ["kills"] = Kills,
            ["loadedMs"] = Math.Round(LoadedAfter.TotalMilliseconds, 1),
            ["pauseMs"] = Math.Round(Pause.TotalMilliseconds, 1),
            ["lost"] = new JsonArray([.. Findings.Lost.Select(l => JsonValue.Create(l))]),
            ["ended"] = new JsonArray([.. Ended.Select(e => JsonValue.Create(e))]),
            ["contents"] = Findings.Digests.Verdict.ToString(),
            ["message"] = Findings.Digests.Sentence,
            ["revision"] = First?.Revision,
            ["keys"] = First?.Keys,
        };
        if (!IsGood)
        {
            Failures.Add(json, "Failed", Findings.Digests.Sentence);
        }

        return json;
    }
}
