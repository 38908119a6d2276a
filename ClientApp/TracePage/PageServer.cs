using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace PaxosWcf.ClientApp;

/// <summary>A web server on loopback that serves the page, and nothing else. It logs nothing: the output is the console's.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    /// <summary>Most connections at once.</summary>
    public const int ConnectionsMax = 64;

    // What is under way when it ends has that long; pages that listen are told at once.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly CancellationTokenSource _closing;

    private PageServer(WebApplication application, CancellationTokenSource closing) =>
        (_application, _closing, Port) = (application, closing, PortOf(application));

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it.</summary>
    /// <param name="port">Where it is to listen; 0: at any port that is free.</param>
    /// <param name="answers">Who answers, told the port.</param>
    /// <param name="cancel">Gives the start up.</param>
    /// <exception cref="PageUnavailableException">It cannot listen there.</exception>
    public static async Task<PageServer> StartAsync(int port, Func<int, PageAnswers> answers, CancellationToken cancel)
    {
        // Empty: neither the environment nor files may add an address, and nobody logs.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SignalsAreTheConsoles>());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = PageAnswers.BodyBytesMax;
            server.Limits.MaxConcurrentConnections = ConnectionsMax;
            server.Listen(IPAddress.Loopback, port);
        });
        WebApplication application = builder.Build();
        var closing = new CancellationTokenSource();
        PageAnswers? ready = null;
        application.Run(http => (ready ??= answers(PortOf(application))).AnswerAsync(http, closing.Token));
        try
        {
            await application.StartAsync(cancel);
            return new PageServer(application, closing);
        }
        catch (Exception e)
        {
            closing.Dispose();
            await application.DisposeAsync();
            if (e is IOException or SocketException)
            {
                throw new PageUnavailableException(port, (e.GetBaseException() as SocketException ?? e).Message);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        using var patience = new CancellationTokenSource(StopPatience);
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
        _closing.Dispose();
    }

    private static int PortOf(WebApplication application) => new Uri(
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    /// <summary>Ctrl-C ends what the console does, and that ends the server.</summary>
    [SuppressMessage("Performance", "CA1812", Justification = "made by the container")]
    private sealed class SignalsAreTheConsoles : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
