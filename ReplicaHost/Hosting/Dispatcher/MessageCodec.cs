using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using Microsoft.Net.Http.Headers;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>One way that messages may look: a media type, a SOAP version, and WCF's encoder of both.</summary>
internal sealed class MessageCodec
{
    private readonly string _mediaType;

    private MessageCodec(string mediaType, MessageEncodingBindingElement encoding)
    {
        _mediaType = mediaType;
        IsText = encoding is TextMessageEncodingBindingElement;
        Encoder = encoding.CreateMessageEncoderFactory().Encoder;
        // said outright, or the encoder would guess the charset from the body and take UTF-16
        ContentType = IsText ? mediaType + "; charset=utf-8" : mediaType;
    }

    public MessageEncoder Encoder { get; }

    public MessageVersion Version => Encoder.MessageVersion;

    public bool IsText { get; }

    /// <summary>What it takes, for people.</summary>
    public string Says => !IsText ? _mediaType : $"{_mediaType} (SOAP {(Version.Envelope == EnvelopeVersion.Soap11 ? "1.1" : "1.2")}, in UTF-8)";

    /// <summary>The content type of requests as the encoder is told, and of replies.</summary>
    public string ContentType { get; }

    /// <summary>The codecs of an endpoint.</summary>
    public static MessageCodec[] For(SoapEncoding encoding) => encoding == SoapEncoding.Text
        ? [
            new MessageCodec("text/xml", Text(EnvelopeVersion.Soap11)),
            new MessageCodec("application/soap+xml", Text(EnvelopeVersion.Soap12)),
        ]
        : [new MessageCodec("application/soap+msbin1", WcfBindings.PeerEncoding())];

    /// <summary>Whether a request of this content type is for this codec. Text must be UTF-8.</summary>
    public bool Takes(MediaTypeHeaderValue contentType) =>
        contentType.MediaType.Equals(_mediaType, StringComparison.OrdinalIgnoreCase)
        && (!IsText
            || !contentType.Charset.HasValue
            || HeaderUtilities.RemoveQuotes(contentType.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>The action of a request: SOAP 1.1 has a header for it, SOAP 1.2 a parameter of the content type.</summary>
    public string? ActionOf(HttpRequest request, MediaTypeHeaderValue contentType)
    {
        if (Version.Envelope == EnvelopeVersion.Soap11)
        {
            return request.Headers["SOAPAction"] is [{ } header] ? header.Trim().Trim('"') : null;
        }
        foreach (var parameter in contentType.Parameters)
        {
            if (parameter.Name.Equals("action", StringComparison.OrdinalIgnoreCase))
            {
                return HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
            }
        }
        return null;
    }

    private static TextMessageEncodingBindingElement Text(EnvelopeVersion envelope)
    {
        var version = MessageVersion.CreateVersion(envelope, AddressingVersion.None);
        var encoding = new TextMessageEncodingBindingElement(version, Encoding.UTF8);
        WcfBindings.ClientQuotas().CopyTo(encoding.ReaderQuotas);
        return encoding;
    }
}
