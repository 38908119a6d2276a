using System.Diagnostics.Metrics;
using System.ServiceModel;
using Microsoft.AspNetCore.Http;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Metrics;
using PaxosWcf.ReplicaHost.Tracing;
using PaxosWcf.Tests.Host;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>What a collector gets of a replica, and what a replica has of a collector that does not take it. The source of activities is the whole process's, so these run alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OtlpExportTests(TestContext test)
{
    private const string Calls = "paxoswcf.replica.calls";

    // Only a stop exports within the life of a test.
    private const string Rarely = "OTEL_METRIC_EXPORT_INTERVAL=3600000;OTEL_BSP_SCHEDULE_DELAY=3600000";
    private const string Http = "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";

    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    [TestMethod]
    public async Task Metrics_UpToTheLastCall_AreSentBeforeAReplicaHasStopped()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var cluster = await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};{Http};{Rarely}");
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StoreAsync(1, store => store.PutAsync("b", [1], null));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => cluster.StoreAsync(1, store => store.PutAsync("", [1], null)));
        await cluster.StopReplicaAsync(1);

        var request = Assert.ContainsSingle(collector.TakeAll());
        Assert.AreEqual("/v1/metrics", request.Path);
        Assert.AreEqual("application/x-protobuf", request.ContentType);
        Assert.HasCount(20, request.Metrics);
        var calls = request.Sum(Calls);
        Assert.HasCount(2, calls);
        Assert.AreEqual(2, calls["Put ok"]);
        Assert.AreEqual(1, calls["Put InvalidRequest"]);
        Assert.AreSequenceEqual(Bounds, request.Bounds("paxoswcf.replica.call.duration"));
        var resource = request.Resource;
        Assert.AreEqual("paxoswcf-replica", resource["service.name"]);
        Assert.AreEqual("1", resource["service.instance.id"]);
        Assert.AreEqual("test", resource["service.namespace"]);
        Assert.AreEqual("1", resource["replica"]);
    }

    /// <summary>By the protocol that is taken when none is named.</summary>
    [TestMethod]
    public async Task Metrics_ByGrpc_Arrive()
    {
        await using var collector = await OtlpReceiver.StartAsync(isGrpc: true);
        await using var cluster = await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};{Rarely}");
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StopReplicaAsync(1);

        var request = Assert.ContainsSingle(collector.TakeAll());
        Assert.AreEqual("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", request.Path);
        Assert.AreEqual(1, request.Sum(Calls)["Put ok"]);
    }

    [TestMethod]
    public async Task Variables_OfMetrics_AreTaken_AndThoseOfTheResource()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var cluster = await StartAsync(
            $"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT={collector.Address}in;OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf;OTEL_EXPORTER_OTLP_METRICS_HEADERS=key=secret;"
            + $"OTEL_SERVICE_NAME=shop;OTEL_RESOURCE_ATTRIBUTES=service.instance.id=one,zone=b;{Rarely}");
        await cluster.StopReplicaAsync(1);

        var request = Assert.ContainsSingle(collector.TakeAll());
        Assert.AreEqual("/in", request.Path);
        Assert.AreEqual("secret", request.Key);
        Assert.AreEqual("shop one b", $"{request.Resource["service.name"]} {request.Resource["service.instance.id"]} {request.Resource["zone"]}");
    }

    [TestMethod]
    public async Task Replicas_OfOneProcess_SendTheirOwnMetricsOnly()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var cluster = await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};{Http};{Rarely}", replicas: 3);
        await cluster.StoreAsync(2, store => store.PutAsync("a", [1], null));
        await cluster.StopReplicaAsync(1);
        await cluster.StopReplicaAsync(2);

        var requests = collector.TakeAll();
        Assert.AreEqual("1 2", string.Join(' ', requests.Select(request => request.Resource["replica"])));
        Assert.IsEmpty(requests[0].Sum(Calls));
        Assert.AreEqual(1, requests[1].Sum(Calls)["Put ok"]);
    }

    [TestMethod]
    public async Task Activities_WhereTheyAreAskedFor_AreSent()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var cluster = await StartAsync(
            $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};OTEL_TRACES_EXPORTER=otlp;OTEL_METRICS_EXPORTER=none;OTEL_TRACES_SAMPLER=always_on;{Http};{Rarely}");
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StopReplicaAsync(1);

        var requests = collector.TakeAll();
        Assert.IsNotEmpty(requests);
        Assert.IsTrue(requests.All(request => request.Path == "/v1/traces" && request.Resource["service.name"] == "paxoswcf-replica"));
        Assert.Contains("flush", requests.SelectMany(request => request.Spans));
    }

    [TestMethod]
    public async Task Nothing_IsListenedTo_UnlessSomebodyAsksForIt()
    {
        var instruments = new List<Instrument>();
        using var watcher = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ReplicaMetrics.MeterName)
                {
                    instruments.Add(instrument);
                }
            },
        };
        watcher.Start();
        instruments.Clear();

        await using (await StartAsync(""))
        {
            Assert.HasCount(21, instruments);
            Assert.IsEmpty(instruments.Where(instrument => instrument.Enabled));
            Assert.IsFalse(ReplicaActivities.Source.HasListeners());
        }

        instruments.Clear();
        await using var collector = await OtlpReceiver.StartAsync();
        await using (await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};{Http};{Rarely}"))
        {
            Assert.IsTrue(instruments.All(instrument => instrument.Enabled));
            Assert.IsFalse(ReplicaActivities.Source.HasListeners(), "an endpoint for all is not yet a word for activities");
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Collector_ThatRefuses_IsLoggedOnce_AndOnceWhenItTakesAgain()
    {
        var (answered, status) = (0, StatusCodes.Status400BadRequest);
        await using var collector = await OtlpReceiver.StartAsync(() =>
        {
            answered++;
            return Task.FromResult(status);
        });
        using var log = new ListLoggerFactory();
        await using var cluster = await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};{Http};OTEL_METRIC_EXPORT_INTERVAL=10", loggers: log);
        await UntilAsync(() => answered >= 5);

        Assert.ContainsSingle(log.Lines.Where(Fails));
        Assert.IsEmpty(log.Lines.Where(WorksAgain));
        status = StatusCodes.Status200OK;
        await UntilAsync(() => log.Lines.Any(WorksAgain));
        var once = answered;
        await UntilAsync(() => answered >= once + 5);
        Assert.ContainsSingle(log.Lines.Where(Fails));
        Assert.ContainsSingle(log.Lines.Where(WorksAgain));

        bool Fails(string line) => line.StartsWith($"OpenTelemetry's exporter complains: HTTP request to {collector.Address}v1/metrics failed", StringComparison.Ordinal);
        bool WorksAgain(string line) => line == $"Exports to {collector.Address}v1/metrics work again";
    }

    /// <summary>It answers only when the replica has stopped: a stop that waited for it would never end.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Collector_ThatNeverAnswers_DoesNotKeepAReplicaFromStopping()
    {
        var stopped = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = await OtlpReceiver.StartAsync(() => stopped.Task);
        await using var cluster = await StartAsync(
            $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};OTEL_TRACES_EXPORTER=otlp;OTEL_TRACES_SAMPLER=always_on;{Http};OTEL_METRIC_EXPORT_INTERVAL=10;"
            + "OTEL_BSP_SCHEDULE_DELAY=10;OTEL_EXPORTER_OTLP_TIMEOUT=3600000");
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        var paths = new[] { await collector.NextAsync(test.CancellationToken), await collector.NextAsync(test.CancellationToken) }.Select(request => request.Path);
        Assert.AreEqual("/v1/metrics /v1/traces", string.Join(' ', paths.Order(StringComparer.Ordinal)));

        await cluster.StopReplicaAsync(1).WaitAsync(test.CancellationToken);
        stopped.SetResult(StatusCodes.Status200OK);
    }

    /// <summary>Nobody is at that address, and a certificate is named that is not there.</summary>
    [TestMethod]
    [DataRow("", "OpenTelemetry's exporter complains: Exporter failed send data to collector to http://127.0.0.1:1/v1/metrics endpoint")]
    [DataRow("OTEL_EXPORTER_OTLP_HEADERS=none", "Does not export metrics to http://127.0.0.1:1/: ")]
    public async Task Replica_WithoutACollector_Serves(string variables, string line)
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1;{Http};{Rarely};{variables}", loggers: log);

        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StopReplicaAsync(1);

        Assert.ContainsSingle(log.Lines.Where(logged => logged.StartsWith(line, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Log_SaysWhatIsExported_AndWhatIsWrong()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var log = new ListLoggerFactory();
        await using (await StartAsync($"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address};OTEL_TRACES_EXPORTER=otlp,console;{Http};{Rarely}", loggers: log))
        {
            Assert.ContainsSingle(log.Lines.Where(line => line == $"Exports metrics to {collector.Address}"));
            Assert.ContainsSingle(log.Lines.Where(line => line == $"Exports activities to {collector.Address}, sampled by parentbased_traceidratio 0.01"));
            Assert.ContainsSingle(log.Lines.Where(line => line.StartsWith("OTEL_TRACES_EXPORTER names console", StringComparison.Ordinal)));
        }
    }

    private static Task<HostedCluster> StartAsync(string variables, int replicas = 1, ListLoggerFactory? loggers = null) => HostedCluster.StartAsync(
        replicas, loggers: loggers, options: new ReplicaOptions { TickMilliseconds = 10 }, telemetry: OtlpReceiver.Variables(variables));

    private async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(10, test.CancellationToken);
        }
    }
}
