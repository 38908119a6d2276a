using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class BatchCommand() : Verb(
    "batch", "apply a script's puts and deletes as one step", new VerbArgument("FILE", "a script of put and delete; - is standard input"))
{
    public override bool InScripts => false;

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        if (context.IsAtPrompt && args[0] == ScriptFile.StandardInput)
        {
            throw new UsageException("At the prompt, - would be what is typed at the prompt: name a file, or run \"batch -\" outside of it.");
        }

        List<BatchOperation> operations = BatchScript.Parse(await ScriptFile.ReadAsync(context.Io, args[0], cancel));
        StoreAnswer<BatchReply> answer = await context.Connection.Store.BatchAsync(operations, cancel);
        JsonObject json = AnswerJson.Of(Name, answer);
        json["revision"] = answer.Reply.Revision;
        json["slot"] = answer.Reply.Slot;
        json["operations"] = new JsonArray([.. operations.Zip(answer.Reply.Operations, Json)]);
        return new VerbResult(ExitCodes.Ok, json, $"{Counted.Of(operations.Count, "operation")} applied in one step, now at revision {answer.Reply.Revision}");
    }

    private static JsonNode Json(BatchOperation operation, BatchOperationReply reply)
    {
        return new JsonObject
        {
            ["verb"] = operation.Kind == BatchOperationKind.Put ? "put" : "delete",
            ["key"] = operation.Key,
            ["found"] = reply.Found,
            ["revision"] = reply.Revision,
        };
    }
}
