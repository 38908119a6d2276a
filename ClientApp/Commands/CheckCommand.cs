using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class CheckCommand() : Verb("check", "compare the contents of all replicas")
{
    private static readonly string[] Columns = ["replica", "applied", "revision", "keys", "contents"];

    public override bool InScripts => false;

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        await RefuseOneOfManyAsync(context, cancel);
        await context.Connection.Control.LearnMembersAsync(cancel);
        DigestComparison seen = await DigestComparison.WaitForAgreementAsync(
            context.Connection.Control, context.Timeout, context.Time, cancel);
        var json = new JsonObject
        {
            ["verb"] = Name,
            ["ok"] = seen.Verdict == DigestVerdict.Same,
            ["verdict"] = seen.Verdict.ToString(),
            ["message"] = seen.Sentence,
            ["replicas"] = new JsonArray([.. seen.Digests.Select(Json)]),
        };
        if (seen.Verdict != DigestVerdict.Same)
        {
            Failures.Add(json, $"{seen.Verdict}", seen.Sentence);
        }

        string[][] rows = [.. seen.Digests.Select(d =>
            new[] { $"replica {d.ReplicaId}", $"{d.AppliedThrough}", $"{d.Revision}", $"{d.Keys}", d.Hash[..Math.Min(16, d.Hash.Length)] })];
        string table = Tables.Plain(Columns, rows);
        return seen.Verdict == DigestVerdict.Same
            ? new VerbResult(ExitCodes.Ok, json, $"{table}\n{seen.Sentence}")
            : new VerbResult(ExitCode(seen.Verdict), json, seen.Sentence) { Seen = table, IsFailure = true };
    }

    // It would be compared with nothing but itself.
    private static async Task RefuseOneOfManyAsync(VerbContext context, CancellationToken cancel)
    {
        if (context.IsByAddress
            && await context.Connection.Control.StatusAsync(StoreConnection.ByAddress, cancel) is { Members: not { Length: 1 } })
        {
            throw new UsageException(
                "With --host and --port one replica is known, and check compares all; name the cluster's servers.xml with --servers instead.");
        }
    }

    private static int ExitCode(DigestVerdict verdict)
    {
        return verdict switch
        {
            DigestVerdict.Same => ExitCodes.Ok,
            DigestVerdict.Unreachable => ExitCodes.Unavailable,
            _ => ExitCodes.NotFoundOrFailed,
        };
    }

    private static JsonObject Json(StateDigest d)
    {
        return new JsonObject
        {
            ["replica"] = d.ReplicaId,
            ["appliedThrough"] = d.AppliedThrough,
            ["revision"] = d.Revision,
            ["keys"] = d.Keys,
            ["hash"] = d.Hash,
        };
    }
}
