using System.CommandLine;
using PaxosWcf.CommandLine;

namespace PaxosWcf.ClientApp;

/// <summary><c>chaos</c>: proof that killed replicas lose nothing.</summary>
internal static class ChaosProgram
{
    private const int CountMax = 10_000;

    public static Command Command(ProgramActions actions)
    {
        var rounds = new Option<int>("--rounds") { Description = "how many rounds", DefaultValueFactory = _ => 20 };
        var clients = new Option<int>("--clients") { Description = "how many clients write at once", DefaultValueFactory = _ => 16 };
        var seconds = new Option<int>("--seconds-per-round") { Description = "how long a round writes and kills", DefaultValueFactory = _ => 5 };
        var every = new Option<string>("--kill-every") { HelpName = "TIME", Description = "time between two kills", DefaultValueFactory = _ => "1s" };
        var rolling = new Option<bool>("--rolling") { Description = "stop replicas in order and restart them, one after the other, instead of killing; a call that fails is a failure" };
        var seed = new Option<int?>("--seed") { Description = "repeats the choice of replicas (default: a new one, which is shown)" };
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "where the replicas keep their data (default: a temporary directory)" };
        Option<string?> history = HistoryFile.Option();
        Option<string?> host = DemoProgram.ReplicaHostOption();
        foreach (Option<int> count in new[] { rounds, clients, seconds })
        {
            OptionRules.RequireNumber(count, number => number is >= 1 and <= CountMax, $"{count.Name} must be 1..{CountMax}.");
        }

        OptionRules.RequireNumber(seed);

        var command = new Command("chaos", "kill and restart replicas while clients write; prove that nothing is lost")
        {
            rounds, clients, seconds, every, rolling, seed, data, history, host,
        };
        actions.SetAction(command, (parsed, session, cancel) => ChaosRun.RunAsync(session, new ChaosPlan
        {
            Rounds = parsed.GetValue(rounds),
            Clients = parsed.GetValue(clients),
            RoundTime = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            KillEvery = Duration.Parse(parsed.GetRequiredValue(every)),
            Rolling = parsed.GetValue(rolling),
            Seed = parsed.GetValue(seed) ?? Random.Shared.Next(),
            Data = parsed.GetValue(data),
            History = parsed.GetValue(history),
            HostPath = parsed.GetValue(host),
        }, cancel));
        return command;
    }
}
