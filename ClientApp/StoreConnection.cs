using Microsoft.Extensions.Logging;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>The clients of one run of the console: made when first needed, one for each replica that is pinned.</summary>
internal sealed class StoreConnection : IAsyncDisposable
{
    /// <summary>Stands for the address given by --host and --port, whose id nobody knows.</summary>
    public const int ByAddress = PaxosClientOptions.IdUnknown;

    private readonly Dictionary<int, PaxosKeyValueClient> _stores = [];
    private readonly Func<PaxosClientOptions, PaxosKeyValueClient> _makeStore;
    private readonly Func<PaxosClientOptions, ReplicaControlClient> _makeControl;
    private readonly List<Task> _ending = [];
    private ReplicaControlClient? _control;

    public StoreConnection(
        PaxosClientOptions options,
        Func<PaxosClientOptions, PaxosKeyValueClient>? makeStore = null,
        Func<PaxosClientOptions, ReplicaControlClient>? makeControl = null)
    {
        Options = options;
        Pinned = options.PinnedReplica;
        _makeStore = makeStore ?? (o => new PaxosKeyValueClient(o));
        _makeControl = makeControl ?? (o => new ReplicaControlClient(o));
    }

    public PaxosClientOptions Options { get; }

    /// <summary>The only replica that store operations go to; null: any.</summary>
    public int? Pinned { get; private set; }

    /// <summary>The replicas: the members as far as they are known, otherwise those of servers.xml.</summary>
    public IReadOnlyList<int> Replicas => Control.Replicas;

    public PaxosKeyValueClient Store => At(Pinned);

    public ReplicaControlClient Control => _control ??= _makeControl(
        Options with { AttemptTimeout = ControlTimeout ?? Options.AttemptTimeout, PinnedReplica = null });

    /// <summary>How long one replica may take that an operator asks, for which there is no other attempt; null: as long as an attempt of any
    /// client. Counts if it is set before the first of them is asked.</summary>
    public TimeSpan? ControlTimeout { get; set; }

    /// <param name="settings">What the command line says.</param>
    /// <param name="logger">Of the clients.</param>
    /// <param name="anyMember">Whether the replica that is to be asked may be one that servers.xml does not name; then it is not pinned yet.</param>
    public static PaxosClientOptions OptionsFor(ConsoleSettings settings, ILogger logger, bool anyMember = false)
    {
        PaxosClientOptions options = ClientCertificates.AddTo(Addressed(settings), settings);
        options = options with
        {
            PinnedReplica = settings.Replica is { } replica && anyMember && !options.Replicas.ContainsKey(replica) ? null : settings.Replica,
            OperationTimeout = settings.Timeout,
            Logger = logger,
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The client that asks one replica only, or any.</summary>
    public PaxosKeyValueClient At(int? replica)
    {
        int slot = replica ?? -1;
        lock (_stores)
        {
            if (!_stores.TryGetValue(slot, out PaxosKeyValueClient? store))
            {
                _stores[slot] = store = _makeStore(Options with
                {
                    Replicas = Options.Replicas.Concat(Control.Addresses).GroupBy(r => r.Key, r => r.Value).ToDictionary(r => r.Key, r => r.Last()),
                    PinnedReplica = replica,
                });
            }

            return store;
        }
    }

    /// <summary>A replica's id, if there is such a one. The members are asked for one that servers.xml does not name: it may have been added since.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    /// <exception cref="ClusterException">Nobody tells.</exception>
    public async Task<int> FindAsync(int replica, CancellationToken cancel)
    {
        if (Replicas.Contains(replica))
        {
            return replica;
        }

        ReplicaStatus?[] told = await Task.WhenAll(Replicas.Select(one => LeaderWatch.TryStatusAsync(Control, one, cancel)));
        return Replicas.Contains(replica) ? replica
            : told.Any(status => status is not null) ? throw Unknown(replica)
            : throw new ClusterException(
                $"Replica {replica} is not in servers.xml, and none of the replicas there, {string.Join(", ", Replicas)}, answers who the members are by now; see status.");
    }

    public void Use(int? replica)
    {
        Pinned = replica is not { } id || Replicas.Contains(id)
            ? replica
            : throw Unknown(id);
    }

    private UsageException Unknown(int replica) => new($"There is no replica {replica}; the replicas are {string.Join(", ", Replicas)}.");

    /// <summary>How a person is told of a replica.</summary>
    public string NameOf(int replica)
    {
        return replica == ByAddress ? Options.Replicas[ByAddress].Authority : $"replica {replica}";
    }

    /// <summary>Disposes something of the store's that nobody waits for; the stores are closed after it.</summary>
    public void DisposeBehind(IAsyncDisposable ending) => _ending.Add(ending.DisposeAsync().AsTask());

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_ending);
        foreach (PaxosKeyValueClient store in _stores.Values)
        {
            await store.DisposeAsync();
        }

        if (_control is not null)
        {
            await _control.DisposeAsync();
        }
    }

    private static PaxosClientOptions Addressed(ConsoleSettings settings)
    {
        if (settings.Host is null && settings.Port is null)
        {
            string path = ServersLocator.Find(settings.ServersPath, Environment.CurrentDirectory, AppContext.BaseDirectory);
            return PaxosClientOptions.FromServersFile(path);
        }

        if (settings is not { Host: { Length: > 0 } host, Port: { } port })
        {
            throw new UsageException("--host and --port go together: both or neither.");
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || port is < 1 or > 65535)
        {
            throw new UsageException($"\"{host}\" and {port} are no host and port; a port is 1..65535.");
        }

        return settings.Replica is null && settings.ServersPath is null
            ? new PaxosClientOptions
            {
                Replicas = new Dictionary<int, Uri> { [ByAddress] = new UriBuilder("http", host, port).Uri },
                MembersInterval = TimeSpan.Zero,
            }
            : throw new UsageException("--host and --port name the replica: leave out --replica and --servers.");
    }
}
