using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class PrepopulateCommand() : Verb(
    "prepopulate", "write COUNT keys to start with (default 10)", new VerbArgument("COUNT", "1..1000000", Optional: true))
{
    public const int CountDefault = 10;

    private const int CountMax = 1_000_000;

    private static readonly string[] Fruits =
        ["apple", "banana", "cherry", "date", "elderberry", "fig", "grape", "honeydew", "iceberg", "jackfruit"];

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        int count = args.Count == 0 ? CountDefault : Count(args[0]);
        long start = context.Time.GetTimestamp();

        // The first alone: the others would wait for it to open the session, and could not tell why it does not.
        await PutAsync(context, 1, cancel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(2, count - 1), parallel, async (n, token) => await PutAsync(context, n, token));
        double ms = Math.Round(context.Time.GetElapsedTime(start).TotalMilliseconds, 1);
        var json = new JsonObject { ["verb"] = Name, ["ok"] = true, ["keys"] = count, ["ms"] = ms };
        return new VerbResult(ExitCodes.Ok, json, $"{Counted.Of(count, "key")} written, {Key(1)} to {Key(count)}");
    }

    private static Task<StoreAnswer<PutReply>> PutAsync(VerbContext context, int n, CancellationToken cancel) =>
        context.Connection.Store.PutAsync(Key(n), Encoding.UTF8.GetBytes($"{Fruits[(n - 1) % Fruits.Length]} {n}"), cancel);

    public static string Key(int n) => string.Create(CultureInfo.InvariantCulture, $"sample-{n:D4}");

    private static int Count(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= CountMax
            ? count
            : throw new UsageException($"\"{ValueText.Printable(text)}\" is no count; write 1..{CountMax}.");
    }
}
