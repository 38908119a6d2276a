using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using PaxosWcf.CommandLine;

namespace PaxosWcf.Simulator;

/// <summary>The command line.</summary>
internal sealed class SimulatorCommand(SimulatorIo io)
{
    private const int MinutesMax = 10_000;
    private const string RunsOne = "--history and --trace are for one run: leave out --seeds and --minutes.";

    private readonly Option<int?> _seed = new("--seed") { Description = "the seed of the run, or the first of many (default: a new one, which is shown)" };
    private readonly Option<long> _steps = new("--steps") { Description = "events under faults, before the calm", DefaultValueFactory = _ => 20_000 };
    private readonly Option<int?> _seeds = new("--seeds") { Description = "runs so many seeds" };
    private readonly Option<double?> _minutes = new("--minutes") { Description = "runs new seeds for so long" };
    private readonly Option<string?> _scenario = new("--scenario") { HelpName = "NAME", Description = "a schedule written by hand; \"list\" shows them" };
    private readonly Option<string?> _replay = new("--replay") { HelpName = "FILE", Description = "runs a schedule that was recorded" };
    private readonly Option<bool> _trace = new("--trace") { Description = "shows everything that happens, each message too" };
    private readonly Option<string?> _history = new("--history") { HelpName = "FILE", Description = "keeps what the clients recorded" };
    private readonly Option<bool> _json = new("--json") { Description = "one JSON object a run" };
    private readonly Option<string?> _schedule = new("--schedule") { HelpName = "FILE", Description = "where the schedule of a run that fails goes (default: failed-SEED.json)" };
    private readonly Option<int> _shrink = new("--shrink-runs") { Description = "how many runs may be spent on making a failing schedule small", DefaultValueFactory = _ => 500 };

    public async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            await io.Error.WriteLineAsync(string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct()));
            return ExitCodes.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = io.Out, Error = io.Error });
    }

    private RootCommand Root()
    {
        OptionRules.RequireNumber(_seed);
        OptionRules.RequireNumber(_steps, number => number > 0, "--steps must be above 0.");
        OptionRules.RequireNumber(_seeds, number => number > 0, "--seeds must be above 0.");
        OptionRules.RequireNumber(_minutes, number => number is > 0 and <= MinutesMax, $"--minutes must be above 0, and at most {MinutesMax}.");
        OptionRules.RequireNumber(_shrink, number => number >= 0, "--shrink-runs must be 0 or more.");
        var root = new RootCommand("A whole cluster with its clients, in one thread, from one seed: faults first, then calm; and the verdict.")
        {
            _seed, _steps, _seeds, _minutes, _scenario, _replay, _trace, _history, _json, _schedule, _shrink,
        };
        root.Validators.Add(OneKindOfRun);
        root.SetAction((parsed, cancel) => Task.Run(() => new SimulatorProgram(io, Request(parsed)).Run(cancel), cancel));
        return root;
    }

    private SimulatorRequest Request(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(_seed) ?? Random.Shared.Next(),
        Steps = parsed.GetValue(_steps),
        Seeds = parsed.GetValue(_seeds),
        Time = parsed.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        Scenario = parsed.GetValue(_scenario),
        Replay = parsed.GetValue(_replay),
        Trace = parsed.GetValue(_trace),
        History = parsed.GetValue(_history),
        Json = parsed.GetValue(_json),
        Schedule = parsed.GetValue(_schedule),
        ShrinkRuns = parsed.GetValue(_shrink),
    };

    private void OneKindOfRun(CommandResult result)
    {
        Option[] kinds = [_seeds, _minutes, _scenario, _replay];
        Option[] given = [.. kinds.Where(option => IsGiven(result, option))];
        if (given.Length > 1)
        {
            result.AddError($"{given[0].Name} and {given[1].Name} do not go together.");
        }
        else if (IsGiven(result, _seed) && (IsGiven(result, _scenario) || IsGiven(result, _replay)))
        {
            result.AddError($"--seed does not go with {given[0].Name}, which has a seed of its own.");
        }
        else if ((IsGiven(result, _seeds) || IsGiven(result, _minutes)) && (IsGiven(result, _history) || IsGiven(result, _trace)))
        {
            result.AddError(RunsOne);
        }
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
