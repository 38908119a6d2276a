using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class ReviveCommand() : Verb("revive", "restart a failed acceptor", new VerbArgument("N", "replica"))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        int replica = await context.ReplicaIdAsync(args[0], cancel);
        AcceptorReport report = await context.Connection.Control.ReviveAcceptorAsync(replica, cancel);
        return AcceptorText.Result(Name, report, report.Changed ? "has recovered" : "was up already");
    }
}
