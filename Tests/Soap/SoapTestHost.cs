using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>A listener on a free loopback port with the in-memory store on it, and a plain HTTP client.</summary>
internal sealed class SoapTestHost : IAsyncDisposable
{
    private readonly SoapListener _listener;
    private readonly LogRecorder _log;
    private bool _stopped;

    private SoapTestHost(SoapListener listener, InMemoryStore store, LogRecorder log)
    {
        _listener = listener;
        _log = log;
        Store = store;
        Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = listener.Address };
    }

    public Uri Address => _listener.Address;

    public Uri StoreAddress => new(Address, ServicePaths.KeyValueStore);

    public InMemoryStore Store { get; }

    public HttpClient Http { get; }

    public IReadOnlyCollection<string> Log => _log.Lines;

    public static async Task<SoapTestHost> StartAsync(
        SoapHostLimits? limits = null, Uri? publicAddress = null, bool logRequests = false,
        FrozenDictionary<string, IHealthCheck>? health = null)
    {
        var store = new InMemoryStore();
        var log = new LogRecorder(logRequests ? LogLevel.Information : LogLevel.Error);
        var listener = await SoapListener.StartAsync(
            new SoapListenerSettings
            {
                Listen = new Uri("http://127.0.0.1:0"),
                PublicAddress = publicAddress,
                Limits = limits ?? new SoapHostLimits(),
                Health = health ?? FrozenDictionary<string, IHealthCheck>.Empty,
            },
            [new SoapEndpoint(typeof(IKeyValueStore), store, ServicePaths.KeyValueStore, SoapEncoding.Text, PublishWsdl: true)],
            log,
            CancellationToken.None);
        return new SoapTestHost(listener, store, log);
    }

    public static string Envelope11(string body, string headers = "") =>
        $"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>{headers}<s:Body>{body}</s:Body></s:Envelope>";

    public static string Envelope12(string body, string headers = "") =>
        $"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>{headers}<s:Body>{body}</s:Body></s:Envelope>";

    public static string Element(string operation, string parameters) =>
        $"<{operation} xmlns='{ServiceNamespaces.Services}' xmlns:d='{ServiceNamespaces.Data}' "
        + $"xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>{parameters}</{operation}>";

    public static string Action(string operation) => $"{ServiceNamespaces.Services}/KeyValueStore/{operation}";

    /// <summary>Calls with exactly these parameters, over SOAP 1.1.</summary>
    public Task<SoapAnswer> CallAsync(string operation, string parameters) =>
        Post11Async(Envelope11(Element(operation, parameters)), operation);

    public Task<SoapAnswer> Post11Async(string envelope, string? operation) =>
        PostAsync(Encoding.UTF8.GetBytes(envelope), "text/xml; charset=utf-8", operation is null ? null : Action(operation));

    public Task<SoapAnswer> Post12Async(string envelope, string? operation) => PostAsync(
        Encoding.UTF8.GetBytes(envelope),
        "application/soap+xml; charset=utf-8" + (operation is null ? "" : $"; action=\"{Action(operation)}\""),
        null);

    public async Task<SoapAnswer> PostAsync(byte[] body, string contentType, string? soapAction)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, StoreAddress) { Content = content };
        if (soapAction is not null)
        {
            request.Headers.Add("SOAPAction", $"\"{soapAction}\"");
        }
        using var response = await Http.SendAsync(request);
        return new SoapAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task StopAsync()
    {
        _stopped = true;
        await _listener.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_stopped)
        {
            await _listener.DisposeAsync();
        }
    }
}
