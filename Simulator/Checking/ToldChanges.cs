using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.Changes;
using KeyChange = PaxosWcf.Replication.Changes.KeyChange;

namespace PaxosWcf.Simulator;

/// <summary>What one user of the client library was told who watches, held against what was applied: every change of its keys, in order and
/// once, from where it began; and none besides.</summary>
/// <param name="cluster">The simulation.</param>
/// <param name="who">The user, for a trace.</param>
/// <param name="filter">Which keys it watches.</param>
/// <param name="from">Where it begins; 0: whenever it begins, with what comes from then on.</param>
internal sealed class ToldChanges(SimulatedCluster cluster, string who, ChangeFilter filter, long from)
{
    private UserOperation? _watch;

    /// <summary>The revision to watch on from; 0: it was told of nothing yet, and watches from now on.</summary>
    public long Next { get; private set; } = from;

    /// <summary>How many changes it was told.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it was told of every change that there is for it.</summary>
    public bool IsAll => Begin is { } begin && First(begin) is null;

    // A watch from now on begins where a replica said that the store stands; of several answers the one that came shows in the next question.
    private long? Begin => Next > 0 ? Next : _watch?.WatchesFrom;

    /// <summary>It watches, once more.</summary>
    public void OnBegun(UserOperation watch) => _watch = watch;

    /// <summary>It is told of a change.</summary>
    public void OnChange(Contracts.KeyChange told)
    {
        Count++;
        if (Begin is not { } begin || !IsNext(begin, told))
        {
            cluster.Fail(
                $"{who} is told that {told.Key} was changed by revision {told.Revision} in slot {told.Slot}, instead of the first change from {Begin} on",
                inner: null);
        }

        cluster.Write($"{who} → revision {told.Revision}, {told.Kind} {told.Key}");
        cluster.Checker.OnToldChange(new Slot(told.Slot));
        Next = told.Revision + 1;
    }

    /// <summary>It is told that what it watches is no longer there; that this is true is held against the replica that says so.</summary>
    public void OnCompacted(long oldest)
    {
        if (Begin is not { } begin || oldest <= begin)
        {
            cluster.Fail($"{who} is told that what it watches is compacted below {oldest}, and it was past that", inner: null);
        }

        Next = oldest;
    }

    private bool IsNext(long begin, Contracts.KeyChange told) =>
        First(begin) is { } next
        && !cluster.Checker.WasRestored(begin, told.Revision)
        && (next.Revision, next.Slot.Number, next.Key) == (told.Revision, told.Slot, told.Key)
        && (next.Value is { } value ? told.Kind == KeyChangeKind.Put && value.Span.SequenceEqual(told.Value) : told.Kind == KeyChangeKind.Delete && told.Value is null);

    private KeyChange? First(long begin) => cluster.Checker.ChangeFrom(begin, filter);
}
