using System.CommandLine;
using System.CommandLine.Help;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>The console, from its arguments to its exit code.</summary>
/// <param name="io">Where it reads and writes.</param>
/// <param name="interrupts">Ctrl-C and signals.</param>
/// <param name="connect">How to reach the store; tests put fakes in.</param>
/// <param name="time">Passes for what waits; tests put their own in.</param>
internal sealed class ConsoleProgram(
    AppIo io, Interrupts interrupts, Func<PaxosClientOptions, StoreConnection>? connect = null, TimeProvider? time = null)
{
    private const string Help = "help";
    private const string HelpOption = "--help";

    public async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        try
        {
            return await InvokeAsync(args);
        }
        catch (ReaderGoneException)
        {
            return ExitCodes.ReaderGone;
        }
        catch (OutputException e)
        {
            return Unwritten(e);
        }
        catch (Exception e) when (OutputException.IsOf(e))
        {
            // Of help, which is not printed by us.
            return Unwritten(new OutputException(e));
        }
    }

    private int Unwritten(OutputException why)
    {
        try
        {
            io.Error.WriteLine(why.Message);
        }
        catch (Exception e) when (OutputException.IsOf(e))
        {
            // Neither output can be written: the exit code is all that is left to say.
            return ExitCodes.Unavailable;
        }

        return ExitCodes.Unavailable;
    }

    private async Task<int> InvokeAsync(IReadOnlyList<string> args)
    {
        args = args is [Help, ..] ? [.. args.Skip(1), HelpOption] : args;

        // A value that begins with @ is a value, not the name of a file with more arguments.
        ParseResult parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            return Misused(parsed, args, UsageErrors.Sentence(parsed));
        }

        if (UsageErrors.OptionForAKey(parsed, args) is { } sentence)
        {
            return Misused(parsed, args, sentence);
        }

        var invocation = new InvocationConfiguration
        {
            // Ctrl-C is ours: at the prompt it ends a command, not the program.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
            Output = io.Out,
            Error = io.Error,
        };
        return await parsed.InvokeAsync(invocation, interrupts.Leaving);
    }

    private RootCommand Root()
    {
        var global = new GlobalOptions();
        var actions = new ProgramActions(global, io, interrupts, connect ?? (options => new StoreConnection(options)), time ?? TimeProvider.System);
        var root = new RootCommand("PaxosWcf: a replicated key-value store. Without a verb: an interactive prompt.");
        global.AddTo(root);
        foreach (Verb verb in AllVerbs.List)
        {
            root.Subcommands.Add(OneShotProgram.Command(verb, actions));
        }

        root.Subcommands.Add(RunProgram.Command(actions));
        foreach (Command command in BackupPrograms.Commands(actions))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(DemoProgram.Command(actions));
        root.Subcommands.Add(ChaosProgram.Command(actions));
        root.Subcommands.Add(VerifyProgram.Command(actions));
        actions.SetStoreAction(root, (_, session, connection, _) => PromptLoop.RunAsync(session, connection));
        return root;
    }

    private int Misused(ParseResult parsed, IReadOnlyList<string> args, string sentence)
    {
        VerbResult failure = Failures.Result(
            parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name,
            new UsageException(sentence));
        new Printer(io, args.Contains("--json")).PrintLine(failure);
        return ExitCodes.Usage;
    }
}
