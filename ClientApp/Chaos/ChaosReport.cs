using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>Shows each round as it ends, and the verdict.</summary>
internal sealed class ChaosReport(Printer printer, ChaosPlan plan)
{
    private const int PauseAimedAtMs = 500;

    private readonly List<ChaosRound> _rounds = [];

    public void Begin()
    {
        printer.Say(plan.Rolling
            ? $"{Counted.Of(plan.Rounds, "round")}, {Counted.Of(plan.Clients, "client")}, all replicas stopped in order and restarted, one after the other"
            : $"{Counted.Of(plan.Rounds, "round")} of {plan.RoundTime.TotalSeconds} s, {Counted.Of(plan.Clients, "client")}, "
                + $"one replica killed every {plan.KillEvery.TotalSeconds} s, seed {plan.Seed}");
        printer.Say(Line(ChaosRound.Columns));
    }

    public void Add(ChaosRound round)
    {
        _rounds.Add(round);
        if (printer.Json)
        {
            printer.PrintJson(round.Json());
            return;
        }

        printer.Say(Line(round.Row()), round.IsGood ? null : "red");
        foreach (string found in round.Ended.Concat(round.Findings.Lost.Take(20)))
        {
            printer.Say("  " + found, "red");
        }

        if (!round.IsGood)
        {
            printer.Say("  " + round.Findings.Digests.Sentence, "red");
        }
    }

    /// <returns>The exit code.</returns>
    public int Conclude()
    {
        int acknowledged = _rounds.Sum(r => r.Acknowledged);
        int kills = _rounds.Sum(r => r.Kills);
        bool good = _rounds.TrueForAll(r => r.IsGood && (r.NoCallFailed || !plan.Rolling)) && acknowledged > 0 && kills > 0;
        int lost = _rounds.Sum(r => r.Findings.Lost.Count);
        int ended = _rounds.Sum(r => r.Ended.Count);
        double pauseMs = Math.Round(_rounds.Max(r => r.Pause).TotalMilliseconds, 1);
        string what = plan.Rolling
            ? $"{Counted.Of(kills, "restart")}, longest pause {pauseMs:0} ms{(pauseMs > PauseAimedAtMs ? $" (above the {PauseAimedAtMs} that are aimed at)" : "")}, {Counted.Of(_rounds.Sum(r => r.Unknown + r.Refused), "failed call")}"
            : Counted.Of(kills, "kill");
        string verdict = good
            ? $"PASSED: {what}, {Counted.Of(acknowledged, "acknowledged write")}, every one on every replica; all hold the same contents."
            : $"FAILED: {what}, {Counted.Of(acknowledged, "acknowledged write")}, {lost} missing{(ended > 0 ? $", {Counted.Of(ended, "replica")} ended by {(ended == 1 ? "itself" : "themselves")}" : "")}{(kills > 0 ? "" : $": nobody was {(plan.Rolling ? "restarted" : "killed")}, which shows nothing")}; see the rounds above. Seed {plan.Seed}.";
        if (printer.Json)
        {
            var json = new JsonObject
            {
                ["event"] = "verdict",
                ["ok"] = good,
                ["rounds"] = _rounds.Count,
                ["kills"] = kills,
                ["pauseMs"] = pauseMs,
                ["acknowledged"] = acknowledged,
                ["lost"] = lost,
                ["ended"] = ended,
                ["seed"] = plan.Seed,
                ["message"] = verdict,
            };
            if (!good)
            {
                Failures.Add(json, "Failed", verdict);
            }

            printer.PrintJson(json);
        }

        printer.Say(verdict, good ? "green" : "red");
        return good ? ExitCodes.Ok : ExitCodes.NotFoundOrFailed;
    }

    private static string Line(string[] cells)
    {
        return string.Join("  ", cells.Select((c, i) => c.PadLeft(Math.Max(8, ChaosRound.Columns[i].Length))));
    }
}
