using System.Diagnostics;
using System.Globalization;

namespace PaxosWcf.Replication.Storage;

/// <summary>Holds a data directory for one process. The operating system lets go when the process ends, however it ends.</summary>
/// <remarks>RocksDB locks its own directory too; this lock comes before anything is read or created, and its refusal
/// names the process that holds it.</remarks>
internal sealed class DirectoryLock : IDisposable
{
    public const string LockFile = "lock";
    public const string OwnerFile = "owner";

    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or says who has it.</summary>
    /// <exception cref="DataDirectoryException">Another process, or this one, has the directory open.</exception>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock file may not be made.</exception>
    public static DirectoryLock Take(string directory)
    {
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
            when (error.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            throw new DataDirectoryException(
                $"The data directory {directory} is in use by {Owner(directory)}; stop it first, or give this replica a " +
                "directory of its own with --data.", error);
        }

        var taken = new DirectoryLock(file);
        try
        {
            // Beside the lock file, not in it: a locked file cannot be read by others everywhere.
            File.WriteAllText(
                Path.Combine(directory, OwnerFile), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string directory)
    {
        const string Unknown = "another process";
        try
        {
            string text = File.ReadAllText(Path.Combine(directory, OwnerFile));
            if (!int.TryParse(text, NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int id))
            {
                return Unknown;
            }

            using var process = Process.GetProcessById(id);
            return id == Environment.ProcessId ? $"this process ({id}) already" : $"process {id} ({process.ProcessName})";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException
                                          or InvalidOperationException)
        {
            // The name only helps: a lock whose owner cannot be told is a lock all the same.
            return Unknown;
        }
    }
}
