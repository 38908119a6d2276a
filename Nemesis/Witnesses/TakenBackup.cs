namespace PaxosWcf.Nemesis;

/// <summary>A backup that was taken under faults, and is whole.</summary>
/// <param name="Replica">From whom.</param>
/// <param name="BegunAt">When it was asked for, by the clock of the history.</param>
/// <param name="Revision">The store's revision in its header.</param>
/// <param name="Keys">What it holds.</param>
internal sealed record TakenBackup(int Replica, long BegunAt, long Revision, IReadOnlyDictionary<string, BackedUpKey> Keys)
{
    public override string ToString() => $"The backup of replica {Replica} at revision {Revision}";
}

/// <summary>A key in a backup.</summary>
internal sealed record BackedUpKey(string Value, long CreateRevision, long Revision, long Version);
