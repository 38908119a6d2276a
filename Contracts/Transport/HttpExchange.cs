using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Xml;

namespace PaxosWcf.Contracts;

/// <summary>From a SOAP message to an HTTP request, and from its response to a message, as the SOAP 1.1 and 1.2 bindings to HTTP say
/// (SOAP 1.1 section 6, SOAP 1.2 part 2 section 7), without WS-Addressing.</summary>
/// <param name="http">Its connections.</param>
/// <param name="encoder">How messages are written.</param>
/// <param name="buffers">Where bytes are kept while they are written and read.</param>
/// <param name="messageBytesMax">Largest message in bytes, either way.</param>
/// <param name="mustBeSecure">The caller has something to show, or asks for something to be shown: nothing is sent in the clear.</param>
internal sealed class HttpExchange(HttpMessageInvoker http, MessageEncoder encoder, BufferManager buffers, int messageBytesMax, bool mustBeSecure = false)
{
    /// <summary>How long a machine may take to answer that it is there: the first packet may be lost, and is sent again after a second. Twice as long where
    /// certificates are shown before there is a connection.</summary>
    internal static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);

    // Of a response that does not say how long it is.
    private const int FirstBufferBytes = 4 << 10;

    private readonly bool _isSoap11 = encoder.MessageVersion.Envelope == EnvelopeVersion.Soap11;

    // By action: there are as many as the contract has operations.
    private readonly ConcurrentDictionary<string, string> _headers = new(StringComparer.Ordinal);
    private string? _knownContentType;

    /// <summary>Sends a question and waits for the whole answer; null where there is none, as of a one-way operation.</summary>
    /// <param name="via">Where to.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="hearing">Told of each piece of the answer.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="CommunicationException">The answer is none, or too large.</exception>
    public async Task<Message?> AskAsync(Uri via, Message question, Hearing? hearing, CancellationToken cancel)
    {
        // An address may have been learned of others, who may be reached over plain HTTP; whoever is there, nobody has looked at a certificate of theirs.
        if (mustBeSecure && via.Scheme != Uri.UriSchemeHttps)
        {
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, $"its address {via.GetLeftPart(UriPartial.Authority)} is not https, and certificates are asked for");
        }

        var action = question.Headers.Action;
        question.Headers.Action = null;
        question.Headers.To = null;
        var bytes = encoder.WriteMessage(question, messageBytesMax, buffers);
        var departure = RequestDeparture.Current;
        departure?.Watch();
        using var request = new HttpRequestMessage(HttpMethod.Post, via) { Content = new RequestContent(bytes, departure) };
        AddHeaders(request, action);
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);

        hearing?.OnHeard();

        // Only now, and not when it failed: what is cancelled may still be read by its connection.
        buffers.ReturnBuffer(bytes.Array!);
        CheckStatus(response, via);
        return await ReadAsync(response.Content, via, hearing, cancel).ConfigureAwait(false);
    }

    // A machine that is off answers nothing: that no connection was made is certain all the same, and nothing was sent.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await http.SendAsync(request, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (late.InnerException is TimeoutException && !cancel.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "nobody answers there", late);
        }
    }

    private void AddHeaders(HttpRequestMessage request, string action)
    {
        // These are not to be parsed and put together again for each message.
        var header = _headers.GetOrAdd(action, static (action, exchange) => exchange.HeaderOf(action), this);
        if (_isSoap11)
        {
            request.Headers.TryAddWithoutValidation("SOAPAction", header);
        }

        request.Content!.Headers.TryAddWithoutValidation("Content-Type", _isSoap11 ? encoder.ContentType : header);
    }

    private string HeaderOf(string action) => _isSoap11 ? $"\"{action}\"" : $"{encoder.ContentType}; action=\"{action}\"";

    // A fault comes with 500.
    private static void CheckStatus(HttpResponseMessage response, Uri via)
    {
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.InternalServerError)
        {
            return;
        }

        throw response.StatusCode switch
        {
            HttpStatusCode.NotFound => new EndpointNotFoundException($"There is no service at {via}."),
            HttpStatusCode.ServiceUnavailable when response.Headers.NonValidated.Contains(RequestRefusedException.Header) =>
                new RequestRefusedException($"The service at {via} has all the calls that it may hold."),
            HttpStatusCode.ServiceUnavailable => new ServerTooBusyException($"The service at {via} is too busy."),
            HttpStatusCode.GatewayTimeout => new TimeoutException($"A gateway before {via} was not answered in time."),
            _ => new ProtocolException($"{via} answered with HTTP status {(int)response.StatusCode}, where a SOAP message has 200 or 500."),
        };
    }

    [SuppressMessage("Usage", "VSTHRD103", Justification = "the whole message is in memory: nothing blocks")]
    private async Task<Message?> ReadAsync(HttpContent content, Uri via, Hearing? hearing, CancellationToken cancel)
    {
        var contentType = content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : "";
        if (contentType.Length == 0 && content.Headers.ContentLength == 0)
        {
            return null;
        }

        CheckContentType(contentType, via);
        var bytes = await ReadWholeAsync(content, via, hearing, cancel).ConfigureAwait(false);
        try
        {
            // The message owns the buffer from here on.
            return encoder.ReadMessage(bytes, buffers, contentType);
        }
        catch (XmlException unreadable)
        {
            throw new ProtocolException($"What {via} answered is not a SOAP message within the limits.", unreadable);
        }
    }

    private void CheckContentType(string contentType, Uri via)
    {
        if (contentType == _knownContentType)
        {
            return;
        }

        if (!encoder.IsContentTypeSupported(contentType))
        {
            throw new ProtocolException($"{via} answered with content of type \"{contentType}\", where \"{encoder.ContentType}\" was asked for.");
        }

        _knownContentType = contentType;
    }

    private async Task<ArraySegment<byte>> ReadWholeAsync(HttpContent content, Uri via, Hearing? hearing, CancellationToken cancel)
    {
        var announced = content.Headers.ContentLength;
        if (announced > messageBytesMax)
        {
            throw TooLarge(via);
        }

        var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = buffers.TakeBuffer((int)(announced ?? FirstBufferBytes));
        var length = 0;
        while (length != announced)
        {
            if (length == buffer.Length)
            {
                buffer = length > messageBytesMax ? throw TooLarge(via) : Grow(buffer);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            length += read;
            hearing?.OnHeard();
        }

        return length > messageBytesMax ? throw TooLarge(via) : new ArraySegment<byte>(buffer, 0, length);
    }

    private byte[] Grow(byte[] full)
    {
        var larger = buffers.TakeBuffer((int)Math.Min(2L * full.Length, messageBytesMax + 1L));
        full.CopyTo(larger, 0);
        buffers.ReturnBuffer(full);
        return larger;
    }

    private CommunicationException TooLarge(Uri via)
    {
        var reason = $"{via} answered with more than the {messageBytesMax} bytes that a message may have.";
        return new CommunicationException(reason, new QuotaExceededException(reason));
    }
}
