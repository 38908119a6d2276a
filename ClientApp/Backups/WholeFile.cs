using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PaxosWcf.ClientApp;

/// <summary>A file that appears under its name only when it is whole and on disk.</summary>
/// <remarks>.NET 10 on Linux swallows the error of every fsync (<c>FileStream.Flush(true)</c> returns normally on EIO and
/// ENOSPC), and a backup that was not written must not look like one. Hence fsync itself.</remarks>
internal static partial class WholeFile
{
    private const string Unfinished = ".unfinished";

    /// <summary>Writes a file.</summary>
    /// <exception cref="UsageException">It is there already, or cannot be written; nothing is left under its name.</exception>
    public static async Task WriteAsync(string path, bool overwrite, Func<Stream, Task> write)
    {
        if (File.Exists(path) && !overwrite)
        {
            throw new UsageException($"There is a file \"{path}\" already; name another, or remove it.");
        }

        string unfinished = path + Unfinished;
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                await write(stream);
                await stream.FlushAsync();
                Flush(stream.SafeFileHandle, unfinished);
            }

            File.Move(unfinished, path, overwrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file \"{path}\" cannot be written: {e.Message}");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static FileStream Read(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file \"{path}\" cannot be read: {e.Message}");
        }
    }

    private static void Flush(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsWindows() && Fsync(file) != 0)
        {
            throw new IOException($"fsync of {path} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);
}
