using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class CutCommand() : Verb(
    "cut", "cut the link between two replicas", new("N", "replica"), new("M", "its peer"),
    new(OneWay, "only what N sends to M is lost", Optional: true))
{
    private const string OneWay = "one-way";

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        (int replica, int peer) = await context.LinkAsync(args[0], args[1], cancel);
        bool oneWay = args.Count > 2;
        if (oneWay && args[2] != OneWay)
        {
            throw new UsageException($"\"{ValueText.Printable(args[2])}\" means nothing to cut: {Usage}.");
        }

        LinkDirection direction = oneWay ? LinkDirection.To : LinkDirection.Both;
        LinkReport report = await context.Connection.Control.CutLinkAsync(replica, peer, direction, cancel);
        string what = oneWay ? $"what replica {replica} sends to replica {peer} is lost" : $"replicas {replica} and {peer} do not hear each other";
        return LinkText.Result(Name, [report], $"{what}, until \"heal\"");
    }
}
