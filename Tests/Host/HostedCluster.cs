using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.ServiceModel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Telemetry;
using PaxosWcf.Replication;
using ReplicaProcess = PaxosWcf.ReplicaHost.ReplicaProcess;

namespace PaxosWcf.Tests.Host;

/// <summary>Whole replicas, doors and links and disks, in the test's own process, on free loopback ports.</summary>
internal sealed class HostedCluster : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, bool> Given = [];

    private readonly string _root = Directory.CreateTempSubdirectory("paxoswcf-test-").FullName;
    private readonly Dictionary<int, ReplicaProcess> _running = [];
    private readonly Dictionary<int, (Uri Client, Uri Peer)> _elsewhere = [];
    private readonly ILoggerFactory _loggers;

    private readonly ReplicaOptions _options;
    private readonly OtelVariables? _telemetry;

    private HostedCluster(int replicas, bool faultLab, ILoggerFactory? loggers, ReplicaOptions? options, OtelVariables? telemetry)
    {
        _telemetry = telemetry;
        _options = options ?? new ReplicaOptions { TickMilliseconds = 10 };
        _loggers = loggers ?? NullLoggerFactory.Instance;
        var ports = FreePorts(2 * replicas);
        var addresses = Enumerable.Range(1, replicas).Select(id => new ReplicaAddress(
            id, new Uri($"{Scheme}://127.0.0.1:{ports[2 * (id - 1)]}/"), new Uri($"{Scheme}://127.0.0.1:{ports[(2 * id) - 1]}/")));

        // Enabled, so that faults may be injected, but by schedule not within the life of a test.
        var faults = new FaultSettings { Enabled = faultLab, MeanSecondsToFailure = 1e9 };
        Servers = new ServersConfiguration("test", addresses, faults);
    }

    /// <summary>Ticks as long as by default: no leader is given up because a busy machine has it wait. For tests that ask who leads, and then go by it.</summary>
    public static ReplicaOptions UnhurriedTicks => new();

    public ServersConfiguration Servers { get; }

    private string Scheme => _options.CertificatePath is null ? "http" : "https";

    /// <summary>Starts all of them; over https where the options name a certificate.</summary>
    public static async Task<HostedCluster> StartAsync(
        int replicas, bool faultLab = false, ILoggerFactory? loggers = null, ReplicaOptions? options = null, OtelVariables? telemetry = null)
    {
        var cluster = new HostedCluster(replicas, faultLab, loggers, options, telemetry);
        foreach (var replica in cluster.Servers.Replicas)
        {
            await cluster.StartReplicaAsync(replica.Id, bootstrap: true);
        }

        return cluster;
    }

    public async Task StartReplicaAsync(int id, bool bootstrap = false, ReplicaOptions? options = null)
    {
        var arguments = new HostArguments { Id = id, Servers = "servers.xml", Data = DataOf(id), Bootstrap = bootstrap };
        var process = new ReplicaProcess(
            arguments, options ?? _options, Servers, Servers.Find(id)!, _loggers, _telemetry);
        _running[id] = process;
        await process.StartAsync(CancellationToken.None);
    }

    /// <summary>Starts another process in the place of a replica that was stopped, with an empty disk and at other addresses.</summary>
    public async Task StartElsewhereAsync(int id)
    {
        var ports = FreePorts(2);
        var arguments = new HostArguments
        {
            Id = id,
            Servers = "servers.xml",
            Data = DataOf(id) + "-elsewhere",
            ListenClient = new Uri($"http://127.0.0.1:{ports[0]}/"),
            ListenPeer = new Uri($"http://127.0.0.1:{ports[1]}/"),
        };
        _elsewhere[id] = (arguments.ListenClient, arguments.ListenPeer);
        _running[id] = new ReplicaProcess(
            arguments, new ReplicaOptions { TickMilliseconds = 10 }, Servers, Servers.Find(id)!, _loggers);
        await _running[id].StartAsync(CancellationToken.None);
    }

    public async Task StopReplicaAsync(int id)
    {
        _running.Remove(id, out var process);
        await process!.DisposeAsync();
    }

    public ReplicaFigures FiguresOf(int id) => _running[id].Loop!.Figures;

    public string DataOf(int id) => Path.Combine(_root, $"replica-{id}");

    public Uri ClientAddress(int id) => _elsewhere.TryGetValue(id, out var place) ? place.Client : Servers.Find(id)!.Client;

    public Uri PeerAddress(int id) => _elsewhere.TryGetValue(id, out var place) ? place.Peer : Servers.Find(id)!.Peer;

    /// <summary>Where a replica's metrics can be scraped, where the options say that they can.</summary>
    public Uri MetricsAddress(int id) => _running[id].MetricsAddress!;

    public async Task<TResult> CallAsync<TContract, TResult>(int id, Func<TContract, Task<TResult>> call)
        where TContract : class
    {
        var path = typeof(TContract) == typeof(IKeyValueStore) ? ServicePaths.KeyValueStore : ServicePaths.ReplicaControl;
        using var factory = new ChannelFactory<TContract>(
            WcfBindings.Client(TimeSpan.FromSeconds(30)), new EndpointAddress(new Uri(ClientAddress(id), path)));
        return await call(factory.CreateChannel());
    }

    public Task<TResult> StoreAsync<TResult>(int id, Func<IKeyValueStore, Task<TResult>> call) => CallAsync(id, call);

    public Task<TResult> ControlAsync<TResult>(int id, Func<IReplicaControl, Task<TResult>> call) => CallAsync(id, call);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Ports of loopback that are free, and that nobody else was given: one that a stopped replica is to have again looks free.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = new List<TcpListener>();
        var ports = new List<int>();
        try
        {
            while (ports.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listeners.Add(listener);
                listener.Start();
                var port = ((IPEndPoint)listener.LocalEndpoint).Port;
                if (Given.TryAdd(port, true))
                {
                    ports.Add(port);
                }
            }

            return [.. ports];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
