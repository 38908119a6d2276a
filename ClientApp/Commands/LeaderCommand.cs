using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class LeaderCommand() : Verb(
    "leader", "hand leadership over", new("transfer", "the word transfer"), new("N", "who is to lead; left out: whoever has learned everything first", Optional: true))
{
    public override bool InScripts => false;

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        if (args[0] != "transfer")
        {
            throw new UsageException($"leader knows no \"{ValueText.Printable(args[0])}\"; write leader transfer, or leader transfer N.");
        }

        context.RefuseByAddress();
        int? to = args.Count > 1 ? context.ReplicaId(args[1]) : null;
        ReplicaStatus?[] seen = await Task.WhenAll(
            context.Connection.Replicas.Select(r => LeaderWatch.TryStatusAsync(context.Connection.Control, r, cancel)));
        int leader = LeaderWatch.Leader([.. seen.OfType<ReplicaStatus>()], context.Connection.Replicas.Count)
            ?? throw new ClusterException("No replica leads at the moment, so there is nothing to hand over; see status.");
        return leader == to
            ? Result(leader, leader, changed: false, ExitCodes.Ok, $"replica {leader} leads already")
            : Result(await context.Connection.Control.TransferLeadershipAsync(leader, to, cancel));
    }

    private static VerbResult Result(LeadershipReport report) => report.Changed
        ? Result(report.ReplicaId, report.Leader, true, ExitCodes.Ok, $"replica {report.Leader} leads, after replica {report.ReplicaId}")
        : Result(report.ReplicaId, report.Leader, false, ExitCodes.NotFoundOrFailed, $"nobody took over in time; replica {report.ReplicaId} goes on leading");

    private static VerbResult Result(int from, int leader, bool changed, int exitCode, string plain)
    {
        var json = new JsonObject
        {
            ["verb"] = "leader",
            ["ok"] = exitCode == ExitCodes.Ok,
            ["from"] = from,
            ["leader"] = leader,
            ["changed"] = changed,
        };
        return new VerbResult(exitCode, json, plain) { IsFailure = exitCode != ExitCodes.Ok };
    }
}
