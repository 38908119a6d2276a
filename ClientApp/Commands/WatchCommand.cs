using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Shows changes as they come, each as a result of its own, until Ctrl-C or the limit ends it.</summary>
internal sealed class WatchCommand() : Verb(
    "watch", "show changes as they come, until Ctrl-C; options --prefix, --from REVISION, --limit N",
    new VerbArgument(VerbArgument.Key, "a key, or with --prefix what keys begin with"))
{
    private const string Prefix = "--prefix";
    private const string From = "--from";
    private const string Limit = "--limit";

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    public override bool InScripts => false;

    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new(Prefix, null, "all keys that begin so; \"\" is all keys"),
        new(From, "REVISION", "the first revision to show (default: what comes from now on)"),
        new(Limit, "N", "end after so many changes"),
    ];

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        (bool isPrefix, long from, long limit) = Read([.. args.Skip(1)]);
        long shown = 0;
        await foreach (KeyChange change in context.Connection.Store.WatchAsync(args[0], isPrefix, from, OnUnavailableAsync, cancel))
        {
            VerbResult result = Result(change);
            if (++shown == limit)
            {
                return result;
            }

            context.Printer.PrintLine(result);
        }

        throw new OperationCanceledException(cancel);

        // Whoever watches misses nothing: it goes on where it was, as soon as somebody answers.
        Task OnUnavailableAsync(StoreUnavailableException failure)
        {
            context.Printer.PrintLine(Failures.Result("watch", failure));
            return Task.Delay(PauseAfterFailure, context.Time, cancel);
        }
    }

    private static (bool IsPrefix, long From, long Limit) Read(IReadOnlyList<string> words)
    {
        (bool isPrefix, long from, long limit) = (false, 0, 0);
        for (int i = 0; i < words.Count; i++)
        {
            switch (words[i])
            {
                case Prefix: isPrefix = true; break;
                case From: from = Number(From, words, ++i); break;
                case Limit: limit = Number(Limit, words, ++i); break;
                default: throw new UsageException($"watch does not know \"{ValueText.Printable(words[i])}\"; it takes {Prefix}, {From} REVISION and {Limit} N.");
            }
        }

        return (isPrefix, from, limit);
    }

    private static long Number(string option, IReadOnlyList<string> words, int at)
    {
        string text = at < words.Count ? words[at] : "";
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new UsageException($"{option} is \"{ValueText.Printable(text)}\"; write a whole number from 1 on.");
    }

    private static VerbResult Result(KeyChange change)
    {
        bool isPut = change.Kind == KeyChangeKind.Put;
        byte[] value = change.Value ?? [];
        string? text = ValueText.AsText(value);
        var json = new JsonObject
        {
            ["verb"] = "watch",
            ["ok"] = true,
            ["revision"] = change.Revision,
            ["kind"] = isPut ? "put" : "delete",
            ["key"] = change.Key,
        };
        if (isPut)
        {
            json["value"] = text ?? Convert.ToBase64String(value);
            json["encoding"] = text is null ? "base64" : "utf-8";
        }

        json["slot"] = change.Slot;
        string key = ValueText.Printable(change.Key);
        return new VerbResult(ExitCodes.Ok, json, isPut
            ? string.Create(CultureInfo.InvariantCulture, $"{change.Revision} put {key} {ValueText.Display(value)}")
            : string.Create(CultureInfo.InvariantCulture, $"{change.Revision} delete {key}"));
    }
}
