namespace PaxosWcf.Processes;

/// <summary>Where the replicas of a local cluster keep their data and logs; a temporary one goes when it is disposed.</summary>
internal sealed class ClusterDirectory : IDisposable
{
    private readonly bool _temporary;

    private ClusterDirectory(string root, bool temporary) => (Root, _temporary) = (root, temporary);

    public string Root { get; }

    /// <summary>Set when something went wrong: the logs are then left for a look.</summary>
    public bool Keep { get; set; }

    /// <summary>The directory named, which must hold nothing, or a new one: what an earlier run left would be taken for this one's.</summary>
    /// <exception cref="UsageException">It holds something, or cannot be written.</exception>
    public static ClusterDirectory OpenNew(string? named)
    {
        ClusterDirectory directory = Open(named);
        return named is null || IsEmpty(named)
            ? directory
            : throw new UsageException($"The data directory \"{named}\" is not empty; name another, or remove what an earlier run left in it.");
    }

    private static bool IsEmpty(string named)
    {
        try
        {
            return !Directory.EnumerateFileSystemEntries(named).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The data directory \"{named}\" cannot be read: {e.Message}");
        }
    }

    /// <summary>The directory named, or a new one for this run.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static ClusterDirectory Open(string? named)
    {
        if (named is { Length: 0 })
        {
            throw new UsageException("The name of the data directory is empty; name one.");
        }

        try
        {
            return named is null
                ? new ClusterDirectory(Directory.CreateTempSubdirectory("paxoswcf-").FullName, temporary: true)
                : new ClusterDirectory(Directory.CreateDirectory(named).FullName, temporary: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The data directory \"{named}\" cannot be written: {e.Message}");
        }
    }

    /// <summary>Where below its own directory a replica's data is; not empty where that directory is a file system of its own.</summary>
    public string DataBelow { get; set; } = "";

    /// <summary>The directory that is a replica's alone.</summary>
    public string PlaceOf(int replica) => Path.Combine(Root, $"replica-{replica}");

    public string DataOf(int replica) => Path.Combine(PlaceOf(replica), DataBelow);

    public string LogOf(int replica) => Path.Combine(Root, $"replica-{replica}.log");

    public void Dispose()
    {
        if (_temporary && !Keep)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
