namespace PaxosWcf.Replication.Storage;

/// <summary>Why a data directory is refused, each in a sentence or two that end with what to do.</summary>
internal static class DirectoryRefusals
{
    /// <summary>Refuses what may not be opened, or not be bootstrapped, going by what the directory holds.</summary>
    public static void Check(string path, DirectoryContents found, bool bootstrap)
    {
        switch (found, bootstrap)
        {
            case (DirectoryContents.Foreign, _):
                throw new DataDirectoryException(
                    $"The data directory {path} holds files but no identity of a replica; they are left untouched. " +
                    "Give another directory with --data, or put the replica's identity file back.");
            case (DirectoryContents.Replica, true):
                throw new DataDirectoryException(
                    $"The data directory {path} holds a replica already, this one or another; start it without --bootstrap, which is " +
                    "only for the first start of a new cluster: its members begin with directories that are empty. If the cluster is new, no " +
                    "replica of it has ever led, and --bootstrap was only forgotten here, remove this directory and start with --bootstrap.");
            case (DirectoryContents.InterruptedBootstrap, false):
                // It was made by a bootstrap or by a start of another life: as the latter nothing can go wrong.
                return;
            default:
                return;
        }
    }

    /// <summary>Refuses a directory of somebody else.</summary>
    public static void CheckOwner(string path, DirectoryIdentity found, DirectoryIdentity wanted)
    {
        if (found.Cluster != wanted.Cluster)
        {
            throw new DataDirectoryException(
                $"The data directory {path} belongs to cluster \"{found.Cluster}\" (its replica {found.ReplicaId}), and this " +
                $"replica is of cluster \"{wanted.Cluster}\"; check --data and the cluster's name in servers.xml.");
        }

        if (found.ReplicaId != wanted.ReplicaId)
        {
            throw new DataDirectoryException(
                $"The data directory {path} belongs to replica {found.ReplicaId}, and this is replica {wanted.ReplicaId}; " +
                "check --data and --id. A replica must never run on the memory of another.");
        }
    }

    public static DataDirectoryException BadIdentity(string path, string file, string refusal) => new(
        $"The data directory {path} cannot be used: its identity file {file} {refusal}.");

    public static DataDirectoryException StoreMissing(string path, string store, int replicaId) => new(
        $"The data directory {path} belongs to replica {replicaId}, but its store {store} is missing: an empty one would make " +
        "the replica forget its promises. Restore the store, or the whole directory, from where it went.");

    public static DataDirectoryException NotADirectory(string path) => new(
        $"{path} is a file, and a replica's data needs a directory; give another path with --data.");

    public static DataDirectoryException Unusable(string path, Exception error) => DiskTrouble.Of(error) is { } trouble
        ? new($"The data directory {path} cannot be used: {trouble.Sentence} ({error.Message.TrimEnd('.')}).", error) { IsOfTheDisk = trouble.IsOfTheDisk }
        : new(
            $"The data directory {path} cannot be created, read or written: {error.Message} Check its path, its permissions and " +
            "the space on its disk, or give another with --data.", error);
}
