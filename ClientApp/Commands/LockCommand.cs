using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>Holds a lock until Ctrl-C, or while a command runs.</summary>
internal sealed class LockCommand() : Verb(
    "lock", "wait for a lock, and hold it until Ctrl-C or while a command runs; option --ttl TIME", new VerbArgument(VerbArgument.Lock, "1..983 bytes of UTF-8"))
{
    private const string Ttl = "--ttl";

    // Above the time that one replica may take: so one that hangs does not cost the lock.
    private static readonly TimeSpan TtlDefault = TimeSpan.FromSeconds(30);

    public override bool InScripts => false;

    public override IReadOnlyList<VerbOption> Options { get; } =
        [new(Ttl, "TIME", "how long the lock outlives a holder that dies: 1s..24h (default: 30s)")];

    public override VerbArgument Command { get; } = new("COMMAND", $"what to run, with its arguments; {LockedCommand.KeyVariable} and {LockedCommand.NumberVariable} tell it of the lock");

    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        (TimeSpan ttl, string[] words) = Read(args);
        StoreLock held = await StoreLock.AcquireAsync(context.Connection.Store, args[0], ttl, Owner(), cancel);
        try
        {
            return words.Length == 0
                ? await HoldAsync(context, args[0], held, cancel)
                : await WhileItRunsAsync(context, args[0], held, words, cancel);
        }
        finally
        {
            await GiveBackAsync(context, held);
        }
    }

    // That it is lost is told first: to give back what is left of it takes a while where nobody answers.
    private static async Task GiveBackAsync(VerbContext context, StoreLock held)
    {
        if (held.Lost.IsCancellationRequested)
        {
            context.Connection.DisposeBehind(held);
        }
        else
        {
            await held.DisposeAsync();
        }
    }

    private (TimeSpan Ttl, string[] Words) Read(IReadOnlyList<string> args)
    {
        TimeSpan ttl = TtlDefault;
        for (int i = 1; i < args.Count; i++)
        {
            switch (args[i])
            {
                case Ttl when i + 1 == args.Count: throw new UsageException($"{Ttl} wants a time behind it.");
                case Ttl: ttl = LeaseText.TimeToLive(args[++i]); break;
                case BeforeCommand: return (ttl, LockedCommand.Read([.. args.Skip(i + 1)]));
                default: throw new UsageException($"lock does not know \"{ValueText.Printable(args[i])}\"; what it is to run goes behind {BeforeCommand}: {Usage}.");
            }
        }

        return (ttl, []);
    }

    // For people who look who it is that holds the lock, or waits for it.
    private static string Owner() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.UserName} at {Environment.MachineName}, process {Environment.ProcessId}");

    private static async Task<VerbResult> HoldAsync(VerbContext context, string name, StoreLock held, CancellationToken cancel)
    {
        context.Printer.PrintLine(new VerbResult(ExitCodes.Ok, Json(name, held), Sentence(held)));
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration told = held.Lost.Register(lost.SetResult);
        await lost.Task.WaitAsync(cancel);
        return Lost(ExitCodes.NotFoundOrFailed, $"Lock {ValueText.Printable(name)} is lost: its lease was revoked, or could not be renewed in time.");
    }

    private static async Task<VerbResult> WhileItRunsAsync(VerbContext context, string name, StoreLock held, string[] words, CancellationToken cancel)
    {
        // Standard output is the command's.
        if (context.Printer.Json)
        {
            context.Printer.PrintJson(Json(name, held));
        }
        else
        {
            context.Printer.PrintError(Sentence(held));
        }

        LockedEnd end = await new LockedCommand(held, context).RunAsync(words, cancel);
        if (end.ExitCode is not { } exitCode)
        {
            string command = end.RunsOn
                ? "The command could not be killed, or something that it has started: it runs on without the lock, and it is for you to end it."
                : "The command was killed; what it did last, it may have done without the lock.";
            return Lost(
                ExitCodes.Unavailable,
                $"Lock {ValueText.Printable(name)} is lost: its lease was revoked, or could not be renewed in time. {command}");
        }

        JsonObject json = Json(name, held);
        json["exitCode"] = exitCode;
        return new VerbResult(exitCode, json, $"the command ended with exit code {exitCode}") { Raw = [] };
    }

    private static string Sentence(StoreLock held) =>
        string.Create(CultureInfo.InvariantCulture, $"holds {ValueText.Printable(held.Key)}, fencing number {held.FencingNumber}");

    private static JsonObject Json(string name, StoreLock held) => new()
    {
        ["verb"] = "lock",
        ["ok"] = true,
        ["name"] = name,
        ["key"] = held.Key,
        ["fencingNumber"] = held.FencingNumber,
    };

    private static VerbResult Lost(int exitCode, string sentence)
    {
        var json = new JsonObject { ["verb"] = "lock", ["ok"] = false, ["error"] = Failures.LockLost, ["message"] = sentence };
        return new VerbResult(exitCode, json, sentence) { IsFailure = true };
    }
}
