using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>One web server on one address, with SOAP services on it. Client and peer services are kept apart by being on
/// two listeners: no Host header or path leads from one to the other.</summary>
internal sealed class SoapListener : IAsyncDisposable
{
    private readonly WebServer _server;
    private readonly RequestGate _gate;

    private SoapListener(WebServer server, RequestGate gate)
    {
        _server = server;
        _gate = gate;
    }

    /// <summary>The address it listens on, with the port that it got.</summary>
    public Uri Address => _server.Address;

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
        RequestGate? gate = null;
        var server = await WebServer.StartAsync(
            settings,
            builder =>
            {
                builder.Services.AddHttpContextAccessor();

                // A request is served on the thread that read it: nothing that serves one blocks, and a switch of threads costs
                // more than reading a request does.
                // And a connection keeps a buffer to read into while it is idle: to ask first whether there is something costs each request a call of the kernel.
                builder.Services.Configure<SocketTransportOptions>(sockets =>
                {
                    sockets.UnsafePreferInlineScheduling = true;
                    sockets.WaitForDataBeforeAllocatingBuffer = false;
                });
                HealthAddresses.AddServices(builder, settings);
                SoapStack.AddServices(builder, settings, endpoints);
            },
            application =>
            {
                application.Use(next => (gate = new RequestGate(settings, loggers, next)).InvokeAsync);
                HealthAddresses.Map(application, settings, loggers);
                SoapStack.Map(application, settings, endpoints, loggers);
            },
            loggers,
            cancellationToken);
        HostingLog.Listening(
            loggers.CreateLogger(HostingLog.HostingCategory),
            server.Address,
            string.Join(' ', endpoints.Select(endpoint => endpoint.Path).Concat(settings.Health.Keys.Order(StringComparer.Ordinal))));
        return new SoapListener(server, gate!);
    }

    /// <summary>Stops listening, closes idle connections at once, and waits for calls under way as long as the limits say;
    /// those that are left then are cut off, and that is logged.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The same, waiting as long as this says.</summary>
    public ValueTask CloseAsync(TimeSpan within) => _server.CloseAsync(within);
}
