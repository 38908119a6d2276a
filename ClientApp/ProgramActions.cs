using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Client;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>What every verb of one run works with.</summary>
internal sealed record Session(AppIo Io, ConsoleSettings Settings, Printer Printer, Interrupts Interrupts, ILogger Logger, TimeProvider Time)
{
    public VerbContext Verbs(StoreConnection connection)
    {
        return new VerbContext(connection, Io, Printer, Settings.Timeout, Settings.Consistency, Time) { LeftBy = () => Interrupts.LeftBy };
    }
}

/// <summary>Something the command line starts.</summary>
internal delegate Task<int> SessionBody(ParseResult parsed, Session session, CancellationToken cancel);

/// <summary>Something the command line starts that talks to a store which runs already.</summary>
internal delegate Task<int> StoreBody(ParseResult parsed, Session session, StoreConnection connection, CancellationToken cancel);

/// <summary>Wraps what a verb does: options before it, and whatever goes wrong after it.</summary>
/// <param name="global">The options that every verb takes.</param>
/// <param name="io">Where the console reads and writes.</param>
/// <param name="interrupts">Ctrl-C and signals.</param>
/// <param name="connect">How to reach the store.</param>
/// <param name="time">Passes for what waits.</param>
internal sealed class ProgramActions(
    GlobalOptions global, AppIo io, Interrupts interrupts, Func<PaxosClientOptions, StoreConnection> connect, TimeProvider time)
{
    /// <param name="command">What the person asked for.</param>
    /// <param name="run">Does it.</param>
    /// <param name="history">Reads where to record the calls; null: nowhere.</param>
    public void SetStoreAction(Command command, StoreBody run, Func<ParseResult, string?>? history = null)
    {
        SetAction(command, async (parsed, session, cancel) =>
        {
            PaxosClientOptions options = StoreConnection.OptionsFor(session.Settings, session.Logger, anyMember: true);
            using HistoryRecorder? recorder = HistoryFile.Create(history?.Invoke(parsed));
            await using StoreConnection connection = connect(options with { History = recorder });
            connection.ControlTimeout = session.Settings.TimeoutGiven;
            if (session.Settings.Replica is { } replica)
            {
                connection.Use(await connection.FindAsync(replica, cancel));
            }

            return await run(parsed, session, connection, cancel);
        });
    }

    // Whatever goes wrong ends here, as a sentence and an exit code, except that nothing can be said.
    public void SetAction(Command command, SessionBody run)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            Session session = Open(global.Read(parsed));
            try
            {
                return await run(parsed, session, cancel);
            }
            catch (Exception e) when (e is not (ReaderGoneException or OutputException))
            {
                VerbResult failure = Failures.Result(command.Name, e);
                session.Printer.PrintLine(failure);
                return failure.ExitCode;
            }
        });
    }

    private Session Open(ConsoleSettings settings)
    {
        ILogger logger = settings.Verbose ? new ConsoleLogger(io.Error, TimeProvider.System) : NullLogger.Instance;
        return new Session(io, settings, new Printer(io, settings.Json), interrupts, logger, time);
    }
}
