using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Where a replica's messages go: questions to the links, answers to the calls that wait for them.</summary>
internal sealed class PeerLinks(PendingReplies pending, ILogger logger) : IReplicaOutput, IAsyncDisposable
{
    private readonly Dictionary<ReplicaId, PeerLink> _links = [];

    /// <summary>Adds the link to one peer; all are there before the loop runs.</summary>
    public void Add(ReplicaId peer, PeerLink link) => _links.Add(peer, link);

    /// <inheritdoc/>
    public void Send(Envelope envelope)
    {
        if (logger.IsEnabled(LogLevel.Trace))
        {
            HostLog.Sends(logger, envelope);
        }

        if (envelope.Message is Promise or Accepted or Rejected or CatchUpReply or HeartbeatReply or ProposeReply or ReadIndexReply
            or ReadSnapshotReply)
        {
            pending.Complete(envelope.Call, envelope.Message);
        }
        else if (_links.TryGetValue(envelope.To, out var link))
        {
            link.Send(envelope);
        }
    }

    /// <inheritdoc/>
    public void OnNote(Note note)
    {
        switch (note)
        {
            case Campaigns campaigns: HostLog.Campaigns(logger, campaigns.Ballot); break;
            case Leads leads: HostLog.Leads(logger, leads.Ballot, leads.From, leads.Recovered); break;
            case Yields yields: HostLog.Yields(logger, yields.Ballot, yields.Why); break;
            case Follows follows: HostLog.Follows(logger, follows.Leader, follows.Ballot); break;
            case HandsOver hands: HostLog.HandsOver(logger, hands.Ballot, hands.To?.ToString() ?? "whoever has learned everything first"); break;
            case GoesOnLeading goesOn: HostLog.GoesOnLeading(logger, goesOn.Ballot); break;
            case Diverged diverged: HostLog.Diverged(logger, diverged.Divergence.From, diverged.Divergence.Through); break;
            case FetchesSnapshot fetches: HostLog.FetchesSnapshot(logger, fetches.From); break;
            case InstalledSnapshot installed: HostLog.InstalledSnapshot(logger, installed.Through); break;
            default: throw new System.Diagnostics.UnreachableException($"a note of kind {note.GetType().Name}");
        }
    }

    /// <inheritdoc/>
    public void OnApplied(Slot slot, Value value)
    {
        if (logger.IsEnabled(LogLevel.Trace))
        {
            HostLog.Applied(logger, slot, value);
        }
    }

    /// <inheritdoc/>
    public void OnInstalled(Slot through)
    {
        // The note of it is logged.
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links.Values)
        {
            await link.DisposeAsync();
        }
    }
}
