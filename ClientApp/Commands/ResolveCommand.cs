using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Tells what came of a write in doubt; one that has not taken effect is withdrawn by that.</summary>
internal sealed class ResolveCommand() : Verb(
    "resolve", "tell what came of a write whose outcome is unknown, and withdraw it if it has none yet",
    new("SESSION", "the session that the write carried"),
    new("SEQUENCE", "its number in that session"))
{
    public override bool InScripts => false;

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        if (!long.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) || sequence < 1)
        {
            throw new UsageException($"SEQUENCE is \"{ValueText.Printable(args[1])}\"; write a whole number from 1 on.");
        }

        StoreAnswer<ResolveReply> answer = await context.Connection.Store.ResolveAsync(args[0], sequence, cancel);
        (int exitCode, string outcome, string sentence) = Read(answer.Reply);
        var json = new JsonObject
        {
            ["verb"] = Name,
            ["ok"] = true,
            ["session"] = args[0],
            ["sequence"] = sequence,
            ["outcome"] = outcome,
        };
        return new VerbResult(exitCode, json, sentence);
    }

    /// <summary>What came of it: for the shell, for a program, for a person.</summary>
    public static (int ExitCode, string Outcome, string Sentence) Read(ResolveReply reply) => reply.Outcome switch
    {
        ResolveOutcome.Applied => (ExitCodes.Ok, "applied", Applied(reply)),
        ResolveOutcome.NotApplied => (ExitCodes.NotFoundOrFailed, "notApplied", "it has no effect, and never will"),
        _ => (ExitCodes.Unavailable, "forgotten", "nobody can tell any more: it may have taken effect, but will not from now on; read to find out"),
    };

    private static string Applied(ResolveReply reply)
    {
        string what = reply switch
        {
            { Put: { } put } => $"a put, at revision {put.Revision}",
            { Delete: { Found: true } delete } => $"a delete, at revision {delete.Revision}",
            { Delete: not null } => "a delete of what was not there",
            { Batch: { } batch } => $"a batch of {batch.Operations.Length}, through revision {batch.Revision}",
            { Transact: { } transact } => $"a transaction that {(transact.Held ? "held" : "did not hold")}, through revision {transact.Revision}",
            { GrantLease: { } lease } => $"the grant of lease {lease.LeaseId}",
            _ => "the end of a lease",
        };
        return $"it took effect: {what}";
    }
}
