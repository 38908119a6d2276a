using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.ReplicaHost.Tracing;

namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>The SDK, set up for a replica; exporters are added by those who have them.</summary>
internal static class SdkBuilders
{
    private const string ServiceName = "paxoswcf-replica";

    /// <summary>For metrics of this replica, and of no other one in the same process.</summary>
    public static MeterProviderBuilder ForMetrics(ReplicaIdentity self, Meter meter, OtelVariables variables) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(Configuration(variables)))
        .SetResourceBuilder(Resource(self))
        .AddMeter(ReplicaMetrics.MeterName)
        .AddView(instrument => instrument.Meter == meter ? null : MetricStreamConfiguration.Drop);

    /// <summary>For activities.</summary>
    public static TracerProviderBuilder ForTraces(ReplicaIdentity self, OtelVariables variables) => Sdk.CreateTracerProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(Configuration(variables)))
        .SetResourceBuilder(Resource(self))
        .AddSource(ReplicaActivities.SourceName);

    // The SDK takes what is registered last in place of the process's environment.
    private static IConfiguration Configuration(OtelVariables variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.All.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
        .Build();

    // In this order: what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes before what is said here. With the cluster as its namespace a
    // replica's id is unique, as that of a service's instance has to be. The attribute "replica" is the label that a scrape has.
    private static ResourceBuilder Resource(ReplicaIdentity self) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(ServiceName, serviceNamespace: self.Cluster, serviceVersion: self.ProgramVersion, serviceInstanceId: $"{self.Id}")
        .AddAttributes([KeyValuePair.Create(ReplicaMetrics.ReplicaTag, (object)(long)self.Id)])
        .AddEnvironmentVariableDetector();
}
