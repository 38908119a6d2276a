using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PaxosWcf.Replication.Storage;

/// <summary>Files of our own that must survive a crash of the machine.</summary>
/// <remarks>.NET 10 on Linux swallows the error of every fsync (<c>FileStream.Flush(true)</c> returns normally on EIO and
/// ENOSPC) and cannot fsync a directory, without which a new name may be gone after a crash. Hence fsync itself.</remarks>
internal static partial class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes a file and flushes its contents; its name is durable only after <see cref="FlushDirectory"/>.</summary>
    /// <exception cref="IOException">It could not be written or flushed.</exception>
    public static void Write(string path, byte[] contents)
    {
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(contents);
        if (OperatingSystem.IsWindows())
        {
            file.Flush(flushToDisk: true);
            return;
        }

        FlushHandle(file.SafeFileHandle, path);
    }

    /// <summary>Flushes what others have written to a file.</summary>
    /// <exception cref="IOException">It could not be opened or flushed.</exception>
    public static void Flush(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        if (OperatingSystem.IsWindows())
        {
            file.Flush(flushToDisk: true);
            return;
        }

        FlushHandle(file.SafeFileHandle, path);
    }

    /// <summary>Gives a durable file its name, replacing what had it: after a crash the old file or the new one is there.</summary>
    /// <exception cref="IOException">It could not be renamed, or the directory not be flushed.</exception>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Makes a directory and the parents it lacks, each durable in its own parent.</summary>
    /// <exception cref="IOException">One could not be made or flushed.</exception>
    public static void CreateDirectory(string path)
    {
        string parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            CreateDirectory(parent);
        }

        Directory.CreateDirectory(path);
        FlushDirectory(parent);
    }

    /// <summary>Makes the names in a directory durable. Windows does so by itself: NTFS logs names.</summary>
    /// <exception cref="IOException">The directory could not be opened or flushed.</exception>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = OpenPath(directory, ReadOnly);
        if (handle.IsInvalid)
        {
            throw LastError("open", directory);
        }

        FlushHandle(handle, directory);
    }

    private static void FlushHandle(SafeFileHandle handle, string path)
    {
        if (Fsync(handle) != 0)
        {
            throw LastError("fsync", path);
        }
    }

    private static IOException LastError(string operation, string path)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{operation} of {path} failed: {error.Message} (error {error.NativeErrorCode})", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenPath(string path, int flags);
}
