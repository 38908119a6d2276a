using PaxosWcf.ReplicaHost.Telemetry;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>What is exported, and where to, by OpenTelemetry's own variables.</summary>
[TestClass]
public sealed class OtlpSettingsTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("OTEL_SERVICE_NAME=shop;OTEL_METRIC_EXPORT_INTERVAL=1000")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_SDK_DISABLED=True")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_METRICS_EXPORTER=none")]
    [DataRow("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317;OTEL_TRACES_EXPORTER=none")]
    public void Variables_ThatAskForNothing_ExportNothing(string variables)
    {
        var settings = Read(variables);

        Assert.IsFalse(settings.IsOn);
        Assert.IsEmpty(settings.Complaints);
    }

    /// <summary>Metrics by any endpoint of theirs, activities only where somebody said so.</summary>
    [TestMethod]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "http://c:4317/", null)]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_SDK_DISABLED=false", "http://c:4317/", null)]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_TRACES_EXPORTER=otlp", "http://c:4317/", "http://c:4317/")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_TRACES_EXPORTER= otlp ;OTEL_METRICS_EXPORTER=none", null, "http://c:4317/")]
    [DataRow("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://c/in/metrics", "https://c/in/metrics as it is", null)]
    [DataRow("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:1/x", null, "http://t:1/x as it is")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:1/x", "http://c:4317/", "http://t:1/x as it is")]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m:1/x", "http://m:1/x as it is", null)]
    public void Endpoints_SayWhatIsExported(string variables, string? metrics, string? traces)
    {
        var settings = Read(variables);

        Assert.AreEqual(metrics, Shown(settings.Metrics));
        Assert.AreEqual(traces, Shown(settings.Traces));
        Assert.IsEmpty(settings.Complaints);

        static string? Shown(OtlpSignal? signal) => signal is null ? null : signal.Address + (signal.IsWhole ? " as it is" : "");
    }

    [TestMethod]
    public void Variables_OfOneKind_StandInPlaceOfTheGeneralOnes_ForThatKindOnly()
    {
        var settings = Read(
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_TRACES_EXPORTER=otlp;OTEL_EXPORTER_OTLP_HEADERS=a=1;OTEL_EXPORTER_OTLP_METRICS_HEADERS=a=2;OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf");

        Assert.AreEqual("a=2", settings.Metrics!.Variables["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.IsNull(settings.Metrics.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.AreEqual("a=1", settings.Traces!.Variables["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.AreEqual("http/protobuf", settings.Traces.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.AreEqual("http://c:4317", settings.Traces.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
    }

    [TestMethod]
    [DataRow("", "parentbased_traceidratio 0.01")]
    [DataRow("OTEL_TRACES_SAMPLER_ARG=0.5", "parentbased_traceidratio 0.5")]
    [DataRow("OTEL_TRACES_SAMPLER=always_on", "always_on")]
    [DataRow("OTEL_TRACES_SAMPLER=traceidratio", "traceidratio 1")]
    [DataRow("OTEL_TRACES_SAMPLER=traceidratio;OTEL_TRACES_SAMPLER_ARG=0.25", "traceidratio 0.25")]
    public void Activities_AreSampledAsTheVariablesSay_OneInAHundredByDefault(string variables, string sampling)
    {
        var settings = Read($"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:1/x;{variables}");

        Assert.AreEqual(sampling, settings.Sampling);
        Assert.IsEmpty(settings.Complaints);
    }

    [TestMethod]
    [DataRow("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is \"collector:4317\"; it must be an address such as http://127.0.0.1:4317.")]
    [DataRow("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=here", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is \"here\"; it must be an address")]
    [DataRow("OTEL_TRACES_EXPORTER=otlp", "OTEL_TRACES_EXPORTER is \"otlp\", and neither OTEL_EXPORTER_OTLP_TRACES_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT says where to")]
    [DataRow("OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER names prometheus; a replica exports by otlp, or none.")]
    public void Variables_ThatCannotBe_ExportNothing_AndAreNamed(string variables, string complaint)
    {
        var settings = Read(variables);

        Assert.IsFalse(settings.IsOn);
        Assert.StartsWith(complaint, Assert.ContainsSingle(settings.Complaints));
    }

    /// <summary>The SDK would take a misspelt sampler for "all of them".</summary>
    [TestMethod]
    [DataRow("OTEL_TRACES_SAMPLER=traceidratoi;OTEL_TRACES_SAMPLER_ARG=0.5", "OTEL_TRACES_SAMPLER is \"traceidratoi\"; it must be one of always_on, ", "parentbased_traceidratio 0.5")]
    [DataRow("OTEL_TRACES_SAMPLER=traceidratio;OTEL_TRACES_SAMPLER_ARG=5", "OTEL_TRACES_SAMPLER_ARG is \"5\"; it must be a number from 0 to 1.", "traceidratio 0.01")]
    [DataRow("OTEL_TRACES_EXPORTER=zipkin,otlp", "OTEL_TRACES_EXPORTER names zipkin; a replica exports by otlp", "parentbased_traceidratio 0.01")]
    public void Sampler_ThatIsNone_IsNamed_AndActivitiesAreNotAllExported(string variables, string complaint, string sampling)
    {
        var settings = Read($"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:1/x;{variables}");

        Assert.StartsWith(complaint, Assert.ContainsSingle(settings.Complaints));
        Assert.AreEqual(sampling, settings.Sampling);
    }

    [TestMethod]
    public void Address_IsLoggedWithoutAPassword() =>
        Assert.AreEqual("https://c:4318/x", Read("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://me:secret@c:4318/x?token=secret").Metrics!.Shown);

    private static OtlpSettings Read(string variables) => OtlpSettings.Read(OtlpReceiver.Variables(variables));
}
