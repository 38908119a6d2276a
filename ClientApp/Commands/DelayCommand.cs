using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class DelayCommand() : Verb(
    "delay", "slow the link between two replicas down", new("N", "replica"), new("M", "its peer"), new("TIME", "such as 200ms"))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        (int replica, int peer) = await context.LinkAsync(args[0], args[1], cancel);
        LinkReport report = await context.Connection.Control.DelayLinkAsync(replica, peer, Duration.Parse(args[2]), cancel);
        return LinkText.Result(
            Name, [report], $"each call between replicas {replica} and {peer} takes {args[2]} longer, until \"heal\"");
    }
}
