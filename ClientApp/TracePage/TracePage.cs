using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>What <c>trace --page</c> does: serves a page that draws what the replicas say to each other, until it is ended.</summary>
internal static class TracePage
{
    /// <summary>The port that is taken if none is named.</summary>
    public const int PortDefault = 8300;

    /// <summary>How long one replica may take to answer the page if --timeout does not say: a card is not to stand still for long because another is silent.</summary>
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(2);

    /// <summary>Serves it.</summary>
    /// <param name="context">What verbs work with.</param>
    /// <param name="text">Makes the JSON of what the replicas do.</param>
    /// <param name="port">Where; 0: at any port that is free.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task ServeAsync(VerbContext context, TraceText text, int port, CancellationToken cancel)
    {
        context.Connection.ControlTimeout ??= ReplicaPatience;
        var feed = new TraceFeed(context.Connection, text, context.Time);
        await using PageServer server = await PageServer.StartAsync(
            port, bound => new PageAnswers(new PageGuard(bound), feed, new PageActions(context), context), cancel);
        var address = new Uri($"http://127.0.0.1:{server.Port}/");
        context.Printer.PrintLine(new VerbResult(
            ExitCodes.Ok,
            new JsonObject { ["verb"] = "trace", ["ok"] = true, ["kind"] = "page", ["address"] = address.ToString() },
            $"What the replicas say to each other is drawn at {address} until Ctrl-C."));
        await feed.RunAsync(cancel);
    }
}
