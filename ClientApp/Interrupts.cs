using System.Runtime.InteropServices;

namespace PaxosWcf.ClientApp;

/// <summary>Ctrl-C cancels the command that runs, and leaves when none does; other signals that end a process leave.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private CancellationTokenSource? _command;

    /// <summary>Cancelled when the program is to end.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>The signal that has the program end, where it was one that reached nobody else: at a terminal Ctrl-C reaches the processes that it started too.</summary>
    public PosixSignal? LeftBy { get; private set; }

    /// <summary>Listens to the process's signals; without it only <see cref="Interrupt"/> counts.</summary>
    public static Interrupts FromSignals()
    {
        var interrupts = new Interrupts();
        interrupts.On(PosixSignal.SIGINT, interrupts.Interrupt);
        interrupts.On(PosixSignal.SIGTERM, () => interrupts.Leave(PosixSignal.SIGTERM));
        interrupts.On(PosixSignal.SIGHUP, () => interrupts.Leave(PosixSignal.SIGHUP));
        return interrupts;
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt()
    {
        Cancel(Volatile.Read(ref _command) ?? _leaving);
    }

    /// <summary>What other signals do.</summary>
    public void Leave(PosixSignal signal)
    {
        LeftBy ??= signal;
        Cancel(_leaving);
    }

    /// <summary>Runs one command of a prompt: while it runs, Ctrl-C ends it and not the program.</summary>
    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> command)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        Volatile.Write(ref _command, running);
        try
        {
            return await command(running.Token);
        }
        finally
        {
            Volatile.Write(ref _command, null);
        }
    }

    public void Dispose()
    {
        _signals.ForEach(s => s.Dispose());
        _leaving.Dispose();
    }

    private static void Cancel(CancellationTokenSource running)
    {
        try
        {
            running.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this very moment, on another thread: there is nothing left to cancel.
            return;
        }
    }

    private void On(PosixSignal signal, Action act)
    {
        _signals.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            act();
        }));
    }
}
