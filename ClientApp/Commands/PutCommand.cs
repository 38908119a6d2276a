using System.Text;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class PutCommand() : Verb(
    "put", "write a value; option --lease ID", new(VerbArgument.Key, "1..1024 bytes of UTF-8"), new("VALUE", "text, up to 1 MiB of UTF-8"))
{
    private const string Lease = "--lease";

    public override IReadOnlyList<VerbOption> Options { get; } = [new(Lease, "ID", "the lease that the key lives by: it goes when the lease is over")];

    // Two words are key and value, whatever they look like.
    public override bool TellsOptionsByPlace => true;

    public override void Check(IReadOnlyList<string> args)
    {
        base.Check(args);
        if (args is [_, _, Lease])
        {
            throw new UsageException($"{Lease} wants a lease behind it.");
        }

        if (args.Count > Arguments.Count && LeaseOf(args) is null)
        {
            throw TooMany(args.Count);
        }
    }

    /// <summary>The lease that the words of a put name; null: none.</summary>
    public static string? LeaseOf(IReadOnlyList<string> args) => args is [_, _, Lease, var lease] ? LeaseText.Id(lease) : null;

    public override Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        byte[] value = Encoding.UTF8.GetBytes(args[1]);
        return LeaseOf(args) is { } lease ? PutAsync(context, args[0], value, lease, cancel) : PutAsync(context, args[0], value, cancel);
    }

    private static async Task<VerbResult> PutAsync(VerbContext context, string key, byte[] value, CancellationToken cancel)
    {
        StoreAnswer<PutReply> answer = await context.Connection.Store.PutAsync(key, value, cancel);
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
}
