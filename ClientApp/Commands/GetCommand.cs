using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class GetCommand() : Verb("get", "read a value", new VerbArgument(VerbArgument.Key, "1..1024 bytes of UTF-8"))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        StoreAnswer<GetReply> answer = await context.Connection.Store.GetAsync(args[0], context.Consistency, cancel);
        JsonObject json = AnswerJson.Of(Name, args[0], answer);
        json["found"] = answer.Reply.Found;
        json["appliedThrough"] = answer.Reply.AppliedThrough;
        return answer.Reply.Found
            ? Found(answer.Reply, json)
            : new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found") { Raw = [] };
    }

    private static VerbResult Found(GetReply reply, JsonObject json)
    {
        byte[] value = reply.Value ?? [];
        string? text = ValueText.AsText(value);
        json["value"] = text ?? Convert.ToBase64String(value);
        json["encoding"] = text is null ? "base64" : "utf-8";
        json["createRevision"] = reply.CreateRevision;
        json["modificationRevision"] = reply.ModificationRevision;
        json["version"] = reply.Version;
        return new VerbResult(ExitCodes.Ok, json, ValueText.Display(value)) { Raw = value };
    }
}
