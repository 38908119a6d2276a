using PaxosWcf.Consensus;

namespace PaxosWcf.Replication;

/// <summary>How a replica is, as of the end of its last batch, for whoever measures it. Any thread may ask, and keeps nobody waiting; each
/// figure is for itself, not all of one moment.</summary>
/// <remarks>Published with every batch, so it allocates nothing: some plain writes. Who wants all as of one moment asks the loop
/// (<see cref="StatusAsked"/>).</remarks>
public sealed class ReplicaFigures
{
    private bool _leads;
    private bool _isFenced;
    private bool _fetchesState;
    private int _standing;
    private int _leader;
    private long _knownThrough;
    private int _pendingCommands;
    private int _waitingWatches;

    /// <summary>Whether it leads. Not once its state was found to be wrong, whatever it was then.</summary>
    public bool Leads => Volatile.Read(ref _leads);

    /// <summary>Whether it refuses its clients' commands: its state was found to be wrong, its disk is not the member's, or it is no
    /// member.</summary>
    public bool IsFenced => Volatile.Read(ref _isFenced);

    /// <summary>Whether it fetches the state of another replica, and serves no linearizable reads until it has it.</summary>
    public bool FetchesState => Volatile.Read(ref _fetchesState);

    /// <summary>What it may do, if its state is right.</summary>
    public Standing Standing => (Standing)Volatile.Read(ref _standing);

    /// <summary>The leader as far as it knows: itself, or one that it heard lately.</summary>
    public ReplicaId? Leader => Volatile.Read(ref _leader) is var leader and not 0 ? new ReplicaId(leader) : null;

    /// <summary>The furthest slot that is known to be chosen somewhere.</summary>
    public long KnownThrough => Volatile.Read(ref _knownThrough);

    /// <summary>Commands that it has proposed and not learned yet.</summary>
    public int PendingCommands => Volatile.Read(ref _pendingCommands);

    /// <summary>Watches that wait for a change.</summary>
    public int WaitingWatches => Volatile.Read(ref _waitingWatches);

    internal void Publish(Replica replica, bool isDiverged, bool fetchesState, int waitingWatches)
    {
        Volatile.Write(ref _leads, !isDiverged && replica.Leading is not null);
        Volatile.Write(ref _isFenced, isDiverged || replica.RefusesCommands);
        Volatile.Write(ref _fetchesState, fetchesState);
        Volatile.Write(ref _standing, (int)replica.Standing);
        Volatile.Write(ref _leader, replica.Leader?.Number ?? 0);
        Volatile.Write(ref _knownThrough, replica.KnownThrough.Number);
        Volatile.Write(ref _pendingCommands, replica.PendingCommands);
        Volatile.Write(ref _waitingWatches, waitingWatches);
    }
}
