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
        int? to = args.Count > 1 ? await context.ReplicaIdAsync(args[1], cancel) : null;
        int leader = await LeaderAsync(context.Connection, cancel)
            ?? throw new ClusterException("No replica leads at the moment, so there is nothing to hand over; see status.");
        return leader == to
            ? Result(leader, leader, changed: false, ExitCodes.Ok, $"replica {leader} leads already")
            : Result(await context.Connection.Control.TransferLeadershipAsync(leader, to, cancel));
    }

    // Whoever answers may tell of members that were not asked, and one of these may lead.
    private static async Task<int?> LeaderAsync(StoreConnection connection, CancellationToken cancel)
    {
        IReadOnlyList<int> asked;
        do
        {
            asked = connection.Replicas;
            ReplicaStatus?[] seen = await Task.WhenAll(asked.Select(r => LeaderWatch.TryStatusAsync(connection.Control, r, cancel)));
            if (LeaderWatch.Leader([.. seen.OfType<ReplicaStatus>()], connection.Replicas.Count) is { } leader)
            {
                return leader;
            }
        }
        while (!asked.SequenceEqual(connection.Replicas));
        return null;
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
        if (exitCode != ExitCodes.Ok)
        {
            Failures.Add(json, "NobodyTookOver", plain);
        }

        return new VerbResult(exitCode, json, plain) { IsFailure = exitCode != ExitCodes.Ok };
    }
}
