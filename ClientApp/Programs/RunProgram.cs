using System.CommandLine;

namespace PaxosWcf.ClientApp;

/// <summary><c>run FILE</c>: a script of operations.</summary>
internal static class RunProgram
{
    public static Command Command(ProgramActions actions)
    {
        var file = new Argument<string>("FILE") { Description = "the script; - is standard input" };
        var quiet = new Option<bool>("--quiet") { Description = "show failing lines and the summary only" };
        Option<string?> history = HistoryFile.Option();
        var command = new Command("run", "run a script: one operation a line, # begins a comment") { file, quiet, history };
        actions.SetStoreAction(
            command,
            (parsed, session, connection, cancel) =>
                RunAsync(session, connection, parsed.GetRequiredValue(file), parsed.GetValue(quiet), cancel),
            parsed => parsed.GetValue(history));
        return command;
    }

    private static async Task<int> RunAsync(
        Session session, StoreConnection connection, string file, bool quiet, CancellationToken cancel)
    {
        string text = await ScriptFile.ReadAsync(session.Io, file, cancel);
        var runner = new ScriptRunner(session.Verbs(connection), session.Printer, quiet);
        VerbResult summary = await Progress.WithBarAsync(session, "operations", moved => runner.RunAsync(text, moved, cancel));
        session.Printer.PrintLine(summary);
        return summary.ExitCode;
    }
}
