using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>Hears from OpenTelemetry's exporter what becomes of what it sends, and says so once when it begins to fail and once when it works again. The exporter itself drops
/// what it could not send, and logs nothing.</summary>
internal sealed class ExportHealth : EventListener
{
    private const string ExporterName = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Succeeded = "ExportSuccess";

    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    // The base class hears events before it is set.
    private readonly ILogger? _logger;

    /// <summary>Begins to listen.</summary>
    public ExportHealth(ILogger logger) => _logger = logger;

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == ExporterName)
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_logger is not { } logger)
        {
            return;
        }

        var what = WhatOf(eventData);
        if (eventData.EventName == Succeeded)
        {
            if (_failing.TryRemove(what, out _))
            {
                HostLog.ExportsAgain(logger, what);
            }
        }
        else if (eventData.Level <= EventLevel.Warning && _failing.TryAdd(what, true))
        {
            HostLog.ExportFails(logger, SentenceOf(eventData));
        }
    }

    // The collector or the variable that it is about. Anything else that may come first is a text that differs each time.
    private static string WhatOf(EventWrittenEventArgs eventData) => eventData is { Payload: [string first, ..], PayloadNames: ["endpoint" or "rawCollectorUri" or "key", ..] }
        ? first
        : eventData.EventName ?? "";

    // An exception comes with its trace, a response with its body: the first line of each says what is wrong.
    private static string SentenceOf(EventWrittenEventArgs eventData)
    {
        var arguments = eventData.Payload?.Select(argument => argument is string text ? text.Split('\n')[0].TrimEnd('.', '\r') : argument).ToArray() ?? [];
        return string.Format(CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? "", arguments).TrimEnd('.');
    }
}
