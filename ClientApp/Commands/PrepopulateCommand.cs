using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

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

        var written = new StrongBox<int>();
        try
        {
            await PutAllAsync(context, count, written, cancel);
        }
        catch (Exception e) when (written.Value > 0)
        {
            return Stopped(written.Value, e);
        }

        double ms = Math.Round(context.Time.GetElapsedTime(start).TotalMilliseconds, 1);
        var json = new JsonObject { ["verb"] = Name, ["ok"] = true, ["keys"] = count, ["ms"] = ms };
        return new VerbResult(ExitCodes.Ok, json, $"{Counted.Of(count, "key")} written, {Key(1)} to {Key(count)}");
    }

    // The first alone: the others would wait for it to open the session, and could not tell why it does not.
    private static async Task PutAllAsync(VerbContext context, int count, StrongBox<int> written, CancellationToken cancel)
    {
        await PutAsync(context, 1, written, cancel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(2, count - 1), parallel, async (n, token) => await PutAsync(context, n, written, token));
    }

    private static async Task PutAsync(VerbContext context, int n, StrongBox<int> written, CancellationToken cancel)
    {
        await context.Connection.Store.PutAsync(Key(n), Encoding.UTF8.GetBytes($"{Fruits[(n - 1) % Fruits.Length]} {n}"), cancel);
        Interlocked.Increment(ref written.Value);
    }

    // Of those that were under way beside the one that failed nobody waited for the end.
    private VerbResult Stopped(int written, Exception why)
    {
        VerbResult result = Failures.Halfway(
            Name, why, $"Before that {Counted.Of(written, "key")} at least had been written. The same command writes all of them, these too.");
        result.Json["keys"] = written;
        return result;
    }

    public static string Key(int n) => string.Create(CultureInfo.InvariantCulture, $"sample-{n:D4}");

    private static int Count(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= CountMax
            ? count
            : throw new UsageException($"\"{ValueText.Printable(text)}\" is no count; write 1..{CountMax}.");
    }
}
