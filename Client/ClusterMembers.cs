using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Who is in the cluster, and changes of that: asks the leader, wherever it is, and waits until a change is in
/// force. The replicas in the options are where it begins to look; what it hears of the members it keeps. Not thread-safe.</summary>
/// <param name="options">Where the cluster is, or was.</param>
public sealed class ClusterMembers(PaxosClientOptions options)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private Dictionary<int, Uri> _known = new(options.Replicas);
    private long _configuration;

    /// <summary>The status of the leader, with the members in it.</summary>
    /// <exception cref="StoreUnavailableException">Nobody that could be asked leads.</exception>
    public async Task<ReplicaStatus> LeaderAsync(CancellationToken cancel = default) => (await FindLeaderAsync(cancel)).Status;

    /// <summary>Adds a replica as a learner: its process must run, for its incarnation is asked of it.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public async Task<MemberReport> AddAsync(int replica, Uri peer, Uri client, CancellationToken cancel = default)
    {
        string life = await LifeAsync(replica, client, cancel);
        return await ChangeAsync(c => c.MemberAddAsync(replica, life, Text(peer), Text(client)), cancel);
    }

    /// <summary>Makes a learner a voter.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> PromoteAsync(int replica, CancellationToken cancel = default) =>
        ChangeAsync(c => c.MemberPromoteAsync(replica), cancel);

    /// <summary>Takes a member out.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> RemoveAsync(int replica, CancellationToken cancel = default) =>
        ChangeAsync(c => c.MemberRemoveAsync(replica), cancel);

    /// <summary>Has a member go on as another process at other addresses, which must run.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public async Task<MemberReport> ReplaceAsync(int replica, Uri peer, Uri client, CancellationToken cancel = default)
    {
        string life = await LifeAsync(replica, client, cancel);
        return await ChangeAsync(c => c.MemberReplaceAsync(replica, life, Text(peer), Text(client)), cancel);
    }

    /// <summary>Has a member go on with the disk that its process has now.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public async Task<MemberReport> ReadmitAsync(int replica, CancellationToken cancel = default)
    {
        ReplicaStatus leader = await LeaderAsync(cancel);
        Uri client = Known(leader.Members).GetValueOrDefault(replica) ?? throw new ChangeRefusedException(
            $"Replica {replica} is not a member; the members are {Names.List(Known(leader.Members).Keys)}.");
        string life = await LifeAsync(replica, client, cancel);
        return await ChangeAsync(c => c.MemberReadmitAsync(replica, life), cancel);
    }

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static Dictionary<int, Uri> Known(IEnumerable<MemberData>? members) => (members ?? [])
        .Where(member => Uri.TryCreate(member.Client, UriKind.Absolute, out _))
        .ToDictionary(member => member.ReplicaId, member => new Uri(member.Client));

    private async Task<MemberReport> ChangeAsync(Func<IReplicaControl, Task<MemberReport>> change, CancellationToken cancel)
    {
        (int leader, _, PaxosClientOptions found) = await FindLeaderAsync(cancel);
        await using var control = new ReplicaControlClient(found);
        MemberReport report = await control.ChangeMembersAsync(leader, change, cancel);
        Learn(report.Configuration, report.Members);
        await UntilLedAsync(report.Configuration, cancel);
        return report;
    }

    // Until then the disks of the configuration before are still needed.
    private async Task UntilLedAsync(long configuration, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.OperationTimeout);
        while (true)
        {
            try
            {
                ReplicaStatus status = await LeaderAsync(patience.Token);
                if (status.LeadsConfiguration && status.Configuration >= configuration)
                {
                    return;
                }
            }
            catch (StoreUnavailableException) when (!patience.IsCancellationRequested)
            {
                // Between two leaders nobody leads.
            }
            catch (Exception e) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested
                && e is StoreUnavailableException or OperationCanceledException)
            {
                throw new StoreUnavailableException(
                    $"Configuration {configuration} is chosen, but within {Names.Seconds(options.OperationTimeout)} nobody led under it: keep every replica running, and look at \"member list\".");
            }

            await Task.Delay(BetweenLooks, cancel);
        }
    }

    private async Task<string> LifeAsync(int replica, Uri client, CancellationToken cancel)
    {
        await using var control = new ReplicaControlClient(
            options with { Replicas = new Dictionary<int, Uri> { [replica] = client }, PinnedReplica = null, MembersInterval = TimeSpan.Zero });
        ReplicaStatus status = await control.StatusAsync(replica, cancel);
        return status.ReplicaId == replica && status.Life is { } life
            ? life
            : throw new ChangeRefusedException($"At {client} replica {status.ReplicaId} answers, not replica {replica}.");
    }

    private async Task<(int Leader, ReplicaStatus Status, PaxosClientOptions Options)> FindLeaderAsync(CancellationToken cancel)
    {
        for (int round = 0; round < 2; round++)
        {
            PaxosClientOptions asked = options with { Replicas = _known, PinnedReplica = null, MembersInterval = TimeSpan.Zero };
            await using var control = new ReplicaControlClient(asked);
            ReplicaStatus[] all = [.. (await Task.WhenAll(asked.Replicas.Keys.Select(id => AskAsync(control, id, cancel)))).OfType<ReplicaStatus>()];
            if (all.Where(s => s.Proposer == ProposerState.Leading).MaxBy(s => s.Configuration) is { } leader)
            {
                Learn(leader.Configuration, leader.Members);
                return (leader.ReplicaId, leader, asked with { Replicas = _known });
            }

            // The leader may be one that the options do not know: whoever answers knows where the members are.
            if (all.MaxBy(s => s.Configuration) is { } newest)
            {
                Learn(newest.Configuration, newest.Members);
            }
        }

        throw new StoreUnavailableException(
            $"None of the replicas {Names.List(_known.Keys)} leads: there is no quorum, or an election is under way.");
    }

    // A new dictionary each time: clients that were made with the one before may still be reading it.
    private void Learn(long configuration, IEnumerable<MemberData>? members)
    {
        Dictionary<int, Uri> heard = Known(members);
        if (configuration < _configuration || heard.Count == 0)
        {
            return;
        }

        _configuration = configuration;
        _known = _known.Where(replica => replica.Key != PaxosClientOptions.IdUnknown && !heard.ContainsKey(replica.Key))
            .Concat(heard).ToDictionary();
    }

    private static async Task<ReplicaStatus?> AskAsync(ReplicaControlClient control, int replica, CancellationToken cancel)
    {
        try
        {
            return await control.StatusAsync(replica, cancel);
        }
        catch (ReplicaUnavailableException)
        {
            return null;
        }
    }
}
