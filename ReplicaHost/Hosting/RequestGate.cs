using System.Diagnostics;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>What every request passes first, on either stack: the limit on calls in flight, no calls of web pages, and the request log.</summary>
/// <remarks>A page of somebody else that has its own name lead to this machine (DNS rebinding) counts as of the same origin as a replica, which may listen on
/// loopback only and ask nobody who he is. A browser says in a header that it calls for a page; SOAP clients do not.</remarks>
internal sealed class RequestGate(SoapListenerSettings settings, ILoggerFactory loggers, RequestDelegate next)
{
    private readonly ILogger _log = loggers.CreateLogger(HostingLog.RequestsCategory);
    private int _inFlight;

    /// <summary>How many are under way now.</summary>
    public int CallsInFlight => Volatile.Read(ref _inFlight);

    public async Task InvokeAsync(HttpContext context)
    {
        if (HealthAddresses.Answer(settings, context.Request.Path))
        {
            // It takes no place, for it waits for nothing: a replica that is busy must not look like one that is to be started again.
            await PassAsync(context);
            return;
        }

        // Whoever fills the places of clients does not keep operators out.
        var limits = settings.Limits;
        var most = limits.CallsInFlightMax + (context.Request.Path == ServicePaths.ReplicaControl ? limits.ControlCallsMore : 0);
        if (Interlocked.Increment(ref _inFlight) > most)
        {
            Interlocked.Decrement(ref _inFlight);
            Refuse(context, "calls in flight");
            Log(context, new RequestRecord(), TimeSpan.Zero);
            return;
        }
        try
        {
            await PassAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    // Plain HTTP, not a fault: the body is unread, so neither SOAP version nor operation is known, and reading it is
    // the very work there is too much of.
    internal static void Refuse(HttpContext context, string limit)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
        context.Response.Headers[RequestRefusedException.Header] = limit;
        context.Response.ContentLength = 0;
    }

    private Task PassAsync(HttpContext context) => _log.IsEnabled(LogLevel.Information) ? LoggedAsync(context) : ServeAsync(context);

    private async Task LoggedAsync(HttpContext context)
    {
        var record = new RequestRecord();
        context.Features.Set(record);
        var started = Stopwatch.GetTimestamp();
        await ServeAsync(context);
        Log(context, record, Stopwatch.GetElapsedTime(started));
    }

    private Task ServeAsync(HttpContext context) => IsOfAPage(context.Request) ? RefusePageAsync(context) : next(context);

    // To get a WSDL changes nothing, and a person may do so in a browser.
    private static bool IsOfAPage(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && (request.Headers.Origin.Count > 0 || request.Headers.ContainsKey("Sec-Fetch-Site"));

    private static Task RefusePageAsync(HttpContext context) => PlainAnswer.WriteAsync(
        context, StatusCodes.Status403Forbidden, "Web pages may not call a replica: the request has a header Origin or Sec-Fetch-Site.");

    private void Log(HttpContext context, RequestRecord record, TimeSpan took)
    {
        if (_log.IsEnabled(LogLevel.Information))
        {
            HostingLog.Request(
                _log,
                HttpCallContext.CallerOf(context),
                record.Operation ?? $"{context.Request.Method} {context.Request.Path}",
                record.BytesIn,
                record.Outcome ?? $"HTTP {context.Response.StatusCode}",
                record.BytesOut,
                took.TotalMilliseconds);
        }
    }
}
