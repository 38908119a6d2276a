using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class DeleteCommand() : Verb(
    "delete", "remove a key, or all that begin alike; options --prefix, --all", new VerbArgument(VerbArgument.Key, "1..1024 bytes of UTF-8, or with --prefix what keys begin with"))
{
    private const string Prefix = "--prefix";
    private const string All = "--all";

    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new(Prefix, null, "all keys that begin so, up to 1024 a step: not all at once, and one that is written meanwhile may go or stay"),
        new(All, null, "with --prefix and an empty KEY, \"\": all keys there are"),
    ];

    // The first word is the key, whatever it looks like.
    public override bool TellsOptionsByPlace => true;

    public override void Check(IReadOnlyList<string> args)
    {
        base.Check(args);
        IsOfMany(args);
    }

    /// <summary>Whether the words of a delete are about all keys that begin alike.</summary>
    /// <exception cref="UsageException">They are no delete.</exception>
    public static bool IsOfMany(IReadOnlyList<string> args)
    {
        string[] options = [.. args.Skip(1)];
        if (options.FirstOrDefault(word => word is not (Prefix or All)) is not null)
        {
            throw args[0] is Prefix or All
                ? new UsageException($"The options of delete come behind its key: delete KEY {Prefix}.")
                : TooMany("delete", 1, args.Count, $"delete KEY, or delete KEY {Prefix}");
        }

        (bool prefix, bool all) = (options.Contains(Prefix), options.Contains(All));
        return (prefix, all, args[0].Length == 0) switch
        {
            (true, false, true) => throw new UsageException($"All keys begin with an empty prefix: if all are to go, say delete \"\" {Prefix} {All}."),
            (_, true, false) or (false, true, _) => throw new UsageException($"{All} is for all keys there are: delete \"\" {Prefix} {All}."),
            _ => prefix,
        };
    }

    public override Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel) =>
        IsOfMany(args) ? DeleteAllAsync(context, args[0], cancel) : DeleteAsync(context, args[0], cancel);

    private static async Task<VerbResult> DeleteAsync(VerbContext context, string key, CancellationToken cancel)
    {
        StoreAnswer<DeleteReply> answer = await context.Connection.Store.DeleteAsync(key, cancel);
        JsonObject json = AnswerJson.Of("delete", key, answer);
        json["found"] = answer.Reply.Found;
        json["revision"] = answer.Reply.Revision;
        json["slot"] = answer.Reply.Slot;
        return answer.Reply.Found
            ? new VerbResult(ExitCodes.Ok, json, $"deleted at revision {answer.Reply.Revision}")
            : new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found");
    }

    private static async Task<VerbResult> DeleteAllAsync(VerbContext context, string prefix, CancellationToken cancel)
    {
        var deletion = new PrefixDeletion(context.Connection.Store, prefix);
        long start = context.Time.GetTimestamp();
        try
        {
            await RunAsync(context, deletion, cancel);
        }
        catch (Exception e) when (e is not InvalidRequestException)
        {
            return Stopped(deletion, prefix, e);
        }

        var json = new JsonObject
        {
            ["verb"] = "delete",
            ["ok"] = true,
            ["prefix"] = prefix,
            ["ms"] = Math.Round(context.Time.GetElapsedTime(start).TotalMilliseconds, 1),
            ["deleted"] = deletion.Deleted,
            ["revision"] = deletion.Revision,
        };
        return deletion.Deleted > 0
            ? new VerbResult(ExitCodes.Ok, json, $"{Counted.Of(deletion.Deleted, "key")} deleted, now at revision {deletion.Revision}")
            : new VerbResult(ExitCodes.NotFoundOrFailed, json, "not found");
    }

    private static async Task RunAsync(VerbContext context, PrefixDeletion deletion, CancellationToken cancel)
    {
        // A script has a bar of its own.
        if (context.Place == VerbPlace.Script || !context.Printer.Lively)
        {
            await deletion.RunAsync(moved: null, cancel);
            return;
        }

        await Progress.WithBarAsync(context.Printer, context.Io, "keys", async moved =>
        {
            await deletion.RunAsync(moved, cancel);
            return true;
        });
    }

    private static VerbResult Stopped(PrefixDeletion deletion, string prefix, Exception why)
    {
        bool isInDoubt = deletion.UnderWay > 0 && why is OutcomeUnknownException or OperationCanceledException;
        string more = isInDoubt ? $", and what comes of a step of {Counted.Of(deletion.UnderWay, "key")} that was under way is not known" : "";
        VerbResult result = Failures.Halfway(
            "delete", why, $"Before that {Counted.Of(deletion.Deleted, "key")} had been deleted{more}. The same command deletes what is left.");
        result.Json["prefix"] = prefix;
        result.Json["deleted"] = deletion.Deleted;
        return result;
    }
}
