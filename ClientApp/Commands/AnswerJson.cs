using System.Text.Json.Nodes;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>The JSON fields that every answer of the store has.</summary>
internal static class AnswerJson
{
    public static JsonObject Of<TReply>(string verb, string key, StoreAnswer<TReply> answer)
    {
        JsonObject json = Of(verb, answer);
        json.Insert(2, "key", key);
        return json;
    }

    /// <summary>For an answer that is about several keys.</summary>
    public static JsonObject Of<TReply>(string verb, StoreAnswer<TReply> answer)
    {
        return new JsonObject
        {
            ["verb"] = verb,
            ["ok"] = true,
            ["replica"] = answer.Replica,
            ["attempts"] = answer.Attempts,
            ["ms"] = Math.Round(answer.Elapsed.TotalMilliseconds, 1),
        };
    }
}
