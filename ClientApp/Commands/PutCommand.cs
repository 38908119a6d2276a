using System.Text;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class PutCommand() : Verb(
    "put", "write a value; options --file PATH, --lease ID",
    new(VerbArgument.Key, "1..1024 bytes of UTF-8"),
    new("VALUE", "text, up to 1 MiB of UTF-8; left out with --file", Optional: true))
{
    private const string File = "--file";
    private const string Lease = "--lease";

    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new(File, "PATH", "the value is what this file holds, text of up to 1 MiB of UTF-8, byte for byte: a line end at its end is kept; - is standard input"),
        new(Lease, "ID", "the lease that the key lives by: it goes when the lease is over"),
    ];

    // Two words are key and value, whatever they look like.
    public override bool TellsOptionsByPlace => true;

    public override void Check(IReadOnlyList<string> args)
    {
        base.Check(args);
        Read(args);
    }

    /// <summary>What the words of a put ask for.</summary>
    public static Asked Read(IReadOnlyList<string> args) => args switch
    {
        [_] or [_, Lease, _] => throw new UsageException($"put wants VALUE, or {File} PATH, behind KEY. Put quotes around text with blanks in it."),
        [var key, var text] => new(key, text, null, null),
        [var key, File, var file] => new(key, null, file, null),
        [var key, File, var file, Lease, var lease] => new(key, null, file, LeaseText.Id(lease)),
        [var key, Lease, var lease, File, var file] => new(key, null, file, LeaseText.Id(lease)),
        [var key, var text, Lease, var lease] => new(key, text, null, LeaseText.Id(lease)),
        [_, _, File, ..] or [_, _, Lease, _, File, ..] => throw new UsageException($"put takes VALUE or {File} PATH, not both, and nothing else behind them but {Lease} ID."),
        [.., Lease] => throw new UsageException($"{Lease} wants a lease behind it."),
        _ => throw TooMany("put", 2, args.Count, $"put KEY VALUE, or put KEY {File} PATH; {Lease} ID behind it"),
    };

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        Asked asked = Read(args);
        byte[] value = asked.File is { } file ? await ValueFile.ReadAsync(context, file, cancel) : Encoding.UTF8.GetBytes(asked.Text!);
        return asked.Lease is { } lease
            ? await PutAsync(context, asked.Key, value, lease, cancel)
            : await PutAsync(context.Connection.Store, asked.Key, value, cancel);
    }

    /// <summary>Writes a value, and tells what came of it.</summary>
    public static async Task<VerbResult> PutAsync(PaxosKeyValueClient store, string key, byte[] value, CancellationToken cancel)
    {
        StoreAnswer<PutReply> answer = await store.PutAsync(key, value, cancel);
        return Result(AnswerJson.Of("put", key, answer), answer.Reply.Revision, answer.Reply.Replaced, answer.Reply.Slot);
    }

    private static async Task<VerbResult> PutAsync(VerbContext context, string key, byte[] value, string lease, CancellationToken cancel)
    {
        if (context.Connection.Options.History is not null)
        {
            throw new UsageException($"A history cannot tell of a key that goes with a lease, and what reads it would look wrong; leave --history or {Lease} out.");
        }

        StoreAnswer<BatchReply> answer = await context.Connection.Store.BatchAsync([BatchOperation.Put(key, value, lease)], cancel);
        VerbResult result = Result(AnswerJson.Of("put", key, answer), answer.Reply.Revision, answer.Reply.Operations[0].Found, answer.Reply.Slot);
        result.Json["lease"] = lease;
        return result;
    }

    private static VerbResult Result(JsonObject json, long revision, bool replaced, long slot)
    {
        json["revision"] = revision;
        json["replaced"] = replaced;
        json["slot"] = slot;
        return new VerbResult(ExitCodes.Ok, json, $"{(replaced ? "replaced" : "created")} at revision {revision}");
    }

    /// <summary>What a put asks for.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Text">Its value; null: it is in a file.</param>
    /// <param name="File">The file; null: none.</param>
    /// <param name="Lease">The lease; null: none.</param>
    public sealed record Asked(string Key, string? Text, string? File, string? Lease);
}
