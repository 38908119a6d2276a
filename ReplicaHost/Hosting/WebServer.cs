using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>A web server on one address, that serves what it is given and nothing else.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TimeSpan _stopPatience;
    private readonly ILogger _log;

    private WebServer(WebApplication application, Uri address, TimeSpan stopPatience, ILogger log)
    {
        _application = application;
        Address = address;
        _stopPatience = stopPatience;
        _log = log;
    }

    /// <summary>The address it listens on, with the port that it got.</summary>
    public Uri Address { get; }

    /// <summary>Starts listening. When this returns, requests are served.</summary>
    /// <param name="settings">Where, with which certificate, for whom, and with which limits.</param>
    /// <param name="build">Adds what the server needs.</param>
    /// <param name="map">Says who answers which request.</param>
    /// <param name="loggers">Take what it logs.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="IOException">The address is taken, or not this machine's.</exception>
    public static async Task<WebServer> StartAsync(
        SoapListenerSettings settings, Action<WebApplicationBuilder> build, Action<WebApplication> map, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        // empty: neither environment nor files may add an address to listen on
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SignalsAreNotOurs>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan); // see DisposeAsync
        var log = loggers.CreateLogger(HostingLog.HostingCategory);
        var place = await ListenPlace.ResolveAsync(settings, log, cancellationToken);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            ApplyLimits(server, settings.Limits);
            server.Listen(place.EndPoint, place.Configure);
        });
        build(builder);

        var application = builder.Build();
        map(application);
        await StartOrDisposeAsync(application, cancellationToken);
        return new WebServer(application, BoundAddress(application, settings.Listen), settings.Limits.StopPatience, log);
    }

    /// <summary>Stops listening, closes idle connections at once, and waits for calls under way as long as the limits say;
    /// those that are left then are cut off, and that is logged.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_stopPatience);

    /// <summary>The same, waiting as long as this says.</summary>
    public async ValueTask CloseAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        await _application.StopAsync(patience.Token);
        if (patience.IsCancellationRequested)
        {
            HostingLog.CutOff(_log, Address, within.TotalSeconds);
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
