using System.Runtime.CompilerServices;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Who is in the cluster, and changes of that: asks the leader, wherever it is, and waits until a change is in
/// force. A change waits for a leader that takes it, within the <see cref="PaxosClientOptions.OperationTimeout"/>. The replicas in
/// the options are where it begins to look; what it hears of the members it keeps. Not thread-safe.</summary>
public sealed class ClusterMembers
{
    private const int LooksMin = 8;

    private readonly PaxosClientOptions _options;
    private readonly Func<PaxosClientOptions, ReplicaControlClient> _connect;
    private readonly TimeProvider _time;
    private Dictionary<int, Uri> _known;
    private long _configuration;

    /// <summary>Knows the replicas of the options; nothing is sent yet.</summary>
    /// <param name="options">Where the cluster is, or was.</param>
    public ClusterMembers(PaxosClientOptions options)
        : this(options, asked => new ReplicaControlClient(asked), TimeProvider.System)
    {
    }

    internal ClusterMembers(PaxosClientOptions options, Func<PaxosClientOptions, ReplicaControlClient> connect, TimeProvider time)
    {
        (_options, _connect, _time) = (options, connect, time);
        _known = new(options.Replicas);
    }

    /// <summary>The status of the leader, with the members in it.</summary>
    /// <exception cref="StoreUnavailableException">Nobody that could be asked leads.</exception>
    public async Task<ReplicaStatus> LeaderAsync(CancellationToken cancel = default) => (await FindLeaderAsync(cancel).ConfigureAwait(false)).Status;

    /// <summary>Adds a replica as a learner: its process must run, for its incarnation is asked of it.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> AddAsync(int replica, Uri peer, Uri client, CancellationToken cancel = default)
    {
        return ChangeAsync(async patience =>
        {
            // Before its process is asked anything: the address may be wrong too.
            MemberData[] members = (await LeaderAsync(patience).ConfigureAwait(false)).Members ?? [];
            return members.All(member => member.ReplicaId != replica)
                ? await ArriveAsync(replica, client, (c, life) => c.MemberAddAsync(replica, life, Text(peer), Text(client)), patience).ConfigureAwait(false)
                : throw new ChangeRefusedException($"Replica {replica} is a member already; replace or readmit it instead.");
        }, cancel);
    }

    /// <summary>Makes a learner a voter.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> PromoteAsync(int replica, CancellationToken cancel = default)
    {
        var wanted = new WantedChange(
            c => c.MemberPromoteAsync(replica), now => now.Any(member => member.ReplicaId == replica && member.IsVoter));
        return ChangeAsync(_ => Task.FromResult(wanted), cancel);
    }

    /// <summary>Takes a member out.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> RemoveAsync(int replica, CancellationToken cancel = default)
    {
        var wanted = new WantedChange(c => c.MemberRemoveAsync(replica), now => now.All(member => member.ReplicaId != replica));
        return ChangeAsync(_ => Task.FromResult(wanted), cancel);
    }

    /// <summary>Has a member go on as another process at other addresses, which must run.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> ReplaceAsync(int replica, Uri peer, Uri client, CancellationToken cancel = default)
    {
        return ChangeAsync(async patience =>
        {
            MemberData[] members = (await LeaderAsync(patience).ConfigureAwait(false)).Members ?? [];
            return members.Any(member => member.ReplicaId == replica)
                ? await ArriveAsync(replica, client, (c, life) => c.MemberReplaceAsync(replica, life, Text(peer), Text(client)), patience).ConfigureAwait(false)
                : throw NotAMember(replica, members);
        }, cancel);
    }

    /// <summary>Has a member go on with the disk that its process has now.</summary>
    /// <exception cref="PaxosClientException">It was refused, or nobody knows.</exception>
    public Task<MemberReport> ReadmitAsync(int replica, CancellationToken cancel = default)
    {
        return ChangeAsync(async patience =>
        {
            ReplicaStatus leader = await LeaderAsync(patience).ConfigureAwait(false);
            Uri client = Known(leader.Members).GetValueOrDefault(replica) ?? throw NotAMember(replica, leader.Members ?? []);
            return await ArriveAsync(replica, client, (c, life) => c.MemberReadmitAsync(replica, life), patience).ConfigureAwait(false);
        }, cancel);
    }

    private static ChangeRefusedException NotAMember(int replica, IEnumerable<MemberData> members) =>
        new($"Replica {replica} is not a member; the members are {Names.List(members.Select(member => member.ReplicaId))}.");

    // With its port, also where that is the scheme's own, which Uri leaves out.
    private static string Text(Uri address) => $"{address.Scheme}://{address.Host}:{address.Port}";

    private static Dictionary<int, Uri> Known(IEnumerable<MemberData>? members) => (members ?? [])
        .Where(member => Uri.TryCreate(member.Client, UriKind.Absolute, out _))
        .ToDictionary(member => member.ReplicaId, member => new Uri(member.Client));

    // A change that makes a member of the life that a process has.
    private async Task<WantedChange> ArriveAsync(
        int replica, Uri client, Func<IReplicaControl, string, Task<MemberReport>> ask, CancellationToken patience)
    {
        string life = await LifeAsync(replica, client, patience).ConfigureAwait(false);
        return new WantedChange(
            control => ask(control, life), now => now.Any(member => member.ReplicaId == replica && member.Incarnation == life));
    }

    private Task<MemberReport> ChangeAsync(Func<CancellationToken, Task<WantedChange>> want, CancellationToken cancel) =>
        new MemberChange(this, want, _options.OperationTimeout, _time).MakeAsync(cancel);

    /// <summary>Asks a leader for a change of the members.</summary>
    internal async Task<MemberReport> AskAsync(
        FoundLeader leader, Func<IReplicaControl, Task<MemberReport>> change, TimeSpan patience, CancellationToken cancel)
    {
        ReplicaControlClient control = _connect(leader.Options);
        await using ConfiguredAsyncDisposable end = control.ConfigureAwait(false);
        MemberReport report = await control.ChangeMembersAsync(leader.Status.ReplicaId, change, patience, cancel).ConfigureAwait(false);
        Learn(report.Configuration, report.Members);
        return report;
    }

    private async Task<string> LifeAsync(int replica, Uri client, CancellationToken cancel)
    {
        ReplicaControlClient control = _connect(
            _options with { Replicas = new Dictionary<int, Uri> { [replica] = client }, PinnedReplica = null, PreferLeader = false, MembersInterval = TimeSpan.Zero });
        await using ConfiguredAsyncDisposable end = control.ConfigureAwait(false);
        ReplicaStatus status;
        try
        {
            status = await control.StatusAsync(replica, cancel).ConfigureAwait(false);
        }
        catch (ReplicaUnavailableException e)
        {
            throw new ReplicaUnavailableException(replica, $"{e.Message} It was asked at {Text(client)}.", e.MayHaveTakenEffect);
        }

        if (_options.Cluster is { } meant && status.Cluster != meant)
        {
            throw new WrongClusterException(replica, status.Cluster, meant);
        }

        return status.ReplicaId == replica && status.Life is { } life
            ? life
            : throw new ChangeRefusedException($"At {client} replica {status.ReplicaId} answers, not replica {replica}.");
    }

    /// <summary>Looks once for a leader.</summary>
    /// <exception cref="StoreUnavailableException">Nobody that could be asked leads.</exception>
    internal async Task<FoundLeader> FindLeaderAsync(CancellationToken cancel)
    {
        // A look must not take all the time that there is where one of many is silent.
        TimeSpan look = _options.OperationTimeout / LooksMin;
        string[] silent = [];
        for (int round = 0; round < 2; round++)
        {
            PaxosClientOptions asked = _options with { Replicas = _known, PinnedReplica = null, PreferLeader = false, MembersInterval = TimeSpan.Zero };
            ReplicaControlClient control = _connect(
                asked with { AttemptTimeout = look < asked.AttemptTimeout ? look : asked.AttemptTimeout });
            await using ConfiguredAsyncDisposable end = control.ConfigureAwait(false);
            (ReplicaStatus? Status, string? Why)[] answers = await Task.WhenAll(asked.Replicas.Keys.Order().Select(id => AskAsync(control, id, cancel))).ConfigureAwait(false);
            ReplicaStatus[] all = [.. answers.Select(answer => answer.Status).OfType<ReplicaStatus>()];
            silent = [.. answers.Select(answer => answer.Why).OfType<string>()];
            if (_options.Cluster is { } meant && all.FirstOrDefault(s => s.Cluster != meant) is { } other)
            {
                all = [.. all.Where(s => s.Cluster == meant)];
                if (all.Length == 0)
                {
                    throw new WrongClusterException(other.ReplicaId, other.Cluster, meant);
                }
            }

            if (all.Where(s => s.Proposer == ProposerState.Leading).MaxBy(s => s.Configuration) is { } leader)
            {
                Learn(leader.Configuration, leader.Members);
                return new FoundLeader(leader, asked with { Replicas = _known });
            }

            // The leader may be one that the options do not know: whoever answers knows where the members are.
            if (all.MaxBy(s => s.Configuration) is { } newest)
            {
                Learn(newest.Configuration, newest.Members);
            }
        }

        throw new StoreUnavailableException(
            $"None of the replicas {Names.List(_known.Keys)} leads: there is no quorum, or an election is under way.{string.Concat(silent.Select(why => $" {why}"))}");
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

    private static async Task<(ReplicaStatus? Status, string? Why)> AskAsync(ReplicaControlClient control, int replica, CancellationToken cancel)
    {
        try
        {
            return (await control.StatusAsync(replica, cancel).ConfigureAwait(false), null);
        }
        catch (ReplicaUnavailableException e)
        {
            return (null, e.Message);
        }
    }
}

/// <summary>A leader, and how to reach it.</summary>
internal sealed record FoundLeader(ReplicaStatus Status, PaxosClientOptions Options);
