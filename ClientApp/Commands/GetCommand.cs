using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class GetCommand() : Verb("get", "read a value; option --file PATH", new VerbArgument(VerbArgument.Key, "1..1024 bytes of UTF-8"))
{
    private const string File = "--file";

    public override IReadOnlyList<VerbOption> Options { get; } =
        [new(File, "PATH", "write the value to this file, byte for byte and nothing else; must not be there yet")];

    // The first word is the key, whatever it looks like.
    public override bool TellsOptionsByPlace => true;

    public override void Check(IReadOnlyList<string> args)
    {
        base.Check(args);
        Read(args);
    }

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        (string key, string? file) = Read(args);
        StoreAnswer<GetReply> answer = await context.Connection.Store.GetAsync(key, context.Consistency, cancel);
        JsonObject json = AnswerJson.Of(Name, key, answer);
        json["found"] = answer.Reply.Found;
        json["appliedThrough"] = answer.Reply.AppliedThrough;
        return !answer.Reply.Found
            ? new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found") { Raw = [] }
            : file is null ? Found(answer.Reply, json) : await WrittenAsync(answer.Reply, json, file, cancel);
    }

    private static (string Key, string? File) Read(IReadOnlyList<string> args) => args switch
    {
        [var key] => (key, null),
        [var key, File, var file] => (key, file),
        [_, File] => throw new UsageException($"{File} wants a path behind it."),
        _ => throw TooMany("get", 1, args.Count, $"get KEY, or get KEY {File} PATH"),
    };

    private static VerbResult Found(GetReply reply, JsonObject json)
    {
        byte[] value = reply.Value ?? [];
        string? text = ValueText.AsText(value);
        json["value"] = text ?? Convert.ToBase64String(value);
        json["encoding"] = text is null ? "base64" : "utf-8";
        AddRevisions(json, reply);
        return new VerbResult(ExitCodes.Ok, json, ValueText.Display(value)) { Raw = value };
    }

    private static async Task<VerbResult> WrittenAsync(GetReply reply, JsonObject json, string file, CancellationToken cancel)
    {
        byte[] value = reply.Value ?? [];
        await ValueFile.WriteAsync(file, value, cancel);
        json["file"] = file;
        json["bytes"] = value.Length;
        AddRevisions(json, reply);
        return new VerbResult(ExitCodes.Ok, json, $"{Counted.Of(value.Length, "byte")} written to \"{ValueText.Printable(file)}\"");
    }

    private static void AddRevisions(JsonObject json, GetReply reply)
    {
        json["createRevision"] = reply.CreateRevision;
        json["modificationRevision"] = reply.ModificationRevision;
        json["version"] = reply.Version;
    }
}
