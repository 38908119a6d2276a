using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Shows which keys there are, page by page, each page as a result of its own as soon as it is there.</summary>
internal sealed class KeysCommand() : Verb(
    "keys", "show which keys there are; options --from KEY, --until KEY, --limit N, --values",
    new VerbArgument("PREFIX", "what they begin with (default: all)", Optional: true))
{
    private const string From = "--from";
    private const string Until = "--until";
    private const string Limit = "--limit";
    private const string Values = "--values";

    private static readonly string[] Columns = ["key", "version", "revision", "created"];

    public override bool InScripts => false;

    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new(From, "KEY", "the first to show"),
        new(Until, "KEY", "the first not to show any more"),
        new(Limit, "N", "end after so many"),
        new(Values, null, "their values too"),
    ];

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        Asked asked = Read(args);
        long shown = 0;
        while (true)
        {
            StoreAnswer<RangeReply> page = await context.Connection.Store.RangeAsync(
                asked.Prefix, asked.From, asked.Until, (int)Math.Min(asked.Limit - shown, StoreLimits.RangeKeysMax), !asked.Values, context.Consistency, cancel);
            shown += page.Reply.Keys.Length;
            VerbResult result = Result(page, asked.Values);
            if (!page.Reply.More || shown == asked.Limit)
            {
                return result;
            }

            context.Printer.PrintLine(result);
            asked = asked with { From = page.Reply.Next! };
        }
    }

    private static Asked Read(IReadOnlyList<string> words)
    {
        var asked = new Asked("", "", null, long.MaxValue, Values: false);
        for (int i = 0; i < words.Count; i++)
        {
            asked = words[i] switch
            {
                From => asked with { From = Word(From, words, ++i) },
                Until => asked with { Until = Word(Until, words, ++i) },
                Limit => asked with { Limit = Number(Word(Limit, words, ++i)) },
                Values => asked with { Values = true },
                _ when i == 0 => asked with { Prefix = words[0] },
                _ => throw new UsageException(
                    $"keys does not know \"{ValueText.Printable(words[i])}\"; it takes PREFIX, {From} KEY, {Until} KEY, {Limit} N and {Values}."),
            };
        }

        return asked;
    }

    private static string Word(string option, IReadOnlyList<string> words, int at) =>
        at < words.Count ? words[at] : throw new UsageException($"{option} wants something behind it.");

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new UsageException($"{Limit} is \"{ValueText.Printable(text)}\"; write a whole number from 1 on.");

    private static VerbResult Result(StoreAnswer<RangeReply> page, bool values)
    {
        JsonObject json = AnswerJson.Of("keys", page);
        json["revision"] = page.Reply.Revision;
        json["appliedThrough"] = page.Reply.AppliedThrough;
        json["more"] = page.Reply.More;
        json["keys"] = new JsonArray([.. page.Reply.Keys.Select(key => Json(key, values))]);
        if (page.Reply.Keys.Length == 0)
        {
            return new VerbResult(ExitCodes.Ok, json, "no keys") { Raw = [] };
        }

        string plain = string.Join('\n', page.Reply.Keys.Select(key =>
            values ? $"{ValueText.Printable(key.Key)}\t{ValueText.Display(key.Value ?? [])}" : ValueText.Printable(key.Key)));
        return new VerbResult(ExitCodes.Ok, json, plain)
        {
            Rich = Tables.Rich(values ? [.. Columns, "value"] : Columns, [.. page.Reply.Keys.Select(key => Row(key, values))], _ => null),
        };
    }

    private static string[] Row(RangeKey key, bool values)
    {
        string[] row = [ValueText.Printable(key.Key), Text(key.Version), Text(key.ModificationRevision), Text(key.CreateRevision)];
        return values ? [.. row, ValueText.Display(key.Value ?? [])] : row;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Json(RangeKey key, bool values)
    {
        var json = new JsonObject
        {
            ["key"] = key.Key,
            ["createRevision"] = key.CreateRevision,
            ["modificationRevision"] = key.ModificationRevision,
            ["version"] = key.Version,
        };
        if (values)
        {
            string? text = ValueText.AsText(key.Value ?? []);
            json["value"] = text ?? Convert.ToBase64String(key.Value ?? []);
            json["encoding"] = text is null ? "base64" : "utf-8";
        }

        return json;
    }

    /// <summary>What is to be shown.</summary>
    private sealed record Asked(string Prefix, string From, string? Until, long Limit, bool Values);
}
