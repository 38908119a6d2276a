using System.Net;
using System.Net.Sockets;
using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost;
using PaxosWcf.Tests.Host;
using PaxosWcf.Tests.Soap;
using PaxosWcf.Tests.Storage;
using ReplicaProcess = PaxosWcf.ReplicaHost.ReplicaProcess;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>The address where metrics can be scraped.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ScrapeTests(TestContext test)
{
    private const string Anywhere = "http://127.0.0.1:0/metrics";

    [TestMethod]
    public async Task Scrape_HasTheCallsThatWereMade_AndTheReplicaOnEachLine()
    {
        await using var cluster = await StartAsync(replicas: 3);
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StoreAsync(1, store => store.PutAsync("b", [1], null));
        await cluster.StoreAsync(1, store => store.GetAsync("a", null));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => cluster.StoreAsync(1, store => store.PutAsync("", [1], null)));
        await cluster.StoreAsync(2, store => store.GetAsync("a", null));

        var first = await ScrapeAsync(cluster, 1);
        var second = await ScrapeAsync(cluster, 2);

        Assert.AreEqual(2, first["""paxoswcf_replica_calls_total{operation="Put",outcome="ok",replica="1"}"""]);
        Assert.AreEqual(1, first["""paxoswcf_replica_calls_total{operation="Put",outcome="InvalidRequest",replica="1"}"""]);
        Assert.AreEqual(1, first["""paxoswcf_replica_calls_total{operation="Get",outcome="ok",replica="1"}"""]);
        Assert.AreEqual(2, first["""paxoswcf_replica_keys{replica="1"}"""]);
        Assert.AreEqual(1, second["""paxoswcf_replica_calls_total{operation="Get",outcome="ok",replica="2"}"""]);
        Assert.AreEqual(2, second["""paxoswcf_replica_revision{replica="2"}"""]);
        foreach (var (id, text) in new[] { (1, first), (2, second) })
        {
            Assert.IsEmpty(text.Names.Where(name => !name.Contains($"replica=\"{id}\"", StringComparison.Ordinal)), "no line of another replica, none without");
        }

        Assert.Contains("""target_info{replica="1",service_instance_id="1",service_name="paxoswcf-replica",service_namespace="test",""", string.Join('\n', first.Names));
    }

    [TestMethod]
    public async Task Durations_ComeInTheBucketsThatTheyWereMadeWith()
    {
        await using var cluster = await StartAsync(replicas: 1);
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));
        await cluster.StoreAsync(1, store => store.PutAsync("b", [1], null));

        var text = await ScrapeAsync(cluster, 1);

        const string Put = "paxoswcf_replica_call_duration_seconds", What = "operation=\"Put\",outcome=\"ok\",replica=\"1\"}";
        var bounds = text.Names.Where(name => name.StartsWith($"{Put}_bucket{{le=", StringComparison.Ordinal)).Select(name => name.Split('"')[1]);
        Assert.AreEqual("0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf", string.Join(' ', bounds));
        Assert.AreEqual(2, text[$"{Put}_bucket{{le=\"+Inf\",{What}"]);
        Assert.AreEqual(2, text[$"{Put}_count{{{What}"]);
        Assert.IsGreaterThan(0, text[$"{Put}_sum{{{What}"]);
    }

    /// <summary>A name that changes breaks somebody's board.</summary>
    [TestMethod]
    public async Task Names_AreThoseOfTheDocument()
    {
        await using var cluster = await StartAsync(replicas: 1);
        await cluster.StoreAsync(1, store => store.PutAsync("a", [1], null));

        var types = (await ScrapeAsync(cluster, 1)).Types;

        types.Remove("target_info");
        Assert.HasCount(20, types);
        var handbook = await File.ReadAllTextAsync(MetricsTests.Handbook(), test.CancellationToken);
        Assert.IsEmpty(types.Where(pair => !handbook.Contains($"| `{pair.Key}` | {pair.Value} |", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Address_ServesItsPathToGet_AndNothingElse()
    {
        await using var cluster = await StartAsync(replicas: 1);
        var address = cluster.MetricsAddress(1);
        using var http = new HttpClient();

        Assert.AreEqual("/metrics", address.AbsolutePath);
        Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, address));
        Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, new Uri(address, "?query")));
        foreach (var path in new[] { "/", "/Metrics", "/metrics/", "/metrics/x", ServicePaths.KeyValueStore, ServicePaths.ReplicaControl })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, new Uri(address, path)), path);
        }

        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Head, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            Assert.AreEqual(HttpStatusCode.MethodNotAllowed, await StatusAsync(method, address), method.Method);
        }

        Assert.AreEqual(HttpStatusCode.RequestHeaderFieldsTooLarge, await StatusAsync(HttpMethod.Get, address, header: new string('a', 8 << 10)));
        Assert.AreEqual(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, new Uri(cluster.ClientAddress(1), "/metrics")), "the clients' address");
        Assert.AreEqual(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, new Uri(cluster.PeerAddress(1), "/metrics")), "the replicas' address");

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, Uri uri, string header = "-")
        {
            using var request = new HttpRequestMessage(method, uri);
            request.Headers.Add("X-Header", header);
            using var response = await http.SendAsync(request, test.CancellationToken);
            return response.StatusCode;
        }
    }

    /// <summary>Whoever opens connections and says nothing holds no more of a replica than these.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Connections_BeyondTheLimit_AreClosed()
    {
        await using var cluster = await StartAsync(replicas: 1);
        var open = new List<RawConnection>();
        try
        {
            while (open.Count < 32)
            {
                open.Add(await RawConnection.OpenAsync(cluster.MetricsAddress(1)));
                await open[^1].SendAsync("GET /no HTTP/1.1\r\nHost: h\r\n\r\n");
                Assert.Contains("404", await open[^1].ReadLineAsync());
            }

            await using var oneMore = await RawConnection.OpenAsync(cluster.MetricsAddress(1));
            Assert.AreEqual("", await ClosedAsync(oneMore));
        }
        finally
        {
            foreach (var connection in open)
            {
                await connection.DisposeAsync();
            }
        }

        // Closed in either way.
        static async Task<string> ClosedAsync(RawConnection connection)
        {
            try
            {
                return await connection.ReadLineAsync();
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    [TestMethod]
    public async Task Replica_ThatStops_IsScrapedNoMore()
    {
        await using var cluster = await StartAsync(replicas: 1);
        var address = cluster.MetricsAddress(1);

        await cluster.StopReplicaAsync(1);

        using var client = new TcpClient();
        await Assert.ThrowsExactlyAsync<SocketException>(() => client.ConnectAsync(address.Host, address.Port, test.CancellationToken).AsTask());
    }

    [TestMethod]
    public async Task Port_InUse_KeepsTheReplicaFromStarting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/metrics";

        var refused = await Assert.ThrowsExactlyAsync<CannotStartException>(() => WarningsAsync(address));

        Assert.AreEqual(ExitCodes.CannotStart, refused.ExitCode);
        Assert.StartsWith($"Cannot listen on {address}: ", refused.Message);
    }

    [TestMethod]
    public async Task Https_WithoutACertificate_KeepsTheReplicaFromStarting()
    {
        var refused = await Assert.ThrowsExactlyAsync<CannotStartException>(() => WarningsAsync("https://127.0.0.1:0/metrics"));

        Assert.AreEqual(ExitCodes.Usage, refused.ExitCode);
        Assert.StartsWith("Cannot listen on https://127.0.0.1:0/metrics: https needs a certificate", refused.Message);
    }

    [TestMethod]
    public async Task Log_WarnsOfAnAddressThatOthersReach()
    {
        Assert.IsEmpty(await WarningsAsync(Anywhere));
        Assert.StartsWith(
            "http://0.0.0.0:0/metrics is not a loopback address: whoever reaches it can read this replica's figures",
            Assert.ContainsSingle(await WarningsAsync("http://0.0.0.0:0/metrics")));
    }

    [TestMethod]
    public async Task Sdk_ThatIsDisabled_IsNotServed()
    {
        using var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(
            replicas: 1, loggers: log, options: new ReplicaOptions { MetricsAddress = Anywhere }, telemetry: OtlpReceiver.Variables("OTEL_SDK_DISABLED=true"));

        Assert.IsNull(cluster.MetricsAddress(1));
        Assert.ContainsSingle(log.Lines.Where(line => line.StartsWith("OTEL_SDK_DISABLED is true", StringComparison.Ordinal)));
    }

    private static Task<HostedCluster> StartAsync(int replicas) =>
        HostedCluster.StartAsync(replicas, options: new ReplicaOptions { TickMilliseconds = 10, MetricsAddress = Anywhere });

    private async Task<PrometheusText> ScrapeAsync(HostedCluster cluster, int id)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(cluster.MetricsAddress(id), test.CancellationToken);
        Assert.AreEqual("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return new PrometheusText(await response.Content.ReadAsStringAsync(test.CancellationToken));
    }

    private async Task<string[]> WarningsAsync(string metricsAddress)
    {
        using var data = new TemporaryDirectory();
        using var log = new ListLoggerFactory();
        var anywhere = new Uri("http://127.0.0.1:0/");
        var servers = new ServersConfiguration("test", [new ReplicaAddress(1, new Uri("http://127.0.0.1:1/"), new Uri("http://127.0.0.1:2/"))]);
        var arguments = new HostArguments
        {
            Id = 1,
            Servers = "servers.xml",
            Data = Path.Combine(data.Path, "data"),
            Bootstrap = true,
            ListenClient = anywhere,
            ListenPeer = anywhere,
        };
        await using var process = new ReplicaProcess(arguments, new ReplicaOptions { MetricsAddress = metricsAddress }, servers, servers.Find(1)!, log);
        await process.StartAsync(test.CancellationToken);
        return [.. log.Lines.Where(line => line.Contains("loopback", StringComparison.Ordinal))];
    }
}
