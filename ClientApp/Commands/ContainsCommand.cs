using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class ContainsCommand() : Verb(
    "contains", "tell whether a key is there", new VerbArgument(VerbArgument.Key, "1..1024 bytes of UTF-8"))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        StoreAnswer<ContainsKeyReply> answer =
            await context.Connection.Store.ContainsKeyAsync(args[0], context.Consistency, cancel);
        JsonObject json = AnswerJson.Of(Name, args[0], answer);
        json["found"] = answer.Reply.Found;
        json["appliedThrough"] = answer.Reply.AppliedThrough;
        return answer.Reply.Found
            ? new VerbResult(ExitCodes.Ok, json, "true")
            : new VerbResult(ExitCodes.NotFoundOrFailed, json, "false");
    }
}
