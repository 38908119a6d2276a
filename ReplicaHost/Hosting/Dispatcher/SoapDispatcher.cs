using System.ServiceModel;
using System.ServiceModel.Channels;
using Microsoft.Net.Http.Headers;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Serves one endpoint: from an HTTP request to the operation and back. Knows no contract by name.</summary>
internal sealed class SoapDispatcher
{
    // The server keeps a copy of what it was given until the caller's socket took it: never more than a piece.
    private const int PieceBytes = 64 << 10;

    private readonly object _service;
    private readonly SoapContract _contract;
    private readonly MessageCodec[] _codecs;
    private readonly WsdlDocument? _wsdl;
    private readonly string _about;
    private readonly int _requestBytesMax;
    private readonly ByteBudget _bodies;
    private readonly BufferManager _pool;
    private readonly ILogger _log;

    /// <summary>Makes the endpoint ready.</summary>
    /// <param name="endpoint">What is served, and where.</param>
    /// <param name="settings">The listener's.</param>
    /// <param name="about">What the address is, for whoever looks at it without calling.</param>
    /// <param name="loggers">Take what it logs.</param>
    public SoapDispatcher(SoapEndpoint endpoint, SoapListenerSettings settings, string about, ILoggerFactory loggers)
    {
        if (!endpoint.Contract.IsInstanceOfType(endpoint.Service))
        {
            throw new ArgumentException($"{endpoint.Service} does not implement {endpoint.Contract}.", nameof(endpoint));
        }
        _service = endpoint.Service;
        _contract = new SoapContract(endpoint.Contract, endpoint.Encoding);
        _codecs = MessageCodec.For(endpoint.Encoding);
        _about = about;
        _requestBytesMax = settings.Limits.RequestBytesMax;
        _bodies = settings.Bodies;
        _pool = BufferManager.CreateBufferManager(16L * _requestBytesMax, _requestBytesMax);
        _log = loggers.CreateLogger(HostingLog.HostingCategory);
        _wsdl = endpoint.PublishWsdl
            ? new WsdlDocument(_contract, _codecs, settings.PublicAddress, endpoint.Path)
            : null;
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return GetAsync(context);
        }
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var contentType)
            || Array.Find(_codecs, codec => codec.Takes(contentType)) is not { } codec)
        {
            var taken = string.Join(" or ", _codecs.Select(codec => codec.Says));
            return PlainAnswer.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, $"The content type must be {taken}.");
        }
        if (context.Request.ContentLength > _requestBytesMax)
        {
            return RefuseLargeAsync(context);
        }
        return PostAsync(context, codec, codec.ActionOf(context.Request, contentType));
    }

    private Task GetAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method)
            && (request.Query.ContainsKey("wsdl") || request.Query.ContainsKey("singleWsdl")))
        {
            return _wsdl?.WriteAsync(context) ?? PlainAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "No WSDL is published here.");
        }
        context.Response.Headers.Allow = _wsdl is null ? "POST" : "GET, POST";
        return PlainAnswer.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"{_contract.Name} is called by POST, with a SOAP message. {_about}");
    }

    private Task RefuseLargeAsync(HttpContext context) => PlainAnswer.WriteAsync(
        context, StatusCodes.Status413PayloadTooLarge, $"The request is larger than {_requestBytesMax} bytes.");

    private async Task PostAsync(HttpContext context, MessageCodec codec, string? action)
    {
        var isRead = false;
        try
        {
            if (await BodyBuffer.ReadAsync(context, _pool, _bodies) is not { } body)
            {
                RequestGate.Refuse(context, "bytes of requests");
                return;
            }
            isRead = true;
            var bytes = Encode(codec, await AnswerAsync(context, codec, action, body));
            await SendAsync(context, codec, bytes);
        }
        catch (BadHttpRequestException refused)
        {
            if (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                await RefuseLargeAsync(context);
                return;
            }
            context.Response.StatusCode = refused.StatusCode;
            context.Response.ContentLength = 0;
        }
        catch (Exception gone) when (
            (gone is OperationCanceledException or IOException) && (!isRead || context.RequestAborted.IsCancellationRequested))
        {
            // nobody is there to hear an answer; of a connection that broke in the middle of the body the framework tells later than the read does
            if (context.Features.Get<RequestRecord>() is { } record)
            {
                record.Outcome = "caller gone";
            }
        }
    }

    private async Task<Message> AnswerAsync(
        HttpContext context, MessageCodec codec, string? action, ArraySegment<byte> body)
    {
        // where the envelope cannot be read, its fault is that of the operation that was meant
        var operation = _contract.Find(action);
        try
        {
            object?[] arguments;
            using (var request = RequestReader.Open(codec, body, _pool))
            {
                operation ??= _contract.OperationOf(action);
                arguments = RequestReader.ReadArguments(request, operation);
            }
            Note(context, operation, "reply", body.Count);
            var result = await operation.InvokeAsync(_service, arguments);
            return ReplyWriter.Reply(codec.Version, operation, result);
        }
        catch (Exception failure) when (!IsCallerGone(context, failure))
        {
            var fault = FaultFor(context, operation, failure);
            Note(context, operation, SoapFaults.Meaning(fault.Code).Name, body.Count);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return ReplyWriter.Fault(codec.Version, fault, _contract.Declaring(operation));
        }
    }

    private static bool IsCallerGone(HttpContext context, Exception failure) =>
        failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested;

    private FaultException FaultFor(HttpContext context, SoapOperation? operation, Exception failure)
    {
        switch (failure)
        {
            case FaultException fault:
                return fault;
            case InvalidRequestException refused:
                return SoapFaults.InvalidRequest(refused, _contract.Declaring(operation));
            default:
                var failureId = Guid.NewGuid().ToString("N");
                HostingLog.OperationFailed(
                    _log, failure, NameOf(operation), HttpCallContext.CallerOf(context), failureId);
                return SoapFaults.InternalError(failureId);
        }
    }

    // The values that the answer was made of are let go before it is sent: its reader may take long.
    private ArraySegment<byte> Encode(MessageCodec codec, Message reply)
    {
        using (reply)
        {
            return codec.Encoder.WriteMessage(reply, int.MaxValue, _pool);
        }
    }

    private async Task SendAsync(HttpContext context, MessageCodec codec, ArraySegment<byte> bytes)
    {
        try
        {
            if (context.Features.Get<RequestRecord>() is { } record)
            {
                record.BytesOut = bytes.Count;
            }
            context.Response.ContentType = codec.ContentType;
            context.Response.ContentLength = bytes.Count;
            for (var at = 0; at < bytes.Count; at += PieceBytes)
            {
                await context.Response.BodyWriter.WriteAsync(bytes.AsMemory(at, Math.Min(PieceBytes, bytes.Count - at)), context.RequestAborted);
            }
        }
        finally
        {
            _pool.ReturnBuffer(bytes.Array);
        }
    }

    private void Note(HttpContext context, SoapOperation? operation, string outcome, int bytesIn)
    {
        if (context.Features.Get<RequestRecord>() is not { } record)
        {
            return;
        }
        record.Operation = NameOf(operation);
        record.Outcome = outcome;
        record.BytesIn = bytesIn;
    }

    private string NameOf(SoapOperation? operation) => $"{_contract.Name}.{operation?.Name ?? "?"}";
}
