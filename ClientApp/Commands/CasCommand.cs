using System.Text;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Writes a key if it holds what is expected; that it does not is an answer, as "not found" is.</summary>
internal sealed class CasCommand() : Verb(
    "cas", "write a key if it holds what is expected; options --absent, --delete",
    new(VerbArgument.Key, "1..1024 bytes of UTF-8"),
    new("EXPECTED", "the value that the key must hold; left out with --absent", Optional: true),
    new("NEW", "the value to write; left out with --delete", Optional: true))
{
    private const string Absent = "--absent";
    private const string Delete = "--delete";

    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new(Absent, null, "the key must not be there"),
        new(Delete, null, "remove the key"),
    ];

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        (byte[]? expected, byte[]? value) = Read([.. args.Skip(1)]);
        StoreAnswer<TransactReply> answer = await context.Connection.Store.CompareAndSetAsync(args[0], expected, value, cancel);
        JsonObject json = AnswerJson.Of(Name, args[0], answer);
        json["held"] = answer.Reply.Held;
        json["revision"] = answer.Reply.Revision;
        json["slot"] = answer.Reply.Slot;
        return answer.Reply.Held ? Held(answer.Reply, expected, value, json) : NotHeld(answer.Reply.Compared[0], json);
    }

    // Options come behind the arguments: what stands before one is text, whatever it looks like.
    private static (byte[]? Expected, byte[]? Value) Read(IReadOnlyList<string> words)
    {
        string[] given = [.. words.Reverse().TakeWhile(word => word is Absent or Delete)];
        string[] texts = [.. words.SkipLast(given.Length)];
        (bool absent, bool delete) = (given.Contains(Absent), given.Contains(Delete));
        int wanted = (absent ? 0 : 1) + (delete ? 0 : 1);
        if (texts.Length != wanted || given.Distinct().Count() != given.Length)
        {
            throw new UsageException(
                "cas wants KEY EXPECTED NEW; --absent behind them stands for no EXPECTED, and --delete for no NEW. Put quotes around text with blanks in it.");
        }

        return (absent ? null : Encoding.UTF8.GetBytes(texts[0]), delete ? null : Encoding.UTF8.GetBytes(texts[^1]));
    }

    private static VerbResult Held(TransactReply reply, byte[]? expected, byte[]? value, JsonObject json)
    {
        string what = (expected, value) switch
        {
            (null, null) => "not there",
            (null, _) => $"created at revision {reply.Revision}",
            (_, null) => $"deleted at revision {reply.Revision}",
            _ => $"replaced at revision {reply.Revision}",
        };
        return new VerbResult(ExitCodes.Ok, json, what);
    }

    private static VerbResult NotHeld(ComparedKey found, JsonObject json)
    {
        json["modificationRevision"] = found.ModificationRevision;
        json["version"] = found.Version;
        return new VerbResult(ExitCodes.NotFoundOrFailed, json, found.Version == 0
            ? "nothing written: the key is not there"
            : $"nothing written: the key is of revision {found.ModificationRevision}, version {found.Version}")
        { IsNotHeld = true };
    }
}
