using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What one round did and found.</summary>
internal sealed record ChaosRound(int Number, int Acknowledged, int Unknown, int Refused, int Kills, ChaosFindings Findings)
{
    public static readonly string[] Columns =
        ["round", "acknowledged", "unknown", "refused", "kills", "lost", "contents", "revision", "keys"];

    private StateDigest? First => Findings.Digests.Digests is [var first, ..] ? first : null;

    public bool IsGood => Findings.Lost.Count == 0 && Findings.Digests.Verdict == DigestVerdict.Same;

    public string[] Row()
    {
        return
        [
            $"{Number}", $"{Acknowledged}", $"{Unknown}", $"{Refused}", $"{Kills}", $"{Findings.Lost.Count}",
            $"{Findings.Digests.Verdict}", $"{First?.Revision}",
            $"{First?.Keys}",
        ];
    }

    public JsonObject Json()
    {
        return new JsonObject
        {
            ["event"] = "round",
            ["ok"] = IsGood,
            ["round"] = Number,
            ["acknowledged"] = Acknowledged,
            ["unknown"] = Unknown,
            ["refused"] = Refused,
            ["kills"] = Kills,
            ["lost"] = new JsonArray([.. Findings.Lost.Select(l => JsonValue.Create(l))]),
            ["contents"] = Findings.Digests.Verdict.ToString(),
            ["message"] = Findings.Digests.Sentence,
            ["revision"] = First?.Revision,
            ["keys"] = First?.Keys,
        };
    }
}
