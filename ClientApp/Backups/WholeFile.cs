using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PaxosWcf.ClientApp;

/// <summary>A file that appears under its name only when it is whole and on disk.</summary>
/// <remarks>.NET 10 on Linux swallows the error of every fsync (<c>FileStream.Flush(true)</c> returns normally on EIO and
/// ENOSPC) and cannot fsync a directory, without which a new name may be gone after a crash, and a backup that was not written must not
/// look like one. Hence fsync itself.</remarks>
internal static partial class WholeFile
{
    private const string Unfinished = ".unfinished";
    private const string StandardOutput = "-";
    private const int ReadOnly = 0;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="overwrite">Whether it takes the place of one that is there.</param>
    /// <param name="write">Writes what is in it.</param>
    /// <param name="flushDirectory">Makes the names in a directory durable; null: as this machine does it.</param>
    /// <exception cref="UsageException">It is there already, or cannot be written: nothing is left under its name. Or its name could not be
    /// made durable: it is whole, and the message says so.</exception>
    public static async Task WriteAsync(string path, bool overwrite, Func<Stream, Task> write, Action<string>? flushDirectory = null)
    {
        CheckName(path);
        if (path == StandardOutput)
        {
            throw new UsageException("- is no name here: this writes a file that is whole or not there, and not to standard output; name a file.");
        }

        if (File.Exists(path) && !overwrite)
        {
            throw new UsageException($"There is a file \"{path}\" already; name another, or remove it.");
        }

        try
        {
            await WriteUnfinishedAsync(path + Unfinished, path, overwrite, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file \"{path}\" cannot be written: {e.Message}");
        }

        try
        {
            (flushDirectory ?? FlushDirectory)(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (IOException e)
        {
            throw new UsageException($"The file \"{path}\" is whole, but would perhaps not outlive a crash of the machine: {e.Message}");
        }
    }

    private static async Task WriteUnfinishedAsync(string unfinished, string path, bool overwrite, Func<Stream, Task> write)
    {
        // Fails where another writes the same file: what that has written so far is its own. So it stays open until it has its name,
        // which Windows allows only where deleting is shared.
        FileShare share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        FileStream stream = new(unfinished, FileMode.Create, FileAccess.ReadWrite, share, 1 << 16);
        try
        {
            await using (stream)
            {
                await write(stream);
                await stream.FlushAsync();
                Flush(stream.SafeFileHandle, unfinished);
                File.Move(unfinished, path, overwrite);
            }
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static FileStream Read(string path)
    {
        CheckName(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file \"{path}\" cannot be read: {e.Message}");
        }
    }

    private static void CheckName(string path)
    {
        if (path.Length == 0)
        {
            throw new UsageException("The name of the file is empty; name one.");
        }
    }

    private static void Flush(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsWindows() && Fsync(file) != 0)
        {
            throw LastError("fsync", path);
        }
    }

    // Windows does so by itself: NTFS logs names.
    private static void FlushDirectory(string directory)
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

        Flush(handle, directory);
    }

    private static IOException LastError(string operation, string path) =>
        new($"{operation} of {path} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenPath(string path, int flags);
}
