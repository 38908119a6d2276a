using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PaxosWcf.ClientApp;

/// <summary>Signals to a process that this one started.</summary>
internal static partial class ChildProcess
{
    // The same on every Unix.
    private const int Hangup = 1;
    private const int Terminate = 15;

    /// <summary>Passes a signal on that has a program end, where there are signals. That it cannot be sent, for the process has ended or is another user's by now, changes nothing.</summary>
    public static void PassOn(Process process, PosixSignal signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process.Id, signal == PosixSignal.SIGHUP ? Hangup : Terminate);
        }
    }

    /// <summary>Kills a process and what it has started.</summary>
    public static void KillAll(Process process) => process.Kill(entireProcessTree: true);

    /// <summary>Whether an exception says that something of it could not be killed, as what runs as another user.</summary>
    public static bool IsNotKilled(Exception thrown) => thrown is Win32Exception or AggregateException or NotSupportedException;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
