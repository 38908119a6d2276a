using PaxosWcf.Consensus;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.ReplicaHost.Tracing;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Where a replica's messages go: questions to the links, answers to the calls that wait for them.</summary>
/// <remarks>There is a link to each member of the configuration but this replica itself: when that changes, links open and
/// close. That happens on the replica's loop; what heartbeats tell of a configuration that is not learned yet comes from their calls. So
/// links are never changed, but replaced as a whole.</remarks>
internal sealed class PeerLinks(PendingReplies pending, ElectionCount elections, ProtocolTrace trace, ILogger logger) : IReplicaOutput, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Task> _closing = [];
    private volatile Dictionary<ReplicaId, (Uri Address, PeerLink Link)> _links = [];
    private Func<ReplicaId, Uri, PeerLink>? _connect;
    private OwnIncarnation? _incarnation;
    private ReplicaId _self;
    private long _followed;

    /// <summary>Where this replica is, as the configuration has it that was learned last.</summary>
    public OwnPlace Place { get; } = new();

    /// <summary>How many other members answer, as far as their last calls tell.</summary>
    public int Answering => _links.Values.Count(link => link.Link.Answers);

    /// <summary>Opens the first links; called once, before the loop runs.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="incarnation">Is told which life of its disk sends.</param>
    /// <param name="configuration">The members.</param>
    /// <param name="connect">Makes the link to one of them.</param>
    public void Open(
        ReplicaId self, OwnIncarnation incarnation, Configuration configuration, Func<ReplicaId, Uri, PeerLink> connect)
    {
        (_self, _incarnation, _connect) = (self, incarnation, connect);
        Follow(configuration);
    }

    /// <summary>A heartbeat says where its sender is. That counts where the sender has learned of more changes than this replica: which
    /// was away while others moved, and would ask for what it missed where nobody is any more.</summary>
    public void Hear(ReplicaId from, long configuration, string? peer)
    {
        if (configuration <= Volatile.Read(ref _followed) || from == _self
            || !Uri.TryCreate(peer, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || IsAt(from, address))
        {
            return;
        }

        lock (_lock)
        {
            // Heartbeats come two at a time.
            if (configuration > _followed && !IsAt(from, address))
            {
                HostLog.HearsOfMove(logger, from, address, configuration);
                var links = new Dictionary<ReplicaId, (Uri, PeerLink)>(_links);
                Close(links, from);
                links.Add(from, (address, _connect!(from, address)));
                _links = links;
            }
        }
    }

    private bool IsAt(ReplicaId peer, Uri address) => _links.TryGetValue(peer, out var known) && known.Address == address;

    private void Follow(Configuration configuration)
    {
        Place.Now = new MemberPlace(
            configuration.Number, configuration.Find(_self) is { } own ? MemberAddresses.Read(own.Addresses)?.Peer : null);
        var wanted = configuration.Members.Where(member => member.Id != _self)
            .Select(member => (member.Id, MemberAddresses.Read(member.Addresses)?.Peer))
            .Where(member => member.Peer is not null).ToDictionary(member => member.Id, member => member.Peer!);
        lock (_lock)
        {
            Volatile.Write(ref _followed, configuration.Number);
            var links = new Dictionary<ReplicaId, (Uri Address, PeerLink Link)>(_links);
            foreach (var (peer, (address, _)) in _links)
            {
                if (!wanted.TryGetValue(peer, out var now) || now != address)
                {
                    Close(links, peer);
                }
            }

            foreach (var (peer, address) in wanted.Where(member => !links.ContainsKey(member.Key)))
            {
                links.Add(peer, (address, _connect!(peer, address)));
            }

            _links = links;
        }
    }

    // Call it under the lock.
    private void Close(Dictionary<ReplicaId, (Uri Address, PeerLink Link)> links, ReplicaId peer)
    {
        if (links.Remove(peer, out var gone))
        {
            _closing.RemoveAll(closing => closing.IsCompletedSuccessfully);
            _closing.Add(CloseSoonAsync(gone.Link));
        }
    }

    // What is on its way to a member that leaves may be the word that it leaves.
    private static async Task CloseSoonAsync(PeerLink link)
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        await link.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Send(Envelope envelope)
    {
        if (logger.IsEnabled(LogLevel.Trace))
        {
            HostLog.Sends(logger, envelope);
        }

        trace.Sends(envelope);

        if (_incarnation is { } own && own.Now != envelope.Incarnation)
        {
            own.Now = envelope.Incarnation;
        }

        if (Lanes.Of(envelope.Message) is null)
        {
            pending.Complete(envelope.Call, envelope.Message);
        }
        else if (_links.TryGetValue(envelope.To, out var link))
        {
            link.Link.Send(envelope);
        }
    }

    /// <inheritdoc/>
    public void OnFlushing() => pending.Tell();

    /// <inheritdoc/>
    public void OnNote(Note note)
    {
        elections.OnNote(note);
        switch (note)
        {
            case Campaigns campaigns: HostLog.Campaigns(logger, campaigns.Ballot); break;
            case Leads leads: HostLog.Leads(logger, leads.Ballot, leads.From, leads.Recovered); break;
            case Yields yields: HostLog.Yields(logger, yields.Ballot, yields.Why); break;
            case Reconfigured reconfigured:
                HostLog.Reconfigured(logger, reconfigured.Slot, reconfigured.Configuration);
                Follow(reconfigured.Configuration);
                break;
            case StandingChanged { Why: "" } changed: HostLog.StandingChanged(logger, changed.Standing); break;
            case StandingChanged changed: HostLog.Fenced(logger, changed.Standing, changed.Why); break;
            case DiskSetBack setBack: HostLog.DiskSetBack(logger, setBack.Witness, setBack.Seen, setBack.Disk); break;
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

        trace.Applies(slot, value);
    }

    /// <inheritdoc/>
    public void OnInstalled(Slot through)
    {
        // The note of it is logged.
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, link) in _links.Values)
        {
            await link.DisposeAsync();
        }

        Task[] closing;
        lock (_lock)
        {
            closing = [.. _closing];
        }

        await Task.WhenAll(closing);
    }
}
