using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What a verb works with.</summary>
internal sealed record VerbContext(
    StoreConnection Connection, AppIo Io, TimeSpan Timeout, ReadConsistency Consistency, TimeProvider Time)
{
    /// <summary>Reads a replica's id.</summary>
    public int ReplicaId(string text)
    {
        return int.TryParse(text, out int id) && Connection.Options.Replicas.ContainsKey(id)
            ? id
            : throw new UsageException($"There is no replica {text}; the replicas are {string.Join(", ", Connection.Replicas)}.");
    }
}
