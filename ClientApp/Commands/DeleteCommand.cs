using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class DeleteCommand() : Verb("delete", "remove a key", new VerbArgument(VerbArgument.Key, "1..1024 bytes of UTF-8"))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        StoreAnswer<DeleteReply> answer = await context.Connection.Store.DeleteAsync(args[0], cancel);
        JsonObject json = AnswerJson.Of(Name, args[0], answer);
        json["found"] = answer.Reply.Found;
        json["revision"] = answer.Reply.Revision;
        json["slot"] = answer.Reply.Slot;
        return answer.Reply.Found
            ? new VerbResult(ExitCodes.Ok, json, $"deleted at revision {answer.Reply.Revision}")
            : new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found");
    }
}
