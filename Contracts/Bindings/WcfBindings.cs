using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using System.Xml;

namespace PaxosWcf.Contracts;

/// <summary>The bindings of every endpoint, made in one place so that both ends agree and no default quota or time-out
/// slips in.</summary>
public static class WcfBindings
{
    /// <summary>How long opening or closing a channel may take. Over HTTP neither sends anything.</summary>
    public static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What a client speaks: SOAP 1.1 as text over HTTP, connections kept.</summary>
    /// <param name="sendTimeout">How long one call may take, from its first byte to the whole reply.</param>
    /// <param name="scheme"><c>http</c> or <c>https</c>: the <see cref="Uri.Scheme"/> of the replica's address.</param>
    public static Binding Client(TimeSpan sendTimeout, string scheme = "http")
    {
        var binding = new BasicHttpBinding(
            IsHttps(scheme) ? BasicHttpSecurityMode.Transport : BasicHttpSecurityMode.None)
        {
            TextEncoding = Encoding.UTF8,
            TransferMode = TransferMode.Buffered,
            MaxReceivedMessageSize = WireLimits.ClientMessageBytesMax,
            MaxBufferSize = WireLimits.ClientMessageBytesMax,
            MaxBufferPoolSize = 16L * WireLimits.ClientMessageBytesMax,
            AllowCookies = false,
            // a proxy between a client and its store is a surprise, and looking one up costs a second on some machines
            UseDefaultWebProxy = false,
            BypassProxyOnLocal = true,
        };
        ClientQuotas().CopyTo(binding.ReaderQuotas);
        return WithTimeouts(binding, sendTimeout);
    }

    /// <summary>What replicas speak among themselves: binary SOAP over HTTP. Values travel as bytes, not base64.</summary>
    /// <param name="sendTimeout">How long one call may take, from its first byte to the whole reply.</param>
    /// <param name="scheme"><c>http</c> or <c>https</c>: the <see cref="Uri.Scheme"/> of the replica's address.</param>
    public static Binding Peer(TimeSpan sendTimeout, string scheme = "http")
    {
        var transport = IsHttps(scheme) ? new HttpsTransportBindingElement() : new HttpTransportBindingElement();
        transport.TransferMode = TransferMode.Buffered;
        transport.MaxReceivedMessageSize = WireLimits.PeerMessageBytesMax;
        transport.MaxBufferSize = WireLimits.PeerMessageBytesMax;
        transport.MaxBufferPoolSize = 4L * WireLimits.PeerMessageBytesMax;
        transport.KeepAliveEnabled = true;
        transport.AllowCookies = false;
        transport.UseDefaultWebProxy = false;
        transport.BypassProxyOnLocal = true;
        return WithTimeouts(new CustomBinding(PeerEncoding(), transport), sendTimeout);
    }

    /// <summary>The encoding of <see cref="Peer"/>. Without WS-Addressing: the action travels in the content type, and
    /// 300 bytes a message are saved.</summary>
    public static BinaryMessageEncodingBindingElement PeerEncoding()
    {
        var encoding = new BinaryMessageEncodingBindingElement
        {
            MessageVersion = MessageVersion.CreateVersion(EnvelopeVersion.Soap12, AddressingVersion.None),
            CompressionFormat = CompressionFormat.None,
        };
        PeerQuotas().CopyTo(encoding.ReaderQuotas);
        return encoding;
    }

    /// <summary>What a reader of a client's message, or of the reply to it, may be made to do.</summary>
    public static XmlDictionaryReaderQuotas ClientQuotas() => Quotas(WireLimits.ClientArrayBytesMax);

    /// <summary>What a reader of a message between replicas may be made to do.</summary>
    public static XmlDictionaryReaderQuotas PeerQuotas() => Quotas(WireLimits.PeerArrayBytesMax);

    private static XmlDictionaryReaderQuotas Quotas(int arrayBytesMax) => new()
    {
        MaxDepth = WireLimits.DepthMax,
        MaxStringContentLength = WireLimits.TextCharsMax,
        MaxArrayLength = arrayBytesMax,
        MaxBytesPerRead = WireLimits.TagBytesMax,
        MaxNameTableCharCount = WireLimits.NameTableCharsMax,
    };

    private static Binding WithTimeouts(Binding binding, TimeSpan sendTimeout)
    {
        binding.OpenTimeout = OpenTimeout;
        binding.CloseTimeout = OpenTimeout;
        binding.SendTimeout = sendTimeout;
        // only sessions and callbacks receive on their own; set all the same, or a default of ten minutes applies
        binding.ReceiveTimeout = sendTimeout;
        return binding;
    }

    private static bool IsHttps(string scheme) => scheme switch
    {
        "http" => false,
        "https" => true,
        _ => throw new ArgumentException($"A replica's address starts with http or https, not {scheme}.", nameof(scheme)),
    };
}
