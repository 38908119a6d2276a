using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>How a command ended that ran while a lock was held.</summary>
/// <param name="ExitCode">Its own; null: the lock was lost meanwhile.</param>
/// <param name="RunsOn">Whether it could not be killed, or something that it has started.</param>
internal readonly record struct LockedEnd(int? ExitCode, bool RunsOn = false);

/// <summary>A command that runs as a process of its own for as long as a lock is held, and no longer.</summary>
/// <param name="held">The lock.</param>
/// <param name="context">Passes time, and says what has to be said meanwhile.</param>
internal sealed class LockedCommand(StoreLock held, VerbContext context)
{
    /// <summary>Tells the command the holder's key.</summary>
    public const string KeyVariable = "PAXOSWCF_LOCK_KEY";

    /// <summary>Tells the command the fencing number.</summary>
    public const string NumberVariable = "PAXOSWCF_FENCING_NUMBER";

    /// <summary>How long it may go on after an interrupt, which at a terminal has reached it too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Kills it, with what it has started; tests put their own in.</summary>
    public Action<Process> Kill { get; init; } = ChildProcess.KillAll;

    /// <summary>Reads the words of a command.</summary>
    /// <returns>The file of the program, and its arguments.</returns>
    /// <exception cref="UsageException">There is no such program.</exception>
    public static string[] Read(IReadOnlyList<string> words) => words is [{ Length: > 0 } program, ..]
        ? [Find(program) ?? throw Unstartable(program, "no folder in PATH has it"), .. words.Skip(1)]
        : throw new UsageException($"{Verb.BeforeCommand} wants a command behind it.");

    /// <summary>Runs it to its end.</summary>
    /// <param name="words">The file of the program, and its arguments.</param>
    /// <param name="cancel">Has it end within <see cref="Patience"/>, with the signal that we are ended by; then it is killed. One that cannot be killed keeps the lock until it ends.</param>
    /// <exception cref="UsageException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted, and has ended.</exception>
    public async Task<LockedEnd> RunAsync(string[] words, CancellationToken cancel)
    {
        if (held.Lost.IsCancellationRequested)
        {
            return default;
        }

        using Process process = Start(words);
        Task end = process.WaitForExitAsync(CancellationToken.None);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, cancel);
        await Task.WhenAny(end, Task.Delay(Timeout.InfiniteTimeSpan, either.Token));
        if (!end.IsCompleted && !held.Lost.IsCancellationRequested)
        {
            await InterruptAsync(process, end);
        }

        // What it has started must not go on without the lock either.
        if (!end.IsCompleted && !TryKill(process))
        {
            return new LockedEnd(null, RunsOn: true);
        }

        await end;
        if (held.Lost.IsCancellationRequested)
        {
            return default;
        }

        cancel.ThrowIfCancellationRequested();
        return new LockedEnd(process.ExitCode);
    }

    // Until it ends, or the lock is lost.
    private async Task InterruptAsync(Process process, Task end)
    {
        if (context.LeftBy() is { } signal)
        {
            ChildProcess.PassOn(process, signal);
        }

        await Task.WhenAny(end, Task.Delay(Patience, context.Time, held.Lost));
        if (end.IsCompleted || held.Lost.IsCancellationRequested)
        {
            return;
        }

        if (!TryKill(process))
        {
            context.Printer.PrintError("The command could not be killed, or something that it has started. The lock is held until the command ends.");
        }

        await Task.WhenAny(end, Task.Delay(Timeout.InfiniteTimeSpan, held.Lost));
    }

    private bool TryKill(Process process)
    {
        try
        {
            Kill(process);
            return true;
        }
        catch (Exception e) when (ChildProcess.IsNotKilled(e))
        {
            return false;
        }
    }

    private Process Start(string[] words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1));
        start.Environment[KeyVariable] = held.Key;
        start.Environment[NumberVariable] = held.FencingNumber.ToString(CultureInfo.InvariantCulture);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Unstartable(words[0], new Win32Exception(e.NativeErrorCode).Message);
        }
    }

    // .NET looks beside this program and in the current folder before it looks in PATH, which nobody expects who is used to a shell.
    private static string? Find(string program) => OperatingSystem.IsWindows() ? program
        : program.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.GetFullPath(Path.Combine(folder, program))).FirstOrDefault(IsProgram);

    [UnsupportedOSPlatform("windows")]
    private static bool IsProgram(string file) =>
        File.Exists(file) && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static UsageException Unstartable(string program, string why) => new($"The command \"{ValueText.Printable(program)}\" cannot be started: {why}.");
}
