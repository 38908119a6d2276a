using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class MemberCommand() : Verb(
    "member", $"show or change who is in the cluster: WHAT is {Whats}",
    new("WHAT", Whats),
    new("ID", "the replica; not for list", Optional: true),
    new("PEER", "peer address, for add and replace", Optional: true),
    new("CLIENT", "client address, for add and replace", Optional: true))
{
    private static readonly string[] Actions = ["list", "add", "promote", "remove", "replace", "readmit"];
    private static readonly string Whats = OneOf(Actions);

    private static readonly string[] Columns = ["replica", "votes", "incarnation", "client", "peer"];

    public override bool InScripts => false;

    public override string? ActionOf(IReadOnlyList<string> args) => args is [var what, ..] && Actions.Contains(what) ? what : null;

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        var members = new ClusterMembers(context.Connection.Options);
        switch (args[0])
        {
            case "list":
                Count(args, 1);
                ReplicaStatus leader = await members.LeaderAsync(cancel);
                return Result(args[0], leader.Configuration, leader.Members ?? [], $"replica {leader.ReplicaId} leads");
            case "add":
                Count(args, 4);
                return Result(args[0], await members.AddAsync(Id(args), Address(args[2]), Address(args[3]), cancel), $"replica {Id(args)} learns; promote it when \"status\" shows it applied as far as the others");
            case "promote":
                Count(args, 2);
                return Result(args[0], await members.PromoteAsync(Id(args), cancel), $"replica {Id(args)} votes");
            case "remove":
                Count(args, 2);
                return Result(args[0], await members.RemoveAsync(Id(args), cancel), $"replica {Id(args)} is out; stop its process");
            case "replace":
                Count(args, 4);
                return Result(args[0], await members.ReplaceAsync(Id(args), Address(args[2]), Address(args[3]), cancel), $"replica {Id(args)} is at {args[3]} now");
            case "readmit":
                Count(args, 2);
                return Result(args[0], await members.ReadmitAsync(Id(args), cancel), $"replica {Id(args)} is a member with the disk that it has now");
            default:
                throw new UsageException($"\"{ValueText.Printable(args[0])}\" is nothing to do with members; there is {Whats}.");
        }
    }

    private void Count(IReadOnlyList<string> args, int wanted)
    {
        if (args.Count != wanted)
        {
            throw new UsageException($"member {args[0]} takes {Counted.Of(wanted - 1, "argument")}, here are {args.Count - 1}: {Usage}.");
        }
    }

    private static int Id(IReadOnlyList<string> args) => int.TryParse(args[1], out int id) && id is >= 1 and <= 99
        ? id
        : throw new UsageException($"\"{ValueText.Printable(args[1])}\" is no replica's id; ids are 1..99.");

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"\"{ValueText.Printable(text)}\" is no address; write one such as http://10.0.0.6:8101.");

    private static VerbResult Result(string action, MemberReport report, string sentence) => Result(action, report.Configuration, report.Members, sentence);

    private static VerbResult Result(string action, long configuration, IReadOnlyList<MemberData> members, string sentence)
    {
        var json = new JsonObject
        {
            ["verb"] = "member",
            ["ok"] = true,
            ["action"] = action,
            ["configuration"] = configuration,
            ["message"] = sentence,
            ["members"] = new JsonArray([.. members.Select(m => new JsonObject
            {
                ["replica"] = m.ReplicaId,
                ["votes"] = m.IsVoter,
                ["incarnation"] = m.Incarnation,
                ["client"] = m.Client,
                ["peer"] = m.Peer,
            })]),
        };
        string[][] rows = [.. members.Select(m => new[] { $"replica {m.ReplicaId}", m.IsVoter ? "yes" : "learns", m.Incarnation, m.Client, m.Peer })];
        return new VerbResult(ExitCodes.Ok, json, $"configuration {configuration}: {sentence}\n{Tables.Plain(Columns, rows)}");
    }
}
