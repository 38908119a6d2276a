namespace PaxosWcf.Replication.Storage;

/// <summary>A data directory cannot be used as asked. The message is for a person: which directory, what was found
/// there, and what to do.</summary>
public sealed class DataDirectoryException : Exception
{
    internal DataDirectoryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the disk, or the machine, is known to have refused.</summary>
    public bool IsOfTheDisk { get; init; }
}
