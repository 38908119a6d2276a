using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using Spectre.Console;

namespace PaxosWcf.ClientApp;

internal sealed class StatusCommand() : Verb("status", "show every replica")
{
    private static readonly string[] Columns =
        ["replica", "proposer", "leader", "promised", "acceptor", "failures", "learned", "applied", "revision", "keys", "up", "links"];

    private const int StorePercentWarned = 75;

    // A failed acceptor has lost what it held in memory.
    private const string NotKnown = "-";

    // As replicas name what they may do.
    private const string Voter = "Voter";
    private const string Asking = "Asking";
    private const string Learner = "Learner";

    public override bool InScripts => false;

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        ReplicaControlClient control = context.Connection.Control;
        Seen[] all = context.Connection.Pinned is { } only ? [await AskAsync(control, only, cancel)] : await AskAllAsync(control, cancel);
        bool anyUp = all.Any(s => s.Status is not null);
        var json = new JsonObject { ["verb"] = Name, ["ok"] = anyUp, ["leader"] = LeaderOf(all), ["replicas"] = new JsonArray([.. all.Select(Json)]) };
        if (!anyUp)
        {
            Failures.Add(json, "ReplicaUnavailable", string.Join(' ', all.Select(s => s.Why)));
        }

        string[][] rows = [.. all.Select(s => Row(context.Connection, s))];
        bool unled = context.Connection.Pinned is null && anyUp && all.All(s => s.Status is not { Leader: not null });
        string?[] below =
        [
            .. all.Select(Remark), unled ? "Nobody leads." : null, OtherCluster(all, context.Connection.Options.Cluster),
            Differing(all, "Builds", s => s.ProgramVersion), Differing(all, "Configurations", s => s.Configuration.ToString(CultureInfo.InvariantCulture)),
        ];
        string remarks = string.Concat(below.OfType<string>().Select(r => "\n" + r));
        return new VerbResult(anyUp ? ExitCodes.Ok : ExitCodes.Unavailable, json, Tables.Plain(Columns, rows) + remarks)
        {
            Rich = new Rows(
                Tables.Rich(Columns, rows, r => r[1] == "down" ? "red" : r[1] == "Leading" ? "green" : null),
                new UnbrokenText(remarks.TrimStart('\n'))),
        };
    }

    // Their answers may name members that were added or moved since servers.xml was written: these have their turn then.
    private static async Task<Seen[]> AskAllAsync(ReplicaControlClient control, CancellationToken cancel)
    {
        IReadOnlyDictionary<int, Uri> before = control.Addresses;
        Seen[] seen = await Task.WhenAll(before.Keys.Order().Select(r => AskAsync(control, r, cancel)));
        IReadOnlyDictionary<int, Uri> members = control.Addresses;
        int[] late = [.. members.Except(before).Select(r => r.Key)];
        Seen[] more = await Task.WhenAll(late.Select(r => AskAsync(control, r, cancel)));
        return [.. seen.Where(s => members.ContainsKey(s.Replica) && !late.Contains(s.Replica)).Concat(more).OrderBy(s => s.Replica)];
    }

    // Who says so of itself; of two, one of which has not heard of the other, the one that has learned more.
    private static int? LeaderOf(Seen[] all) => all
        .Where(s => s.Status is { } status && status.Leader == status.ReplicaId).MaxBy(s => s.Status!.LearnedThrough)?.Status!.ReplicaId;

    private static string? OtherCluster(Seen[] all, string? meant)
    {
        int[] others = [.. all.Where(s => meant is not null && s.Status is { } status && status.Cluster != meant).Select(s => s.Replica)];
        return others.Length == 0 ? null
            : $"What answers at the {(others.Length == 1 ? "address" : "addresses")} of replica {string.Join(", ", others)} is of another cluster than \"{meant}\", which servers.xml means.";
    }

    // In order while replicas are brought to another build one by one, or hear of a change; otherwise somebody forgot one.
    private static string? Differing(Seen[] all, string what, Func<ReplicaStatus, string> of)
    {
        IGrouping<string, int>[] groups = [.. all.Where(s => s.Status is not null).GroupBy(s => of(s.Status!), s => s.Replica)];
        return groups.Length < 2 ? null
            : $"{what} differ: {string.Join("; ", groups.Select(group => $"{group.Key} at replica {string.Join(", ", group)}"))}.";
    }

    private static string? Remark(Seen seen)
    {
        return seen.Status is not { } s ? seen.Why
            : string.Join('\n', Remarks(s)) is { Length: > 0 } remarks ? remarks : null;
    }

    private static IEnumerable<string> Remarks(ReplicaStatus s)
    {
        if (s.Complaint is { } why)
        {
            yield return $"Replica {s.ReplicaId} does not vote ({s.Standing}): {why}";
        }
        else if (s.Standing is { } standing and not Voter)
        {
            yield return standing switch
            {
                Asking => $"Replica {s.ReplicaId} asks the others what they remember of it, and goes on once a majority has answered.",
                Learner => $"Replica {s.ReplicaId} is a learner: it does not vote.",
                _ => $"Replica {s.ReplicaId} does not vote ({standing}).",
            };
        }

        if (s.ForeignDirectory is { } sentence)
        {
            yield return $"Replica {s.ReplicaId}: {sentence}";
        }

        if (s.ServersDifferAt.Length > 0)
        {
            yield return $"Replica {s.ReplicaId} hears of another servers.xml from replica {string.Join(", ", s.ServersDifferAt)}.";
        }

        if (s.Restoring is { } restoring)
        {
            yield return $"Replica {s.ReplicaId} serves nobody: restore {restoring} is under way, or was interrupted. Repeat it with --force if nobody is at it.";
        }

        if (s is { StoreBytes: { } used, StoreBytesMax: > 0 and { } limit } && used >= limit / 100.0 * StorePercentWarned)
        {
            yield return $"The store of replica {s.ReplicaId} takes {used} of {limit} bytes ({100.0 * used / limit:0} %)"
                + (used >= limit ? ": it takes no puts until there is room." : ".");
        }
    }

    private static async Task<Seen> AskAsync(ReplicaControlClient control, int replica, CancellationToken cancel)
    {
        try
        {
            return new Seen(replica, await control.StatusAsync(replica, cancel), null);
        }
        catch (ReplicaUnavailableException e)
        {
            return new Seen(replica, null, e.Message);
        }
    }

    private static string[] Row(StoreConnection connection, Seen seen)
    {
        return seen.Status is not { } s
            ? [connection.NameOf(seen.Replica), "down", "", "", "", "", "", "", "", "", "", ""]
            :
            [
                $"replica {s.ReplicaId}", s.Proposer.ToString(), s.Leader?.ToString() ?? "none", s.AcceptorUp ? s.Promised : NotKnown,
                s.DivergedFrom is { } from ? $"fenced: differs in {from}..{s.DivergedThrough}" : s.AcceptorUp ? "up" : "failed", $"{s.AcceptorFailures}", $"{s.LearnedThrough}", $"{s.AppliedThrough}",
                $"{s.Revision}", $"{s.Keys}", $"{s.UptimeMilliseconds / 1000} s",
                LinkText.Short(s.FaultyLinks),
            ];
    }

    private static JsonObject Json(Seen seen)
    {
        return seen.Status is not { } s
            ? new JsonObject { ["replica"] = seen.Replica, ["up"] = false, ["message"] = seen.Why }
            : new JsonObject
            {
                ["replica"] = s.ReplicaId,
                ["up"] = true,
                ["cluster"] = s.Cluster,
                ["incarnation"] = s.Incarnation,
                ["life"] = s.Life,
                ["standing"] = s.Standing,
                ["complaint"] = s.Complaint,
                ["foreignDirectory"] = s.ForeignDirectory,
                ["configuration"] = s.Configuration,
                ["proposer"] = s.Proposer.ToString(),
                ["leader"] = s.Leader,
                ["promised"] = s.Promised,
                ["acceptorUp"] = s.AcceptorUp,
                ["acceptorFailures"] = s.AcceptorFailures,
                ["learnedThrough"] = s.LearnedThrough,
                ["appliedThrough"] = s.AppliedThrough,
                ["revision"] = s.Revision,
                ["keys"] = s.Keys,
                ["serversHash"] = s.ServersHash,
                ["serversDifferAt"] = new JsonArray([.. s.ServersDifferAt.Select(i => JsonValue.Create(i))]),
                ["faultLabOn"] = s.FaultLabOn,
                ["faultyLinks"] = LinkText.Json(s.FaultyLinks),
                ["storeBytes"] = s.StoreBytes,
                ["storeBytesMax"] = s.StoreBytesMax,
                ["restoring"] = s.Restoring,
                ["version"] = s.ProgramVersion,
                ["divergedFrom"] = s.DivergedFrom,
                ["divergedThrough"] = s.DivergedThrough,
                ["agreedThrough"] = s.AgreedThrough,
                ["uptimeMs"] = s.UptimeMilliseconds,
            };
    }

    private sealed record Seen(int Replica, ReplicaStatus? Status, string? Why);
}
