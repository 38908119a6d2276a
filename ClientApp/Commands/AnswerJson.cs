using System.Text.Json.Nodes;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>The JSON fields that every answer of the store has.</summary>
internal static class AnswerJson
{
    public static JsonObject Of<TReply>(string verb, string key, StoreAnswer<TReply> answer)
    {
        return new JsonObject
        {
            ["verb"] = verb,
            ["ok"] = true,
            ["key"] = key,
            ["replica"] = answer.Replica,
            ["attempts"] = answer.Attempts,
            ["ms"] = Math.Round(answer.Elapsed.TotalMilliseconds, 1),
        };
    }
}
