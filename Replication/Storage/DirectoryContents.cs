using System.Globalization;

namespace PaxosWcf.Replication.Storage;

/// <summary>What a data directory holds, as far as starting a replica in it goes.</summary>
internal enum DirectoryContents
{
    /// <summary>Nothing of anybody.</summary>
    Empty,

    /// <summary>An identity: an established replica, or one of an unknown format.</summary>
    Replica,

    /// <summary>A bootstrap that did not come to its end: nobody can have used what it left.</summary>
    InterruptedBootstrap,

    /// <summary>Files without an identity: somebody else's, or a replica's whose identity was removed.</summary>
    Foreign,
}

/// <summary>The names in a data directory.</summary>
/// <remarks>
/// A bootstrap makes them in this order, each durable before the next: <see cref="NewIdentity"/>, <see cref="Store"/>,
/// then the rename of the former to <see cref="Identity"/>. So a directory with NewIdentity has never been a replica's,
/// and one with Identity has a whole store: there is no half identity.
/// </remarks>
internal static class DirectoryLayout
{
    public const string Identity = "identity";
    public const string NewIdentity = "identity.new";
    public const string Store = "store";

    // Of the lock's files none says anything about what is here; lost+found belongs to a freshly made file system.
    private static readonly string[] Ignored = [DirectoryLock.LockFile, DirectoryLock.OwnerFile, "lost+found"];

    public static DirectoryContents Look(string directory)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry)).Except(Ignored)];
        if (names.Contains(Identity))
        {
            return DirectoryContents.Replica;
        }

        if (names.Length == 0)
        {
            return DirectoryContents.Empty;
        }

        return names.Contains(NewIdentity) && names.Except([NewIdentity, Store]).Any() is false
            ? DirectoryContents.InterruptedBootstrap
            : DirectoryContents.Foreign;
    }

    /// <summary>Where, in the directory of somebody else, a replica keeps its own data.</summary>
    public static string GuestOf(DirectoryIdentity replica) =>
        string.Create(CultureInfo.InvariantCulture, $"guest-{Uri.EscapeDataString(replica.Cluster)}-{replica.ReplicaId}");

    /// <summary>Whether a process has ever locked the directory: then what is in it is looked at under the lock only.</summary>
    public static bool HasLock(string directory) => File.Exists(Path.Combine(directory, DirectoryLock.LockFile));
}
