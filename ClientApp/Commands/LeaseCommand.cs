using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class LeaseCommand() : Verb(
    "lease", $"grant, renew, end or show leases: WHAT is {Whats}; option --once",
    new("WHAT", Whats),
    new("ID|TIME", "the lease; for grant how long it lives without being renewed, in seconds or as a time such as 30s; not for list", Optional: true))
{
    private const string Once = "--once";

    public override bool InScripts => false;

    private static readonly string[] Actions = ["grant", "keep", "revoke", "show", "list"];
    private static readonly string Whats = OneOf(Actions);

    public override string? ActionOf(IReadOnlyList<string> args) => args is [var what, ..] && Actions.Contains(what) ? what : null;

    public override IReadOnlyList<VerbOption> Options { get; } = [new(Once, null, "keep renews it once and ends")];

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        bool once = args is [.., Once];
        string[] words = [.. args.SkipLast(once ? 1 : 0)];
        if (once && words is not ["keep", ..])
        {
            throw new UsageException($"{Once} is an option of lease keep: lease keep ID {Once}.");
        }

        StoreLeases leases = context.Connection.Store.Leases;
        switch (words[0])
        {
            case "grant":
                return LeaseText.Granted(await leases.GrantAsync(LeaseText.TimeToLive(Only(words, "SECONDS")), cancel));
            case "keep" when once:
                return LeaseText.Renewed(await leases.KeepAliveAsync(LeaseText.Id(Only(words, "ID")), cancel));
            case "keep":
                return await new KeptLease(context, LeaseText.Id(Only(words, "ID"))).KeepAsync(cancel);
            case "revoke":
                string revoked = LeaseText.Id(Only(words, "ID"));
                return LeaseText.Revoked(revoked, await leases.RevokeAsync(revoked, cancel));
            case "show":
                string shown = LeaseText.Id(Only(words, "ID"));
                return LeaseText.Shown(shown, await leases.GetAsync(shown, context.Consistency, cancel));
            case "list":
                Count(words, 0, "");
                return LeaseText.Listed(await ListAsync(context, cancel));
            default:
                throw new UsageException($"\"{ValueText.Printable(words[0])}\" is nothing to do with leases; there is {Whats}.");
        }
    }

    private static async Task<List<LeaseSummary>> ListAsync(VerbContext context, CancellationToken cancel)
    {
        var leases = new List<LeaseSummary>();
        await foreach (LeaseSummary lease in context.Connection.Store.Leases.ListAsync(context.Consistency, cancel))
        {
            leases.Add(lease);
        }

        return leases;
    }

    private static string Only(string[] words, string what)
    {
        Count(words, 1, $" {what}");
        return words[1];
    }

    private static void Count(string[] words, int wanted, string usage)
    {
        if (words.Length != wanted + 1)
        {
            throw new UsageException($"lease {words[0]} takes {Counted.Of(wanted, "argument")}, here are {words.Length - 1}: lease {words[0]}{usage}.");
        }
    }
}
