using System.CommandLine;
using System.CommandLine.Parsing;
using PaxosWcf.CommandLine;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>The command line.</summary>
internal static class NemesisCommand
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int Usage = 2;
    private const int NotRun = 3;

    private const int MinutesMax = 10_000;
    private const int ClientsMax = 1000;

    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Root().Parse(args);
        return parsed.Errors.Count == 0 ? await parsed.InvokeAsync() : await RefusedAsync(parsed);
    }

    /// <summary>What it takes.</summary>
    public static RootCommand Root()
    {
        var minutes = new Option<double>("--minutes") { Description = "how long faults are injected", DefaultValueFactory = _ => 1 };
        var seed = new Option<int?>("--seed") { Description = "repeats a schedule of faults (default: a new one, which is shown)" };
        var only = new Option<string>("--only") { HelpName = "KINDS", Description = "kinds of faults, such as kill,stop,power; default: all" };
        var clients = new Option<int>("--clients") { Description = "how many clients ask at once", DefaultValueFactory = _ => 8 };
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "where data, logs and the history go (default: a temporary directory)" };
        var host = new Option<string?>("--replica-host") { HelpName = "PATH", Description = "the replica host's program" };
        OptionRules.RequireNumber(minutes, number => number is > 0 and <= MinutesMax, $"--minutes must be above 0, and at most {MinutesMax}.");
        OptionRules.RequireNumber(clients, number => number is >= 1 and <= ClientsMax, $"--clients must be 1..{ClientsMax}.");
        OptionRules.RequireNumber(seed);
        only.Validators.Add(RequireFaults);
        var root = new RootCommand("Five replica processes, clients that record what they see, and faults; then the verdict.")
        {
            minutes, seed, only, clients, data, host,
        };
        root.SetAction((parsed, cancel) => RunAsync(new NemesisPlan
        {
            Time = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Seed = parsed.GetValue(seed) ?? Random.Shared.Next(),
            Only = FaultNames.TryRead(parsed.GetValue(only), out var kinds) ? kinds : [],
            Clients = parsed.GetValue(clients),
            Data = parsed.GetValue(data),
            HostPath = parsed.GetValue(host),
        }, cancel));
        return root;
    }

    private static void RequireFaults(OptionResult result)
    {
        if (result.Tokens is [var kinds] && !FaultNames.TryRead(kinds.Value, out _))
        {
            result.AddError($"--only takes {FaultNames.All}.");
        }
    }

    private static async Task<int> RunAsync(NemesisPlan plan, CancellationToken cancel)
    {
        Console.WriteLine($"{plan.Time.TotalMinutes:0.##} minutes, {plan.Clients} clients, seed {plan.Seed}");
        try
        {
            NemesisReport report = await new NemesisRun(plan, Console.WriteLine).RunAsync(cancel);
            foreach (string line in report.Lines())
            {
                Console.WriteLine(line);
            }

            return report.Passed ? Passed : Failed;
        }
        catch (Exception e) when (e is NemesisException or ClusterException or UsageException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is UsageException ? Usage : NotRun;
        }
    }

    private static async Task<int> RefusedAsync(ParseResult parsed)
    {
        await Console.Error.WriteLineAsync(string.Join('\n', parsed.Errors.Select(e => e.Message)));
        return Usage;
    }
}
