using System.Diagnostics;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>What every request passes first, on either stack: the limit on calls in flight, and the request log.</summary>
internal sealed class RequestGate(SoapHostLimits limits, ILoggerFactory loggers, RequestDelegate next)
{
    private readonly ILogger _log = loggers.CreateLogger(HostingLog.RequestsCategory);
    private int _inFlight;

    public async Task InvokeAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _inFlight) > limits.CallsInFlightMax)
        {
            Interlocked.Decrement(ref _inFlight);
            Refuse(context);
            Log(context, new RequestRecord(), TimeSpan.Zero);
            return;
        }
        try
        {
            await (_log.IsEnabled(LogLevel.Information) ? LoggedAsync(context) : next(context));
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    // Plain HTTP, not a fault: the body is unread, so neither SOAP version nor operation is known, and reading it is
    // the very work there is too much of.
    private static void Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
        context.Response.Headers[RequestRefusedException.Header] = "calls in flight";
        context.Response.ContentLength = 0;
    }

    private async Task LoggedAsync(HttpContext context)
    {
        var record = new RequestRecord();
        context.Features.Set(record);
        var started = Stopwatch.GetTimestamp();
        await next(context);
        Log(context, record, Stopwatch.GetElapsedTime(started));
    }

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
