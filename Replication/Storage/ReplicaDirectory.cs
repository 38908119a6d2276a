using System.Globalization;
using System.Text;

namespace PaxosWcf.Replication.Storage;

/// <summary>The data directory of one replica, held by this process until disposed: its lock, its identity, its store.</summary>
/// <remarks>An acceptor that forgets a promise breaks the cluster. So a directory that is made anew without a bootstrap is
/// marked as another life of its replica's disk, durably and before it has an identity: no configuration names that life, and
/// until one does it neither promises nor accepts. A store is never made for an identity that exists.</remarks>
public sealed class ReplicaDirectory : IDisposable
{
    private readonly DirectoryLock _lock;
    private DirectoryLock? _hostsLock;
    private bool _closed;

    private ReplicaDirectory(string path, DirectoryLock held, DirectoryIdentity identity, RocksDbStore store)
    {
        Path = path;
        _lock = held;
        Identity = identity;
        Store = store;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Whose directory it is.</summary>
    public DirectoryIdentity Identity { get; }

    /// <summary>Set when the directory that was given is another replica's or cluster's: whose it is. <see cref="Path"/> is below it
    /// then.</summary>
    public DirectoryIdentity? Host { get; private set; }

    /// <summary>The replica's store; closed with the directory.</summary>
    public RocksDbStore Store { get; }

    /// <summary>What all its files take, in bytes, without those of a guest. Files come and go while it is counted, so it is true to
    /// within some of them.</summary>
    public long BytesOnDisk => new DirectoryInfo(Path).EnumerateFiles()
        .Concat(new DirectoryInfo(StorePath(Path)).EnumerateFiles("*", SearchOption.AllDirectories)).Sum(LengthOf);

    /// <summary>Opens the directory of a replica. One that is missing or empty is made: with <paramref name="bootstrap"/> as that
    /// of a first member, otherwise as another life of the replica, which the cluster has to admit. So is a sub-directory in that of
    /// another replica or cluster.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="cluster">The cluster's name: one line, as in servers.xml.</param>
    /// <param name="replicaId">The replica's id in servers.xml.</param>
    /// <param name="bootstrap">The first start of a new cluster: the directory must be missing or empty.</param>
    /// <exception cref="DataDirectoryException">It cannot be used; the message says why and what to do.</exception>
    /// <exception cref="StoreFailedException">It is the replica's, but its store is damaged or the disk failed.</exception>
    public static ReplicaDirectory Open(string path, string cluster, int replicaId, bool bootstrap)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(cluster);
        if (cluster.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException("A cluster's name is one line.", nameof(cluster));
        }

        var wanted = new DirectoryIdentity(cluster, replicaId, Guid.NewGuid());
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            return Open(full, wanted, bootstrap);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DirectoryRefusals.Unusable(full, error);
        }
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Compaction removed it since it was listed.
            return 0;
        }
    }

    /// <summary>Closes the store and lets go of the directory. Idempotent.</summary>
    public void Dispose()
    {
        Store.Dispose();
        if (!_closed)
        {
            _closed = true;
            NoteStop();
        }

        _lock.Dispose();
        _hostsLock?.Dispose();
    }

    private static ReplicaDirectory Open(string path, DirectoryIdentity wanted, bool bootstrap)
    {
        Prepare(path, bootstrap);
        DirectoryLock held = DirectoryLock.Take(path);
        try
        {
            DirectoryContents found = DirectoryLayout.Look(path);
            DirectoryRefusals.Check(path, found, bootstrap);
            if (found != DirectoryContents.Replica)
            {
                return Make(path, held, wanted, bootstrap);
            }

            DirectoryIdentity owner = Owner(path);
            return owner.IsOf(wanted) ? OpenOwn(path, held, owner) : OpenAsGuest(path, held, owner, wanted);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static DirectoryIdentity Owner(string path)
    {
        string file = System.IO.Path.Combine(path, DirectoryLayout.Identity);
        return DirectoryIdentity.Parse(File.ReadAllText(file), out string refusal)
            ?? throw DirectoryRefusals.BadIdentity(path, file, refusal);
    }

    // A replica must never run on the memory of another, nor make an end of what may be the only copy of it. The lock on the whole
    // stays held, so that the owner cannot start meanwhile.
    private static ReplicaDirectory OpenAsGuest(string path, DirectoryLock held, DirectoryIdentity owner, DirectoryIdentity wanted)
    {
        string guest = System.IO.Path.Combine(path, DirectoryLayout.GuestOf(wanted));
        if (!Directory.Exists(guest))
        {
            DurableFile.CreateDirectory(guest);
        }

        DirectoryLock guestsLock = DirectoryLock.Take(guest);
        try
        {
            DirectoryContents found = DirectoryLayout.Look(guest);
            DirectoryRefusals.Check(guest, found, bootstrap: false);
            if (found != DirectoryContents.Replica)
            {
                return Make(guest, guestsLock, wanted, bootstrap: false).InThatOf(owner, held);
            }

            DirectoryIdentity known = Owner(guest);
            DirectoryRefusals.CheckOwner(guest, known, wanted);
            return OpenOwn(guest, guestsLock, known).InThatOf(owner, held);
        }
        catch
        {
            guestsLock.Dispose();
            throw;
        }
    }

    private ReplicaDirectory InThatOf(DirectoryIdentity owner, DirectoryLock held)
    {
        (Host, _hostsLock) = (owner, held);
        return this;
    }

    private void NoteStop()
    {
        try
        {
            if (!Store.HasFailed)
            {
                StopRecord.Write(Path, StorePath(Path));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without a record the next start takes this for a crash, and what a crash may leave is forgiven.
            return;
        }
    }

    // The first half of the identity's: enough to tell two lives of one replica apart.
    private static Consensus.Incarnation IncarnationOf(DirectoryIdentity identity) =>
        new(long.Parse(identity.Incarnation.ToString("N").AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static string StorePath(string path) => System.IO.Path.Combine(path, DirectoryLayout.Store);

    // Before the lock: a directory that is not ours to use is left as it was found, without a lock file in it.
    private static void Prepare(string path, bool bootstrap)
    {
        if (File.Exists(path))
        {
            throw DirectoryRefusals.NotADirectory(path);
        }

        if (!Directory.Exists(path))
        {
            DurableFile.CreateDirectory(path);
        }

        if (!DirectoryLayout.HasLock(path))
        {
            DirectoryRefusals.Check(path, DirectoryLayout.Look(path), bootstrap);
        }
    }

    private static ReplicaDirectory OpenOwn(string path, DirectoryLock held, DirectoryIdentity found)
    {
        string directory = StorePath(path);
        if (!Directory.Exists(directory))
        {
            throw DirectoryRefusals.StoreMissing(path, directory, found.ReplicaId);
        }

        StopRecord.CheckAndRemove(path, directory);
        return new ReplicaDirectory(path, held, found, RocksDbStore.Open(directory, create: false));
    }

    private static ReplicaDirectory Make(string path, DirectoryLock held, DirectoryIdentity identity, bool bootstrap)
    {
        string directory = StorePath(path);
        string fresh = System.IO.Path.Combine(path, DirectoryLayout.NewIdentity);
        if (Directory.Exists(directory))
        {
            // Left by a bootstrap that was interrupted before it had an identity: no replica has ever used it.
            Directory.Delete(directory, recursive: true);
        }

        DurableFile.Write(fresh, Encoding.UTF8.GetBytes(identity.Render()));
        DurableFile.FlushDirectory(path);
        var store = RocksDbStore.Open(directory, create: true);
        try
        {
            if (!bootstrap)
            {
                ReplicaLog.Begin(store, IncarnationOf(identity));
            }

            DurableFile.FlushDirectory(directory);
            DurableFile.FlushDirectory(path);
            DurableFile.Rename(fresh, System.IO.Path.Combine(path, DirectoryLayout.Identity));
            return new ReplicaDirectory(path, held, identity, store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
