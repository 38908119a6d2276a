using System.CommandLine;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary><c>verify FILE…</c>: checks recorded histories for linearizability.</summary>
internal static class VerifyProgram
{
    public static Command Command(ProgramActions actions)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "histories of one run, merged by time",
            Arity = ArgumentArity.OneOrMore,
        };
        var slots = new Option<bool>("--slots") { Description = "check the positions in the log as well" };
        var worth = new Option<bool>("--worth") { Description = "refuse a history that is too thin to be worth checking" };
        var limit = new Option<string>("--time-limit")
        {
            HelpName = "TIME",
            Description = "when to give up",
            DefaultValueFactory = _ => "1m",
        };
        var command = new Command("verify", "check recorded histories for linearizability") { files, slots, worth, limit };
        actions.SetAction(command, (parsed, session, cancel) => VerifyAsync(
            session,
            parsed.GetRequiredValue(files),
            new VerifierOptions { Slots = parsed.GetValue(slots), TimeLimit = Duration.Parse(parsed.GetRequiredValue(limit)) },
            parsed.GetValue(worth),
            cancel));
        return command;
    }

    /// <returns>The exit code: that of the verdict.</returns>
    public static async Task<int> VerifyAsync(
        Session session, string[] files, VerifierOptions options, bool worthEnforced, CancellationToken cancel)
    {
        var report = new VerifyReport(session.Printer);
        try
        {
            long start = TimeProvider.System.GetTimestamp();
            RecordedHistory history = await Task.Run(() => RecordedHistory.Load(files), cancel);
            Verification found = await Progress.WithBarAsync(session, "calls", moved =>
                Task.Run(() => new HistoryVerifier(options).Verify(history, moved, cancel), cancel));
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            return report.Conclude(history, found, HistoryWorth.Measure(history), worthEnforced, elapsed);
        }
        catch (HistoryFormatException e)
        {
            return report.Bad(e.Message);
        }
    }
}
