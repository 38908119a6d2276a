using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Console;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Settings;
using PaxosWcf.ReplicaHost.Telemetry;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost;

/// <summary>Runs one replica from start to stop, and turns what can go wrong into a sentence and an exit code.</summary>
internal static class HostRun
{
    // Of replicas in several places lines are read side by side.
    private const string TimeStamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Runs until asked to stop; returns the exit code.</summary>
    public static async Task<int> RunAsync(HostArguments arguments)
    {
        try
        {
            return await StartAndServeAsync(arguments);
        }
        catch (CannotStartException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
        catch (ServersFileException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ExitCodes.Usage;
        }
        catch (Exception error) when (error is DataDirectoryException or StoreFailedException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return error is DataDirectoryException { IsOfTheDisk: true } or StoreFailedException { IsOfTheDisk: true } ? ExitCodes.Failed : ExitCodes.CannotStart;
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync($"Something went wrong that should not: {error.GetBaseException().Message}");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> StartAndServeAsync(HostArguments arguments)
    {
        var servers = ServersFile.Load(arguments.Servers);
        var address = AddressOf(arguments, servers);
        var (options, configuration) = HostSettings.Read();
        using var loggers = CreateLoggers(arguments, configuration);
        var logger = loggers.CreateLogger("PaxosWcf.Replica");

        // Hears signals for longer than the process lives: a second one must not cut its stop short.
        using var stop = new StopSignals(arguments.StopWithStdin);
        Task loop;
        await using (var process = new ReplicaProcess(arguments, options, servers, address, loggers, OtelVariables.OfThisProcess()))
        {
            try
            {
                await process.StartAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                HostLog.Stops(logger, address.Id, await stop.Stopped);
                return ExitCodes.Stopped;
            }

            // On a thread of its own: where nobody takes the line, as when a pipe is full, the replica goes on, and stops when it is told to.
            string ready = $"READY replica {address.Id} client {process.ClientAddress} peer {process.PeerAddress}";
            _ = Task.Run(() => Console.WriteLine(ready), CancellationToken.None);

            loop = process.Loop!.Completion;
            if (await Task.WhenAny(loop, stop.Stopped) == loop)
            {
                return OnFailed(loop, address.Id, logger);
            }

            HostLog.Stops(logger, address.Id, await stop.Stopped);
            await process.HandOverAsync();
        }

        // It may fail in its last steps too.
        if (loop.IsFaulted)
        {
            return OnFailed(loop, address.Id, logger);
        }

        HostLog.Stopped(logger, address.Id);
        return ExitCodes.Stopped;
    }

    // One that joins, or replaces another at other addresses, is not in the file as it will be: its own addresses are on the
    // command line, and the file says whom to ask.
    private static ReplicaAddress AddressOf(HostArguments arguments, ServersConfiguration servers) =>
        servers.Find(arguments.Id)
        ?? (arguments is { Id: >= 1 and <= 99, Bootstrap: false, ListenClient: { } client, ListenPeer: { } peer }
            ? new ReplicaAddress(arguments.Id, client, peer)
            : throw new CannotStartException(
                ExitCodes.Usage,
                $"{arguments.Servers} has no replica with id {arguments.Id}; it has {string.Join(", ", servers.Replicas.Select(replica => replica.Id))}. "
                + "One that is to join the cluster (ids 1..99), or has joined it since the file was written, starts with --listen-client and --listen-peer, and without --bootstrap."));

    private static int OnFailed(Task completion, int replica, ILogger logger)
    {
        var error = completion.Exception?.GetBaseException() ?? new InvalidOperationException("The replica's loop ended.");

        // Where its code broke helps who mends the code. Of a disk that failed, or a build that is too old, the sentence says all.
        HostLog.MustStop(logger, error is StoreFailedException or NewerBuildException ? null : error, replica, error.Message);
        return ExitCodes.Failed;
    }

    private static ILoggerFactory CreateLoggers(HostArguments arguments, IConfiguration configuration)
    {
        try
        {
            return LoggerFactory.Create(logging => ConfigureLogging(logging, arguments, configuration));
        }
        catch (InvalidOperationException error)
        {
            throw new CannotStartException(ExitCodes.Usage, $"A setting in section Logging is wrong: {error.Message}", error);
        }
    }

    private static void ConfigureLogging(ILoggingBuilder logging, HostArguments arguments, IConfiguration configuration)
    {
        logging.AddConfiguration(configuration.GetSection(LoggingSection.Name));
        logging.SetMinimumLevel(arguments.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A request that may be logged gets an activity and a log scope of its own, which nobody reads: the stack has its
        // own request log, and what fails in a request is logged by the server.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It logs the trace of a failed start, which we report in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It logs as an error each time that somebody who asks is told of what the replica says once.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        if (arguments.LogRequests || configuration[$"Logging:LogLevel:{HostingLog.RequestsCategory}"] is null)
        {
            // What is added later holds, and a setting that names the category is to hold.
            logging.AddFilter(HostingLog.RequestsCategory, arguments.LogRequests ? LogLevel.Information : LogLevel.None);
        }

        // Else a terminal that is paused would stop the replica, once its queue of lines is full. How many lines were left out is said.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        if (LoggingSection.IsJson(configuration))
        {
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, TimeStamp));
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            (console.UseUtcTimestamp, console.TimestampFormat) = (true, TimeStamp + " ");
            console.ColorBehavior = Console.IsOutputRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
        });
    }

    /// <summary>Ctrl-C, SIGTERM and, if asked for, the end of standard input.</summary>
    private sealed class StopSignals : IDisposable
    {
        private readonly TaskCompletionSource<string> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _cancel = new();
        private readonly List<PosixSignalRegistration> _signals = [];
        private int _asked;

        public StopSignals(bool withStdin)
        {
            // A Ctrl-C at a terminal reaches every process of the group. Whoever holds our standard input decides what it
            // means: at the console's prompt it cancels a command and must not take the replicas away.
            foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            {
                _signals.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    if (!(withStdin && context.Signal == PosixSignal.SIGINT))
                    {
                        Stop($"{context.Signal} came");
                    }
                }));
            }

            if (withStdin)
            {
                _ = Task.Run(WatchStdinAsync);
            }
        }

        public Task<string> Stopped => _stopped.Task;

        public CancellationToken Token => _cancel.Token;

        public void Dispose()
        {
            _signals.ForEach(signal => signal.Dispose());
            _cancel.Dispose();
        }

        private async Task WatchStdinAsync()
        {
            var buffer = new byte[256];
            await using var stdin = Console.OpenStandardInput();
            while (await stdin.ReadAsync(buffer) > 0)
            {
                // Whatever is typed means nothing; only the end does.
            }

            Stop("standard input has ended");
        }

        private void Stop(string why)
        {
            if (Interlocked.Exchange(ref _asked, 1) == 0)
            {
                // In this order: whoever waits for the other disposes this, while a signal's thread may still be here.
                _cancel.Cancel();
                _stopped.SetResult(why);
            }
        }
    }
}
