using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Metrics;

/// <summary>How often a replica asked for votes, and how often somebody else led for it, since its process started.</summary>
/// <remarks>The replica's loop tells it; any thread may ask.</remarks>
internal sealed class ElectionCount
{
    private long _elections;
    private long _leaderChanges;

    /// <summary>How often it asked the others for their promises, to lead.</summary>
    public long Elections => Volatile.Read(ref _elections);

    /// <summary>How often it began to lead, or to hear a leader that it did not hear before.</summary>
    public long LeaderChanges => Volatile.Read(ref _leaderChanges);

    /// <summary>A role has decided something.</summary>
    public void OnNote(Note note)
    {
        switch (note)
        {
            case Campaigns: Volatile.Write(ref _elections, _elections + 1); break;
            case Leads or Follows: Volatile.Write(ref _leaderChanges, _leaderChanges + 1); break;
        }
    }
}
