using System.Globalization;
using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>Shows what the replicas say to each other, as it happens: on a terminal a lane for each replica and an arrow for each message.</summary>
internal sealed class TraceCommand() : Verb(
    "trace", $"show what the replicas say to each other, until Ctrl-C; options {Heartbeats}, {For} TIME, {Limit} N, {Page} [PORT]",
    new VerbArgument("N", "what replica N does only; left out: all of them", Optional: true))
{
    private const string Heartbeats = "--heartbeats";
    private const string For = "--for";
    private const string Limit = "--limit";
    private const string Page = "--page";

    // Lines between two headers, so that the names of the lanes stay in sight.
    private const int HeaderEvery = 40;

    public override bool InScripts => false;

    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new(Heartbeats, null, "heartbeats and their answers too, which go on all the time"),
        new(For, "TIME", "end after that time, such as 10s"),
        new(Limit, "N", "end after so many lines"),
        new(Page, "PORT", $"serve a page on loopback that draws it, at http://127.0.0.1:PORT/ ({TracePage.PortDefault}; 0 takes a free one); on the command line only", ValueOptional: true),
    ];

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        Wanted wanted = Read(args);
        return wanted.Page is { } port ? await ServeAsync(context, wanted, port, cancel) : await ShowAsync(context, wanted, cancel);
    }

    private static async Task<VerbResult> ServeAsync(VerbContext context, Wanted wanted, int port, CancellationToken cancel)
    {
        if (context.Place != VerbPlace.CommandLine)
        {
            throw new UsageException($"{Page} is for the command line, in a terminal of its own; here trace draws with letters.");
        }

        context.RefuseByAddress();
        if (wanted is { Replica: not null } or { Heartbeats: true } or { Limit: > 0 } || context.Connection.Pinned is not null)
        {
            throw new UsageException($"The page shows all replicas, and has switches of its own; of the other options of trace {Page} goes with {For} TIME only, and not with --replica.");
        }

        using var over = new CancellationTokenSource(wanted.Time, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, over.Token);
        try
        {
            await TracePage.ServeAsync(context, new TraceText(lanes: null, context.Time.LocalTimeZone), port, either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new VerbResult(ExitCodes.Ok, new JsonObject { ["verb"] = "trace", ["ok"] = true, ["kind"] = "end" }, "The page is closed.");
        }

        throw new System.Diagnostics.UnreachableException("a page that ended by itself");
    }

    private static async Task<VerbResult> ShowAsync(VerbContext context, Wanted wanted, CancellationToken cancel)
    {
        int[] asked = wanted.Replica is { } only ? [await context.ReplicaIdAsync(only, cancel)]
            : context.Connection.Pinned is { } pinned ? [pinned] : [.. context.Connection.Replicas];
        IReadOnlyList<int> all = context.Connection.Replicas;
        var text = new TraceText(
            !context.IsByAddress && all.Count <= TraceLanes.LanesMax ? new TraceLanes([.. all.Order()]) : null, context.Time.LocalTimeZone);
        var reader = new TraceReader(context.Connection.Control, asked, context.Time);
        long began = context.Time.GetTimestamp();
        long shown = 0;
        while (true)
        {
            IReadOnlyList<TraceLine> lines = await reader.ReadAsync(cancel);
            if (shown == 0 && reader.NobodyAnswers is { } why)
            {
                throw why;
            }

            foreach (TraceLine line in lines.Where(line => wanted.Heartbeats || !IsHeartbeat(line)))
            {
                if (context.Printer.Lively && text.Header is { } header && shown % HeaderEvery == 0)
                {
                    context.Printer.Say(header);
                }

                context.Printer.PrintLine(text.Show(line));
                if (++shown == wanted.Limit)
                {
                    return Ended(shown);
                }
            }

            if (wanted.Time != Timeout.InfiniteTimeSpan && context.Time.GetElapsedTime(began) >= wanted.Time)
            {
                return Ended(shown);
            }

            await Task.Delay(TraceReader.Pause, context.Time, cancel);
        }
    }

    private static bool IsHeartbeat(TraceLine line) => line is TracedEvent { Event.Message: "Heartbeat" or "HeartbeatReply" };

    private static VerbResult Ended(long shown) => new(
        ExitCodes.Ok,
        new JsonObject { ["verb"] = "trace", ["ok"] = true, ["kind"] = "end", ["lines"] = shown },
        Counted.Of(shown, "line") + ".");

    private static Wanted Read(IReadOnlyList<string> words)
    {
        var wanted = new Wanted(null, false, Timeout.InfiniteTimeSpan, 0, null);
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            wanted = word switch
            {
                Heartbeats => wanted with { Heartbeats = true },
                For => wanted with { Time = Duration.Parse(Behind(words, ref i)) },
                Limit => wanted with { Limit = Number(Behind(words, ref i)) },
                Page => wanted with { Page = i + 1 < words.Count && !words[i + 1].StartsWith('-') ? Port(words[++i]) : TracePage.PortDefault },
                _ when i == 0 && !word.StartsWith('-') => wanted with { Replica = word },
                _ => throw new UsageException($"trace does not know \"{ValueText.Printable(word)}\"; it takes a replica, {Heartbeats}, {For} TIME, {Limit} N and {Page} [PORT]."),
            };
        }

        return wanted;
    }

    private static string Behind(IReadOnlyList<string> words, ref int at) => ++at < words.Count ? words[at] : "";

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new UsageException($"{Limit} is \"{ValueText.Printable(text)}\"; write a whole number from 1 on.");

    private static int Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? port
            : throw new UsageException($"{Page} is \"{ValueText.Printable(text)}\"; write a port from 1 to 65535, or 0 for one that is free.");

    private readonly record struct Wanted(string? Replica, bool Heartbeats, TimeSpan Time, long Limit, int? Page);
}
