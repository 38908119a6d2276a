using System.Text;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class PutCommand() : Verb(
    "put", "write a value", new(VerbArgument.Key, "1..1024 bytes of UTF-8"), new("VALUE", "text, up to 1 MiB of UTF-8"))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        StoreAnswer<PutReply> answer = await context.Connection.Store.PutAsync(args[0], Encoding.UTF8.GetBytes(args[1]), cancel);
        JsonObject json = AnswerJson.Of(Name, args[0], answer);
        json["revision"] = answer.Reply.Revision;
        json["replaced"] = answer.Reply.Replaced;
        json["slot"] = answer.Reply.Slot;
        string what = answer.Reply.Replaced ? "replaced" : "created";
        return new VerbResult(ExitCodes.Ok, json, $"{what} at revision {answer.Reply.Revision}");
    }
}
