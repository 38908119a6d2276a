using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PaxosWcf.Nemesis;

/// <summary>The few calls of the system that .NET has no name for.</summary>
internal static partial class LibC
{
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    private const int NoSuchProcess = 3;
    private const int ReadOnly = 0;

    // _IOR('X', 125, __u32), the same for ext4 and xfs; 2: without flushing the journal, as if the power went.
    private const nuint ShutDownRequest = 0x8004587d;
    private const uint WithoutFlush = 2;

    /// <summary>Sends a signal.</summary>
    /// <returns>False when the process has ended: whoever looked before may have come just too early.</returns>
    public static bool Signal(int process, int signal)
    {
        if (Kill(process, signal) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == NoSuchProcess
            ? false
            : throw new NemesisException($"signal {signal} to process {process}: {LastError()}");
    }

    /// <summary>From here on nothing reaches the disk under a directory, and all that was not flushed is gone.</summary>
    public static void ShutDownFileSystem(string directory)
    {
        using SafeFileHandle handle = Open(directory, ReadOnly);
        uint how = WithoutFlush;
        if (handle.IsInvalid || IoControl(handle, ShutDownRequest, ref how) != 0)
        {
            throw new NemesisException($"shutting the file system at {directory} down: {LastError()}");
        }
    }

    /// <summary>Gives a file room for that many bytes, as far as there is room; nothing is written.</summary>
    public static void Reserve(SafeFileHandle file, long bytes)
    {
        if (bytes > 0)
        {
            _ = Allocate(file, 0, (nint)bytes);
        }
    }

    /// <summary>Takes from a file what room it has been given beyond its end. Nobody may be writing to it.</summary>
    public static void TakeReserve(string path)
    {
        // Also where a file is as long as that, it loses what lies beyond.
        if (Truncate(path, (nint)new FileInfo(path).Length) != 0)
        {
            throw new NemesisException($"taking the reserve of {path}: {LastError()}");
        }
    }

    /// <summary>0 for root.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeFileHandle file, nint from, nint bytes);

    [LibraryImport("libc", EntryPoint = "truncate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Truncate(string path, nint bytes);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeFileHandle file, nuint request, ref uint argument);
}
