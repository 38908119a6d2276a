using System.Net;
using System.ServiceModel;
using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>Makes the channels of <see cref="LeanHttpTransport"/>; they share connections and buffers.</summary>
internal sealed class LeanChannelFactory : ChannelFactoryBase<IRequestChannel>, IDisposable
{
    private readonly MessageEncoderFactory _encoders;
    private readonly BufferManager _buffers;
    private readonly int _messageBytesMax;
    private readonly TlsCredentials? _credentials;
    private readonly HttpMessageInvoker _http;

    public LeanChannelFactory(LeanHttpTransport transport, BindingContext context)
        : base(context.Binding)
    {
        _encoders = context.BindingParameters.Find<MessageEncodingBindingElement>().CreateMessageEncoderFactory();
        _messageBytesMax = checked((int)transport.MaxReceivedMessageSize);
        _buffers = BufferManager.CreateBufferManager(transport.MaxBufferPoolSize, _messageBytesMax);
        _credentials = transport.Credentials;
        _http = new HttpMessageInvoker(Connections(_credentials));
    }

    /// <inheritdoc/>
    void IDisposable.Dispose() => Abort();

    protected override IRequestChannel OnCreateChannel(EndpointAddress address, Uri via) =>
        new LeanRequestChannel(this, new HttpExchange(_http, _encoders.Encoder, _buffers, _messageBytesMax, mustBeSecure: _credentials is not null), address, via);

    protected override void OnOpen(TimeSpan timeout)
    {
        // Over HTTP nothing is sent for it.
    }

    protected override IAsyncResult OnBeginOpen(TimeSpan timeout, AsyncCallback callback, object state) =>
        TaskToAsyncResult.Begin(Task.CompletedTask, callback, state);

    protected override void OnEndOpen(IAsyncResult result) => TaskToAsyncResult.End(result);

    protected override void OnClosed()
    {
        base.OnClosed();
        _http.Dispose();
    }

    // Spares every message what a replica never does: redirections, cookies, compressed replies, proxies.
    private static SocketsHttpHandler Connections(TlsCredentials? credentials)
    {
        var connections = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = credentials is null ? HttpExchange.ConnectPatience : 2 * HttpExchange.ConnectPatience,
        };
        if (credentials is not null)
        {
            connections.SslOptions = credentials.ForConnections();
        }

        return connections;
    }
}
