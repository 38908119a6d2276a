using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class FailCommand() : Verb(
    "fail", "fail a replica's acceptor", new("N", "replica"), new("TIME", "how long, such as 10s; left out: until revived", Optional: true))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        int replica = await context.ReplicaIdAsync(args[0], cancel);
        TimeSpan? down = args.Count > 1 ? Duration.Parse(args[1]) : null;
        AcceptorReport report = await context.Connection.Control.FailAcceptorAsync(replica, down, cancel);
        string until = down is null ? $"until \"revive {replica}\"" : $"for {args[1]}";
        return AcceptorText.Result(Name, report, report.Changed ? $"has failed {until}" : "was down already");
    }
}
