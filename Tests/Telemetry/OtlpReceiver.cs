using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using PaxosWcf.ReplicaHost.Telemetry;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>A collector: keeps what it is sent, and answers as it is told to.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly Channel<OtlpRequest> _requests = Channel.CreateUnbounded<OtlpRequest>();
    private readonly WebApplication _application;

    private OtlpReceiver(WebApplication application) => _application = application;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Starts one on a free port.</summary>
    /// <param name="answer">The status to answer with, when it is to be answered; null: 200 at once.</param>
    /// <param name="isGrpc">Whether it is called by gRPC.</param>
    public static async Task<OtlpReceiver> StartAsync(Func<Task<int>>? answer = null, bool isGrpc = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var application = builder.Build();
        var receiver = new OtlpReceiver(application);
        application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            receiver._requests.Writer.TryWrite(new OtlpRequest(
                context.Request.Path, context.Request.ContentType, context.Request.Headers["key"].ToString(), body.ToArray().AsMemory(isGrpc ? 5 : 0)));
            context.Response.StatusCode = answer is null ? StatusCodes.Status200OK : await answer();
            if (isGrpc)
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            }
        });
        await application.StartAsync();
        receiver.Address = new Uri(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return receiver;
    }

    /// <summary>Variables written as <c>NAME=VALUE;NAME=VALUE</c>.</summary>
    public static OtelVariables Variables(string text) => new(
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => KeyValuePair.Create(pair.Split('=')[0], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])));

    /// <summary>The request that comes next.</summary>
    public ValueTask<OtlpRequest> NextAsync(CancellationToken cancellationToken) => _requests.Reader.ReadAsync(cancellationToken);

    /// <summary>All that came and was not looked at yet.</summary>
    public List<OtlpRequest> TakeAll()
    {
        var all = new List<OtlpRequest>();
        while (_requests.Reader.TryRead(out var request))
        {
            all.Add(request);
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }
}
