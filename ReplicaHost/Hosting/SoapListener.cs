using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>One web server on one address, with SOAP services on it. Client and peer services are kept apart by being on
/// two listeners: no Host header or path leads from one to the other.</summary>
internal sealed class SoapListener : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly RequestGate _gate;
    private readonly TimeSpan _stopPatience;
    private readonly ILogger _log;

    private SoapListener(WebApplication application, RequestGate gate, Uri address, TimeSpan stopPatience, ILogger log)
    {
        _application = application;
        _gate = gate;
        Address = address;
        _stopPatience = stopPatience;
        _log = log;
    }

    /// <summary>The address it listens on, with the port that it got.</summary>
    public Uri Address { get; }

    /// <summary>How many calls are under way now.</summary>
    public int CallsInFlight => _gate.CallsInFlight;

    /// <summary>Starts listening. When this returns, calls are served.</summary>
    /// <exception cref="IOException">The address is taken, or not this machine's.</exception>
    public static async Task<SoapListener> StartAsync(
        SoapListenerSettings settings,
        IReadOnlyList<SoapEndpoint> endpoints,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        // empty: neither environment nor files may add an address to listen on
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SignalsAreNotOurs>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan); // see DisposeAsync
        builder.Services.AddHttpContextAccessor();
        var log = loggers.CreateLogger(HostingLog.HostingCategory);
        var place = await ListenPlace.ResolveAsync(settings, log, cancellationToken);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            ApplyLimits(server, settings.Limits);
            server.Listen(place.EndPoint, place.Configure);
        });
        // A request is served on the thread that read it: nothing that serves one blocks, and a switch of threads costs
        // more than reading a request does.
        // And a connection keeps a buffer to read into while it is idle: to ask first whether there is something costs each request a call of the kernel.
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        SoapStack.AddServices(builder, settings, endpoints);

        var application = builder.Build();
        RequestGate? gate = null;
        application.Use(next => (gate = new RequestGate(settings.Limits, loggers, next)).InvokeAsync);
        SoapStack.Map(application, settings, endpoints, loggers);
        await StartOrDisposeAsync(application, cancellationToken);
        var listener = new SoapListener(application, gate!, BoundAddress(application, settings.Listen), settings.Limits.StopPatience, log);
        HostingLog.Listening(
            log,
            listener.Address,
            string.Join(' ', endpoints.Select(endpoint => endpoint.Path)));
        return listener;
    }

    /// <summary>Stops listening, closes idle connections at once, and waits for calls under way as long as the limits say;
    /// those that are left then are cut off, and that is logged.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(_stopPatience);
        await _application.StopAsync(patience.Token);
        if (patience.IsCancellationRequested)
        {
            HostingLog.CutOff(_log, Address, _stopPatience.TotalSeconds);
        }

        await _application.DisposeAsync();
    }

    private static void ApplyLimits(KestrelServerOptions server, SoapHostLimits limits)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = limits.RequestBytesMax;
        server.Limits.MaxConcurrentConnections = limits.ConnectionsMax;
        server.Limits.KeepAliveTimeout = limits.IdleMax;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        server.Limits.MinRequestBodyDataRate =
            new MinDataRate(limits.BodyBytesPerSecondMin, limits.BodyGrace);
        server.Limits.MinResponseDataRate =
            new MinDataRate(limits.BodyBytesPerSecondMin, limits.BodyGrace);
    }

    private static async Task StartOrDisposeAsync(WebApplication application, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    private static Uri BoundAddress(WebApplication application, Uri listen)
    {
        var bound = application.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new UriBuilder(listen) { Port = new Uri(bound).Port }.Uri;
    }

    /// <summary>The process decides when it ends, and stops its listeners; a listener of its own accord would stop
    /// serving while the replica still runs.</summary>
    [SuppressMessage("Performance", "CA1812", Justification = "made by the container")]
    private sealed class SignalsAreNotOurs : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
