using System.Diagnostics.Metrics;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>Sends a replica's metrics and activities to a collector, from threads of its own. What waits is limited by the SDK (2,048 activities by default; metrics are sums), and what
/// cannot be sent is dropped.</summary>
internal sealed class OtlpExport : IAsyncDisposable
{
    /// <summary>How long a stop waits for the last figures to leave, whoever is to take them.</summary>
    internal static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;
    private readonly ExportHealth _health;

    private OtlpExport(MeterProvider? metrics, TracerProvider? traces, ExportHealth health)
    {
        _metrics = metrics;
        _traces = traces;
        _health = health;
    }

    /// <summary>Begins to send. What cannot be set up, for a certificate that is not there, say, is not sent, and the log says so.</summary>
    public static IAsyncDisposable Start(OtlpSettings settings, ReplicaIdentity self, Meter meter, ILogger logger)
    {
        var health = new ExportHealth(logger);
        var metrics = settings.Metrics is { } where ? TryBuild("metrics", where, () => Metrics(where, self, meter), logger) : null;
        if (metrics is not null)
        {
            HostLog.ExportsMetrics(logger, settings.Metrics!.Shown);
        }

        var traces = settings.Traces is { } there ? TryBuild("activities", there, () => Traces(there, self), logger) : null;
        if (traces is not null)
        {
            HostLog.ExportsTraces(logger, settings.Traces!.Shown, settings.Sampling);
        }

        return new OtlpExport(metrics, traces, health);
    }

    /// <summary>Sends what there is, and ends, within <see cref="StopPatience"/> or a little more.</summary>
    public async ValueTask DisposeAsync()
    {
        // The SDK waits on the thread that asks it to. What it began to send and did not get rid of in time it leaves to a thread that ends with the process.
        var patience = (int)StopPatience.TotalMilliseconds;
        await Task.WhenAll(
            Task.Run(() =>
            {
                _metrics?.Shutdown(patience);
                _metrics?.Dispose();
            }),
            Task.Run(() =>
            {
                _traces?.Shutdown(patience);
                _traces?.Dispose();
            }));
        _health.Dispose();
    }

    private static MeterProvider Metrics(OtlpSignal where, ReplicaIdentity self, Meter meter) =>
        SdkBuilders.ForMetrics(self, meter, where.Variables).AddOtlpExporter(options => Direct(options, where)).Build();

    private static TracerProvider Traces(OtlpSignal where, ReplicaIdentity self) =>
        SdkBuilders.ForTraces(self, where.Variables).AddOtlpExporter(options => Direct(options, where)).Build();

    // To set it says that it is whole; left alone it is the general one, which the SDK has read and puts a path behind.
    private static void Direct(OtlpExporterOptions options, OtlpSignal where)
    {
        if (where.IsWhole)
        {
            options.Endpoint = where.Address;
        }
    }

    // A replica without telemetry is better than none.
    private static T? TryBuild<T>(string what, OtlpSignal where, Func<T> build, ILogger logger)
        where T : class
    {
        try
        {
            return build();
        }
        catch (Exception error)
        {
            HostLog.DoesNotExport(logger, what, where.Shown, error.GetBaseException().Message.TrimEnd('.'));
            return null;
        }
    }
}
