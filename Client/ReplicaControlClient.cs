using System.Collections.Concurrent;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>What an operator asks of single replicas. No failover: each call concerns the replica it names. Each status that it gets
/// tells it of changes of the members, unless it is pinned or its <see cref="PaxosClientOptions.MembersInterval"/> is zero.
/// Thread-safe.</summary>
public sealed class ReplicaControlClient : IAsyncDisposable
{
    private readonly IChannelSource<IReplicaControl> _channels;
    private readonly PaxosClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // Where a replica said that it is of the cluster that is meant.
    private readonly ConcurrentDictionary<ReplicaPlace, bool> _ofThisCluster = new();
    private KnownMembers _known = KnownMembers.None;
    private int _underWay;
    private bool _disposed;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="options">Where the replicas are.</param>
    /// <exception cref="ArgumentException">An option makes no sense; the message says which.</exception>
    public ReplicaControlClient(PaxosClientOptions options)
        : this(options, Pool(options, TimeProvider.System), TimeProvider.System)
    {
    }

    internal ReplicaControlClient(PaxosClientOptions options, IChannelSource<IReplicaControl> channels, TimeProvider time)
    {
        options.Validate();
        (_options, _channels, _time) = (options, channels, time);
    }

    /// <summary>The replicas: the members as far as they are known, otherwise those of the options.</summary>
    public IReadOnlyList<int> Replicas => [.. Addresses.Keys.Order()];

    /// <summary>Their client addresses.</summary>
    public IReadOnlyDictionary<int, Uri> Addresses
    {
        get
        {
            KnownMembers known = Volatile.Read(ref _known);
            return known.Voters.Count == 0
                ? _options.Replicas
                : known.Voters.Concat(known.Learners).ToDictionary(place => place.Replica, place => place.Address);
        }
    }

    /// <summary>What a replica knows of itself and of the cluster.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    public async Task<ReplicaStatus> StatusAsync(int replica, CancellationToken cancel = default)
    {
        ReplicaStatus status = await AskAsync(replica, c => c.StatusAsync(), _options.AttemptTimeout, cancel).ConfigureAwait(false);
        Learn(status);
        return status;
    }

    /// <summary>Asks all replicas for their status, so that those that were added or moved are known afterwards.</summary>
    public async Task LearnMembersAsync(CancellationToken cancel = default)
    {
        await Task.WhenAll(Replicas.Select(async replica =>
        {
            try
            {
                await StatusAsync(replica, cancel).ConfigureAwait(false);
            }
            catch (ReplicaUnavailableException)
            {
                // Others tell.
                return;
            }
        })).ConfigureAwait(false);
    }

    /// <summary>What a replica does, message by message: it keeps that from the first call on, until nobody has asked for 15 seconds.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="from">0: from now on; otherwise the Next of its last answer.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out, or is of a build that cannot tell.</exception>
    public Task<TraceReply> TraceAsync(int replica, long from, CancellationToken cancel = default)
    {
        return AskAsync(replica, c => c.TraceAsync(from), _options.AttemptTimeout, cancel);
    }

    /// <summary>Has a leader hand its leadership over.</summary>
    /// <param name="replica">The leader.</param>
    /// <param name="to">Who is to lead; null: whoever has learned everything first.</param>
    /// <param name="cancel">Gives up waiting; leadership may still go over.</param>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    /// <exception cref="NotLeaderException">It does not lead.</exception>
    /// <exception cref="InvalidRequestException">There is no such other replica.</exception>
    public Task<LeadershipReport> TransferLeadershipAsync(int replica, int? to, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.TransferLeadershipAsync(to), _options.AttemptTimeout, cancel);
    }

    /// <summary>Fails a replica's acceptor.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="down">How long; null: until it is revived.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    /// <exception cref="FaultLabOffException">It does not let faults be injected.</exception>
    /// <exception cref="InvalidRequestException">The time is not one it takes.</exception>
    public Task<AcceptorReport> FailAcceptorAsync(int replica, TimeSpan? down, CancellationToken cancel = default)
    {
        int? milliseconds = down is { } time ? checked((int)Math.Ceiling(time.TotalMilliseconds)) : null;
        return HaveAsync(replica, c => c.FailAcceptorAsync(milliseconds), _options.AttemptTimeout, cancel);
    }

    /// <summary>Restarts a replica's acceptor.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    /// <exception cref="FaultLabOffException">It does not let faults be injected.</exception>
    public Task<AcceptorReport> ReviveAcceptorAsync(int replica, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.ReviveAcceptorAsync(), _options.AttemptTimeout, cancel);
    }

    /// <summary>Cuts the link between a replica and a peer, on the replica's side.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    /// <exception cref="FaultLabOffException">It does not let faults be injected.</exception>
    /// <exception cref="InvalidRequestException">There is no such link.</exception>
    public Task<LinkReport> CutLinkAsync(int replica, int peer, LinkDirection direction, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.CutLinkAsync(peer, direction), _options.AttemptTimeout, cancel);
    }

    /// <summary>Makes each call between a replica and a peer take that much longer.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    /// <exception cref="FaultLabOffException">It does not let faults be injected.</exception>
    /// <exception cref="InvalidRequestException">There is no such link, or the delay is not one it takes.</exception>
    public Task<LinkReport> DelayLinkAsync(int replica, int peer, TimeSpan delay, CancellationToken cancel = default)
    {
        int milliseconds = (int)Math.Min(int.MaxValue, Math.Ceiling(delay.TotalMilliseconds));
        return HaveAsync(replica, c => c.DelayLinkAsync(peer, milliseconds), _options.AttemptTimeout, cancel);
    }

    /// <summary>Heals the link between a replica and a peer, or all of the replica's.</summary>
    /// <returns>The links that had a fault.</returns>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the attempt time-out.</exception>
    /// <exception cref="FaultLabOffException">It does not let faults be injected.</exception>
    public Task<LinkReport[]> HealLinksAsync(int replica, int? peer = null, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.HealLinksAsync(peer), _options.AttemptTimeout, cancel);
    }

    /// <summary>Has a replica, which must lead, change the members. Call it through <see cref="ClusterMembers"/>, which finds
    /// the leader.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no certain answer: look at the members before asking again.</exception>
    /// <exception cref="ChangeRefusedException">It was refused; nothing was done.</exception>
    /// <exception cref="InvalidRequestException">Something in it is not as it should be.</exception>
    internal Task<MemberReport> ChangeMembersAsync(
        int leader, Func<IReplicaControl, Task<MemberReport>> change, TimeSpan patience, CancellationToken cancel)
    {
        return HaveAsync(leader, change, patience, cancel);
    }

    /// <summary>A hash over a replica's whole key-value state; it reads all of it, so it may take the whole operation
    /// time-out.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer within the operation time-out.</exception>
    public Task<StateDigest> DigestAsync(int replica, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.DigestAsync(), _options.OperationTimeout, cancel);
    }

    /// <summary>Begins a backup: all keys as of one moment.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer, or has another backup open.</exception>
    public Task<BackupStarted> BackupBeginAsync(int replica, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.BackupBeginAsync(), _options.OperationTimeout, cancel);
    }

    /// <summary>Begins a backup of what a replica has applied, though it may lack acknowledged writes: for when there is no majority any more.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer, or has another backup open.</exception>
    public Task<BackupStarted> BackupBeginStaleAsync(int replica, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.BackupBeginStaleAsync(), _options.OperationTimeout, cancel);
    }

    /// <summary>Reads a page of a backup; the last one may be read again.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer.</exception>
    /// <exception cref="InvalidRequestException">There is no such backup any more, or the page is not the next.</exception>
    public Task<BackupPage> BackupReadAsync(int replica, long backup, long page, CancellationToken cancel = default)
    {
        return AskAsync(replica, c => c.BackupReadAsync(backup, page), _options.OperationTimeout, cancel);
    }

    /// <summary>Ends a backup.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no answer.</exception>
    public Task BackupEndAsync(int replica, long backup, CancellationToken cancel = default)
    {
        return AskAsync(replica, async c =>
        {
            await c.BackupEndAsync(backup).ConfigureAwait(false);
            return true;
        }, _options.AttemptTimeout, cancel);
    }

    /// <summary>Begins to restore a backup.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no certain answer; repeat it, at any replica.</exception>
    public Task<RestoreReport> RestoreBeginAsync(int replica, long restore, bool force, long? after = null, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.RestoreBeginAsync(restore, force, after), _options.OperationTimeout, cancel);
    }

    /// <summary>Sets keys to what a backup holds.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no certain answer; repeat it, at any replica.</exception>
    /// <exception cref="StorageFullException">The store takes no more.</exception>
    public Task<RestoreReport> RestorePutAsync(int replica, long restore, BackupEntry[] entries, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.RestorePutAsync(restore, entries), _options.OperationTimeout, cancel);
    }

    /// <summary>Removes keys that are in the way of a restore.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no certain answer; repeat it, at any replica.</exception>
    public Task<RestoreReport> RestoreDeleteAsync(int replica, long restore, string[] keys, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.RestoreDeleteAsync(restore, keys), _options.OperationTimeout, cancel);
    }

    /// <summary>Ends a restore, if all keys are there.</summary>
    /// <exception cref="ReplicaUnavailableException">It gave no certain answer; repeat it, at any replica.</exception>
    public Task<RestoreReport> RestoreEndAsync(int replica, long restore, long revision, long keys, CancellationToken cancel = default)
    {
        return HaveAsync(replica, c => c.RestoreEndAsync(restore, revision, keys), _options.OperationTimeout, cancel);
    }

    /// <summary>Closes the channels.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return ValueTask.CompletedTask;
        }

        if (Volatile.Read(ref _underWay) == 0)
        {
            _channels.Abandon();
        }

        return _channels.DisposeAsync();
    }

    // What a replica is to do, or what is held against what others tell: it is asked first of which cluster it is.
    private Task<TReply> HaveAsync<TReply>(
        int replica, Func<IReplicaControl, Task<TReply>> ask, TimeSpan patience, CancellationToken cancel)
    {
        return AskAsync(replica, ask, patience, cancel, holdsToName: true);
    }

    private async Task RequireClusterAsync(ReplicaPlace place, IReplicaControl channel, CancellationToken cancel)
    {
        if (_options.Cluster is { } meant && !_ofThisCluster.ContainsKey(place))
        {
            string name = (await Patience.WaitAsync(channel.StatusAsync(), _options.AttemptTimeout, _time, cancel).ConfigureAwait(false)).Cluster;
            _ = name == meant ? _ofThisCluster.TryAdd(place, true) : throw new WrongClusterException(place.Replica, name, meant);
        }
    }

    private async Task<TReply> AskAsync<TReply>(
        int replica, Func<IReplicaControl, Task<TReply>> ask, TimeSpan patience, CancellationToken cancel, bool holdsToName = false)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            return await AskInTurnAsync(replica, ask, patience, holdsToName, cancel).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<TReply> AskInTurnAsync<TReply>(
        int replica, Func<IReplicaControl, Task<TReply>> ask, TimeSpan patience, bool holdsToName, CancellationToken cancel)
    {
        Queue<ReplicaPlace> places = PlacesOf(replica);
        while (true)
        {
            ReplicaPlace place = places.Dequeue();
            bool isAsked = false;
            try
            {
                IReplicaControl channel = await _channels.OpenAsync(place, cancel).ConfigureAwait(false);
                if (holdsToName)
                {
                    await RequireClusterAsync(place, channel, cancel).ConfigureAwait(false);
                }

                isAsked = true;
                return await Patience.WaitAsync(ask(channel), patience, _time, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (AttemptFailure.Read(e, replica, patience, place.IsSecure) is { } failure)
            {
                // Nothing was sent, so it may be asked elsewhere.
                if (failure.Kind != FailureKind.NotSent || places.Count == 0)
                {
                    throw failure.Final ?? new ReplicaUnavailableException(
                        replica, Sentence(failure.Sentence), mayHaveTakenEffect: isAsked && failure.Kind == FailureKind.Unknown);
                }
            }
        }
    }

    // Where the members' configuration has it, then where the options have it: what was heard may be from a replica that has not
    // caught up, or the replica is no member any more.
    private Queue<ReplicaPlace> PlacesOf(int replica)
    {
        var places = new Queue<ReplicaPlace>(new[] { Addresses, _options.Replicas }
            .Where(known => known.ContainsKey(replica)).Select(known => new ReplicaPlace(replica, known[replica])).Distinct());
        return places.Count > 0
            ? places
            : throw new InvalidRequestException("replica", $"There is no replica {replica}; the replicas are {Names.List(Replicas)}.");
    }

    private void Learn(ReplicaStatus status)
    {
        if (_options.PinnedReplica is not null || _options.MembersInterval == TimeSpan.Zero || (_options.Cluster ?? status.Cluster) != status.Cluster)
        {
            return;
        }

        lock (_lock)
        {
            if (_known.Learn(status.Configuration, status.Members ?? [], _options) is { } now)
            {
                Volatile.Write(ref _known, now);
                _channels.KeepOnly([.. now.Voters, .. now.Learners]);
            }
        }
    }

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..] + ".";

    private static ChannelPool<IReplicaControl> Pool(PaxosClientOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        TimeSpan longest = TimeSpan.FromTicks(Math.Max(options.AttemptTimeout.Ticks, options.OperationTimeout.Ticks));
        return new ChannelPool<IReplicaControl>(options, ServicePaths.ReplicaControl, longest, time);
    }
}
