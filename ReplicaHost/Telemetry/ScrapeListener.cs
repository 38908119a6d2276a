using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Metrics;

namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>An address where a replica's metrics can be scraped, in the text format of Prometheus: one path, GET only, on a listener that serves nothing else. An answer is
/// made anew three times a second at most, however many ask.</summary>
internal sealed class ScrapeListener : IAsyncDisposable
{
    // Some scrapers and a person or two, each with a connection that stays open.
    private static readonly SoapHostLimits Limits = new()
    {
        RequestBytesMax = 0,
        ConnectionsMax = 32,
        BodyBytesPerSecondMin = 1 << 10,
        StopPatience = TimeSpan.FromSeconds(1),
    };

    private readonly WebServer _server;
    private readonly MeterProvider _metrics;

    private ScrapeListener(WebServer server, MeterProvider metrics)
    {
        _server = server;
        _metrics = metrics;
    }

    /// <summary>What is to be called, with the port that it got.</summary>
    public Uri Address => _server.Address;

    /// <summary>Starts listening.</summary>
    /// <param name="address">Where; its path is the one that is served.</param>
    /// <param name="options">Name the certificate, for https.</param>
    /// <param name="self">The replica.</param>
    /// <param name="meter">Its meter.</param>
    /// <param name="variables">Further resource attributes.</param>
    /// <param name="loggers">Take what it logs.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="IOException">The address is taken, or not this machine's.</exception>
    public static async Task<ScrapeListener> StartAsync(
        Uri address, ReplicaOptions options, ReplicaIdentity self, Meter meter, OtelVariables variables, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var settings = new SoapListenerSettings
        {
            Listen = address,
            CertificatePath = options.CertificatePath,
            CertificatePassword = options.CertificatePassword,
            Limits = Limits,
        };
        var metrics = SdkBuilders.ForMetrics(self, meter, variables)
            .AddPrometheusExporter(exporter =>
            {
                // Name and version of the meter are the same on every line; the replica is what tells them apart.
                exporter.ScopeInfoEnabled = false;
                exporter.ResourceConstantLabels = name => name == ReplicaMetrics.ReplicaTag;
            })
            .Build();
        try
        {
            var server = await WebServer.StartAsync(settings, LimitHeaders, application => Map(application, PathString.FromUriComponent(address), metrics), loggers, cancellationToken);
            HostLog.Scraped(loggers.CreateLogger(HostingLog.HostingCategory), server.Address);
            return new ScrapeListener(server, metrics);
        }
        catch
        {
            metrics.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening; a scrape under way may end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _metrics.Dispose();
    }

    private static void LimitHeaders(WebApplicationBuilder builder) => builder.Services.Configure<KestrelServerOptions>(server =>
    {
        server.Limits.MaxRequestLineSize = 2 << 10;
        server.Limits.MaxRequestHeadersTotalSize = 8 << 10;
        server.Limits.MaxRequestHeaderCount = 50;
    });

    private static void Map(WebApplication application, PathString path, MeterProvider metrics)
    {
        application.Use((context, next) => Refusal(context.Request, path) is { } status ? RefuseAsync(context.Response, status) : next(context));
        application.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, predicate: _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
    }

    private static int? Refusal(HttpRequest request, PathString path) =>
        !string.Equals(request.Path.Value, path.Value, StringComparison.Ordinal) ? StatusCodes.Status404NotFound
        : !HttpMethods.IsGet(request.Method) ? StatusCodes.Status405MethodNotAllowed
        : null;

    private static Task RefuseAsync(HttpResponse response, int status)
    {
        response.StatusCode = status;
        if (status == StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = HttpMethods.Get;
        }

        return Task.CompletedTask;
    }
}
