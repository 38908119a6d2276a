using System.Diagnostics.Metrics;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.ReplicaHost.Health;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.ReplicaHost.Telemetry;
using PaxosWcf.ReplicaHost.Tracing;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost;

/// <summary>One replica, put together: directory, driver, loop, links, doors, faults.</summary>
internal sealed class ReplicaProcess : IAsyncDisposable
{
    private static readonly TimeSpan HandOverPatience = TimeSpan.FromSeconds(2);

    private readonly HostArguments _arguments;
    private readonly ReplicaOptions _options;
    private readonly ServersConfiguration _servers;
    private readonly ReplicaAddress _address;
    private readonly ILoggerFactory _loggers;
    private readonly OtelVariables _telemetry;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _faultsEnd = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<IAsyncDisposable> _parts = [];
    private CallerIssuers _issuers = new(null, null, null);
    private SoapListener? _clientDoor;
    private Task _faultSchedule = Task.CompletedTask;

    /// <summary>Prepares a process; nothing is touched yet.</summary>
    /// <param name="arguments">What the command line says.</param>
    /// <param name="options">What the settings say.</param>
    /// <param name="servers">What servers.xml says.</param>
    /// <param name="address">The replica's addresses.</param>
    /// <param name="loggers">Take what it logs.</param>
    /// <param name="telemetry">Say what is exported; null: nothing is.</param>
    public ReplicaProcess(
        HostArguments arguments, ReplicaOptions options, ServersConfiguration servers, ReplicaAddress address,
        ILoggerFactory loggers, OtelVariables? telemetry = null)
    {
        _arguments = arguments;
        _options = options;
        _servers = servers;
        _address = address;
        _loggers = loggers;
        _telemetry = telemetry ?? OtelVariables.None;
        _logger = loggers.CreateLogger("PaxosWcf.Replica");
    }

    /// <summary>The replica's loop: it fails when the replica must stop.</summary>
    public ReplicaLoop? Loop { get; private set; }

    /// <summary>Where clients are served.</summary>
    public Uri? ClientAddress => _clientDoor?.Address;

    /// <summary>Where replicas are served.</summary>
    public Uri? PeerAddress { get; private set; }

    /// <summary>Where its metrics can be scraped; null: nowhere.</summary>
    public Uri? MetricsAddress { get; private set; }

    /// <summary>Starts everything. What the disk holds is reloaded before any door opens.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _issuers = CallerIssuers.Read(_options, ClientListen, PeerListen);
        var scrapes = ScrapeAddress.Read(_options.MetricsAddress, ClientListen, PeerListen);
        WarnOfOpenDoors(scrapes);
        await RequirePlacesAsync(scrapes, cancellationToken);
        var directory = ReplicaDirectory.Open(_arguments.Data, _servers.Cluster, _address.Id, _arguments.Bootstrap);
        _parts.Push(new Disposing(directory));
        var identity = new ReplicaIdentity(
            _address.Id, _servers.Cluster, directory.Identity.Incarnation.ToString("N"), ProgramVersion(), ForeignDirectory(directory));
        HostLog.Starts(_logger, identity.Id, identity.Cluster, new ReplicaLog(directory.Store).Incarnation, directory.Path);
        if (identity.ForeignDirectory is { } sentence)
        {
            HostLog.ForeignDirectory(_logger, sentence);
        }

        var self = new ReplicaId(_address.Id);
        var first = Configuration.First(_servers.Replicas.Select(replica => (new ReplicaId(replica.Id), MemberAddresses.Write(replica.Client, replica.Peer))));
        var replies = new ReplyQueue();
        var pending = new PendingReplies(replies);
        var context = new HttpCallContext();
        var metrics = new ReplicaMetrics(identity, context);
        _parts.Push(new Disposing(metrics));
        var elections = new ElectionCount();
        var trace = new ProtocolTrace(_address.Id, TimeProvider.System);
        var faultLog = new TracedLogger(_logger, trace);
        var links = new PeerLinks(pending, elections, trace, new TracedLogger(_loggers.CreateLogger("PaxosWcf.Protocol"), trace));
        _parts.Push(links);

        // Not before the doors are closed: calls under way there wait for what the links bring.
        _parts.Push(new Disposing(new Cancelling(_stopping)));
        if (_options.TimingReportSeconds > 0)
        {
            _parts.Push(new Disposing(new TimingReport(
                TimeSpan.FromSeconds(_options.TimingReportSeconds), TimeProvider.System, _logger)));
        }

        RequireFirstMembers(directory.Store, first);
        var store = new TracedStore(directory.Store, metrics.Work);
        var storage = _options.ToStorage();
        var driver = new ReplicaDriver(self, first, new ConsensusOptions(), store, new Random(), links, storage, _options.TickMilliseconds);
        var comparison = new ServersComparison(_servers.Hash, TimeProvider.System, _logger);
        var linkFaults = new LinkFaultLab(self.Number, PeerIds, _servers.Faults.Enabled, faultLog);
        var incarnation = new OwnIncarnation(driver.Replica.Incarnation);
        ConnectPeers(self, incarnation, driver.Replica.Configuration, links, comparison, linkFaults, trace, metrics.Work);

        Loop = new ReplicaLoop(driver, TimeSpan.FromMilliseconds(_options.TickMilliseconds), TimeProvider.System, replies, ticks: false);
        _parts.Push(Loop);
        var faults = new AcceptorFaultLab(self.Number, _servers.Faults.Enabled, Loop, TimeProvider.System, faultLog);
        _parts.Push(new Disposing(faults));
        var quota = new StoreQuota(
            _options.StoreMebibytesMax << 20, () => directory.BytesOnDisk, () => driver.Machine.ChangesWritten, directory.Store.Reclaim,
            TimeProvider.System, _logger);
        _parts.Push(new Disposing(quota));
        var disk = new DiskRoom(directory.Path, quota, () => DiskRoom.Of(directory.Path), TimeProvider.System, _logger);
        _parts.Push(new Disposing(disk));
        metrics.Observe(driver, quota, disk, elections, () => links.Answering, () => _clientDoor?.CallsInFlight ?? 0);
        await ShowMetricsAsync(scrapes, identity, metrics.Meter, cancellationToken);
        await OpenDoorsAsync(
            identity, driver, directory.Store, quota, incarnation, links, pending, comparison, faults, linkFaults, trace, metrics.Calls, context, cancellationToken);

        // Not before both addresses are this process's: one that was started a second time, with another directory, would tell the others of a disk that has forgotten
        // everything, and the replica that runs would be fenced.
        Loop.BeginTicks();
        if (_servers.Faults is { Enabled: true, Random: true })
        {
            _faultSchedule = new AcceptorFaultSchedule(_servers.Faults, self.Number, faults, TimeProvider.System)
                .RunAsync(_faultsEnd.Token);
        }
    }

    /// <summary>Before a stop, while all doors are open: another leads when this returns, or none could take over.</summary>
    public Task HandOverAsync() => Loop is null ? Task.CompletedTask : new HandOverCalls(Loop).BeforeStopAsync(HandOverPatience);

    /// <summary>Stops everything, doors first, the disk last.</summary>
    public async ValueTask DisposeAsync()
    {
        await _faultsEnd.CancelAsync();
        await _faultSchedule.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _faultsEnd.Dispose();
        _stopping.Dispose();
    }

    private IEnumerable<int> PeerIds => _servers.Replicas.Select(replica => replica.Id).Where(id => id != _address.Id);

    private LinkSettings LinkSettings => new(
        _servers.Cluster, TimeSpan.FromMilliseconds(_options.PeerCallTimeoutMilliseconds), new ConsensusOptions().MessageBytesMax, _issuers.ForLinks);

    private Uri ClientListen => _arguments.ListenClient ?? _address.Client;

    private Uri PeerListen => _arguments.ListenPeer ?? _address.Peer;

    private void ConnectPeers(
        ReplicaId self, OwnIncarnation incarnation, Configuration configuration, PeerLinks links, ServersComparison comparison,
        LinkFaultLab faults, ProtocolTrace trace, WorkMetrics metrics)
    {
        var settings = LinkSettings;
        links.Open(self, incarnation, configuration, (peer, address) =>
        {
            faults.Meet(peer.Number);
            return new PeerLink(self, incarnation, links.Place, peer, address, settings, Arrived, comparison, faults, trace, metrics, _logger, _stopping.Token);
        });
    }

    private void Arrived(Envelope envelope)
    {
        if (Loop is { } loop)
        {
            using var now = loop.Gather();
            loop.TryPost(new MessageArrived(envelope));
        }
    }

    // Before the doors open, so that all calls are counted, and until they are closed. What is off is not even loaded.
    private async Task ShowMetricsAsync(Uri? scrapes, ReplicaIdentity identity, Meter meter, CancellationToken cancellationToken)
    {
        var otlp = OtlpSettings.Read(_telemetry);
        foreach (var complaint in otlp.Complaints)
        {
            HostLog.OtelComplaint(_logger, complaint);
        }

        if (_telemetry.IsDisabled)
        {
            HostLog.OtelDisabled(_logger);
            return;
        }

        if (otlp.IsOn)
        {
            _parts.Push(OtlpExport.Start(otlp, identity, meter, _logger));
        }

        if (scrapes is not null)
        {
            var listener = await OrCannotAsync(
                scrapes, () => ScrapeListener.StartAsync(scrapes, _options, identity, meter, _telemetry, _loggers, cancellationToken));
            _parts.Push(listener);
            MetricsAddress = listener.Address;
        }
    }

    private async Task OpenDoorsAsync(
        ReplicaIdentity identity, ReplicaDriver driver, IReplicaStore disk, StoreQuota quota, OwnIncarnation incarnation, PeerLinks links,
        PendingReplies pending, ServersComparison comparison, AcceptorFaultLab faults, LinkFaultLab linkFaults, ProtocolTrace trace, CallMetrics metrics, HttpCallContext context,
        CancellationToken cancellationToken)
    {
        var calls = new StoreCalls(identity.Id, Loop!, RequestPatience.Of(_options));
        var peerCalls = new PeerCalls(
            new Addressee(identity.Cluster, identity.Id), incarnation, Loop!, pending, linkFaults, LinkSettings.Patience, context);
        var backups = new BackupDesk(identity.Cluster, disk, driver, calls, TimeProvider.System);
        _parts.Push(backups);
        var members = new MemberCalls(identity.Cluster, Loop!, calls);
        var control = new ReplicaControlService(
            identity, members, disk, faults, linkFaults, comparison, new HandOverCalls(Loop!), quota,
            backups, new RestoreCalls(calls, quota), trace, driver.Machine, context);
        _parts.Push(new Disposing(control));
        var watches = new WatchCalls(identity.Id, Loop!, driver, calls, TimeSpan.FromMilliseconds(_options.TickMilliseconds));
        var store = new KeyValueStoreService(identity.Cluster, calls, members, driver, quota, watches, new LeaseCalls(calls, driver, quota, context), metrics, context);
        var doors = new OpenDoors(new SoapHostLimits().StopPatience, TimeProvider.System);
        _parts.Push(doors);
        var peerDoor = await OpenDoorAsync(
            doors,
            Settings(PeerListen, _address.Peer, _issuers.OfPeers, WireLimits.PeerMessageBytesMax),
            [
                new(typeof(IProposer), new ProposerService(peerCalls, links, comparison), ServicePaths.Proposer, SoapEncoding.Binary, PublishWsdl: false),
                new(typeof(IAcceptor), new AcceptorService(peerCalls, faults), ServicePaths.Acceptor, SoapEncoding.Binary, PublishWsdl: false),
                new(typeof(ILearner), new LearnerService(peerCalls), ServicePaths.Learner, SoapEncoding.Binary, PublishWsdl: false),
            ],
            cancellationToken);
        PeerAddress = peerDoor.Address;
        _clientDoor = await OpenDoorAsync(
            doors,
            Settings(ClientListen, _address.Client, _issuers.OfClients, WireLimits.ClientMessageBytesMax) with
            {
                Health = HealthChecks.Of(new ReplicaHealth(new ReplicaId(identity.Id), Loop!, driver)),
            },
            [
                new(typeof(IKeyValueStore), new CountedStore(store, metrics), ServicePaths.KeyValueStore, SoapEncoding.Text, PublishWsdl: true),
                new(typeof(IReplicaControl), control, ServicePaths.ReplicaControl, SoapEncoding.Text, PublishWsdl: true),
            ],
            cancellationToken);

        // Gone before the doors are: who waits at them must not hold their closing up.
        _parts.Push(new Disposing(watches));
    }

    // Names, certificates and ports, before anything is made on the disk: a first start that failed could not be repeated as it was. That a port is still free is found out
    // by listening.
    private async Task RequirePlacesAsync(Uri? scrapes, CancellationToken cancellationToken)
    {
        await RequirePlaceAsync(PeerListen, _issuers.OfPeers, cancellationToken);
        await RequirePlaceAsync(ClientListen, _issuers.OfClients, cancellationToken);
        if (scrapes is not null && !_telemetry.IsDisabled)
        {
            await RequirePlaceAsync(scrapes, callerIssuers: null, cancellationToken);
        }
    }

    private Task<ListenPlace> RequirePlaceAsync(Uri listen, X509Certificate2Collection? callerIssuers, CancellationToken cancellationToken) => OrCannotAsync(listen, async () =>
    {
        var place = await ListenPlace.ResolveAsync(Settings(listen, listen, callerIssuers, requestBytesMax: 0), NullLogger.Instance, cancellationToken);
        place.RequireFree();
        return place;
    });

    private SoapListenerSettings Settings(Uri listen, Uri announced, X509Certificate2Collection? callerIssuers, int requestBytesMax) => new()
    {
        Listen = listen,
        PublicAddress = announced,
        CertificatePath = _options.CertificatePath,
        CertificatePassword = _options.CertificatePassword,
        CallerIssuers = callerIssuers,
        Limits = new SoapHostLimits { RequestBytesMax = requestBytesMax },
    };

    private async Task<SoapListener> OpenDoorAsync(
        OpenDoors doors, SoapListenerSettings settings, IReadOnlyList<SoapEndpoint> endpoints, CancellationToken cancellationToken)
    {
        var door = await OrCannotAsync(settings.Listen, () => SoapListener.StartAsync(settings, endpoints, _loggers, cancellationToken));
        doors.Add(door.CloseAsync);
        return door;
    }

    private static async Task<T> OrCannotAsync<T>(Uri listen, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (CertificateException error)
        {
            throw new CannotStartException(ExitCodes.Usage, $"Cannot listen on {listen}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new CannotStartException(
                ExitCodes.CannotStart,
                $"Cannot listen on {listen}: {error.GetBaseException().Message.TrimEnd('.')}. The port must be free, and the "
                + "address one of this machine; stop the process that has it, or listen elsewhere.",
                error);
        }
    }

    // From the first change of the members on the file says only where to begin. Looked at before the start is counted: one that is refused is none.
    private void RequireFirstMembers(IReplicaStore store, Configuration first)
    {
        if (FirstMembers.Compare(store, [.. first.Members.Select(member => member.Id)]) is { } known)
        {
            throw new CannotStartException(
                ExitCodes.Usage,
                $"{_arguments.Servers} has the replicas {string.Join(", ", first.Members.Select(member => member.Id.Number).Order())}, and this replica knows of a cluster that was "
                + $"begun with {string.Join(", ", known.Select(id => id.Number))}: a majority of one list is none of the other. Start it with those; who is in the cluster is changed "
                + "by \"member add\" and \"member remove\". If that was done while this replica was away, it takes the new file once it has learned of it.");
        }
    }

    private void WarnOfOpenDoors(Uri? scrapes)
    {
        if (!ClientListen.IsLoopback && _issuers.OfClients is null)
        {
            HostLog.NotLoopback(_logger, ClientListen, "use the store", nameof(_options.ClientIssuersPath));
        }

        if (!PeerListen.IsLoopback && _issuers.OfPeers is null)
        {
            HostLog.NotLoopback(_logger, PeerListen, "break the store", nameof(_options.PeerIssuersPath));
        }

        if (scrapes is { IsLoopback: false } && !_telemetry.IsDisabled)
        {
            HostLog.MetricsNotLoopback(_logger, scrapes);
        }

        if (_issuers.OfBoth is { } issuer)
        {
            HostLog.IssuerOfBoth(_logger, issuer);
        }
    }

    private static string? ForeignDirectory(ReplicaDirectory directory) => directory.Host is { } owner
        ? $"The data directory belongs to replica {owner.ReplicaId} of cluster \"{owner.Cluster}\", and nothing of that is touched; "
            + $"this replica keeps its own data in {Path.GetFileName(directory.Path)} below it, and votes only if the cluster admits that."
        : null;

    private static string ProgramVersion() =>
        typeof(ReplicaProcess).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private sealed class Cancelling(CancellationTokenSource what) : IDisposable
    {
        public void Dispose() => what.Cancel();
    }

    private sealed class Disposing(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
