namespace PaxosWcf.Replication.Changes;

/// <summary>What came of reading the history of changes. A closed family.</summary>
public abstract record ChangesRead;

/// <summary>The changes, in the order of their revisions.</summary>
/// <param name="Changes">Those that were asked for.</param>
/// <param name="CompleteThrough">There is no other of them through this revision: read on with the next.</param>
/// <param name="IsAtEnd">Whether there is nothing more for now. Otherwise there may be more: a limit was reached.</param>
public sealed record ChangesFound(IReadOnlyList<KeyChange> Changes, long CompleteThrough, bool IsAtEnd) : ChangesRead;

/// <summary>The history does not go back that far.</summary>
/// <param name="OldestRevision">The oldest revision that may be read from.</param>
public sealed record ChangesCompacted(long OldestRevision) : ChangesRead;
