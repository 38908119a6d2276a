using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>How a listener answers whoever asks how the process is.</summary>
[TestClass]
public sealed class HealthAddressTests(TestContext test)
{
    private static readonly string[] Allowed = ["GET", "HEAD"];

    private static readonly FrozenDictionary<string, IHealthCheck> Checks = new Dictionary<string, IHealthCheck>
    {
        ["/well"] = new Check(() => HealthCheckResult.Healthy("It is well.")),
        ["/ill"] = new Check(() => HealthCheckResult.Unhealthy("It is ill.")),
        ["/broken"] = new Check(() => throw new InvalidOperationException(InMemoryStore.Secret)),
    }.ToFrozenDictionary();

    [TestMethod]
    [DataRow("GET", "/well", HttpStatusCode.OK, "It is well.\n")]
    [DataRow("GET", "/ill", HttpStatusCode.ServiceUnavailable, "It is ill.\n")]
    [DataRow("GET", "/ill?well=1", HttpStatusCode.ServiceUnavailable, "It is ill.\n")]
    [DataRow("HEAD", "/well", HttpStatusCode.OK, "")]
    [DataRow("HEAD", "/ill", HttpStatusCode.ServiceUnavailable, "")]
    public async Task Look_IsAnsweredWithASentence_WhichIsNotToBeKept(string method, string path, HttpStatusCode status, string body)
    {
        await using var host = await SoapTestHost.StartAsync(health: Checks);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.Address, path));

        using var response = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(status, response.StatusCode);
        Assert.AreEqual(body, await response.Content.ReadAsStringAsync(test.CancellationToken));
        Assert.AreEqual("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.IsGreaterThan(0, response.Content.Headers.ContentLength!.Value);
        Assert.IsTrue(response.Headers.CacheControl!.NoStore);
    }

    [TestMethod]
    [DataRow("POST")]
    [DataRow("PUT")]
    [DataRow("DELETE")]
    [DataRow("OPTIONS")]
    public async Task Look_ByAnotherMethod_IsNotAllowed(string method)
    {
        await using var host = await SoapTestHost.StartAsync(health: Checks);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.Address, "/well"));

        using var response = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.AreSequenceEqual(Allowed, response.Content.Headers.Allow);
    }

    [TestMethod]
    [DataRow("/well/")]
    [DataRow("/well/x")]
    [DataRow("/")]
    public async Task Path_BesideThem_IsNotFound(string path)
    {
        await using var host = await SoapTestHost.StartAsync(health: Checks);

        using var response = await host.Http.GetAsync(new Uri(host.Address, path), test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    /// <summary>A replica that is busy must not look like one that is to be started again.</summary>
    [TestMethod]
    public async Task Look_WhileAllPlacesAreTaken_IsAnswered_AndTakesNone()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { CallsInFlightMax = 1, ControlCallsMore = 0 }, health: Checks);
        var first = host.CallAsync("Get", $"<key>{InMemoryStore.WaitKey}</key>");
        await host.Store.Waiting.WaitAsync(test.CancellationToken);

        using var refused = await host.Http.GetAsync(new Uri(host.Address, "/other"), test.CancellationToken);
        using var response = await host.Http.GetAsync(new Uri(host.Address, "/well"), test.CancellationToken);
        host.Store.Release.Release();
        (await first).AssertReply();

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>As anybody may who calls: nothing waits for a body that does not come.</summary>
    [TestMethod]
    public async Task Look_WithABodyThatDoesNotCome_IsAnsweredAtOnce()
    {
        await using var host = await SoapTestHost.StartAsync(health: Checks);
        await using var connection = await RawConnection.OpenAsync(host.Address);

        await connection.SendAsync("GET /well HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");

        Assert.Contains("200", await connection.ReadLineAsync());
    }

    [TestMethod]
    public async Task Look_IsInTheRequestLog()
    {
        await using var host = await SoapTestHost.StartAsync(logRequests: true, health: Checks);

        using var response = await host.Http.GetAsync(new Uri(host.Address, "/ill"), test.CancellationToken);
        await host.StopAsync();

        Assert.Contains("GET /ill: 0 bytes in, HTTP 503", string.Join('\n', host.Log));
    }

    [TestMethod]
    public async Task Look_ThatFails_SaysNothingOfTheInside_ButItsLogDoes()
    {
        await using var host = await SoapTestHost.StartAsync(health: Checks);

        using var response = await host.Http.GetAsync(new Uri(host.Address, "/broken"), test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(test.CancellationToken);
        Assert.DoesNotContain(InMemoryStore.Secret, body);
        Assert.StartsWith("The look failed. The replica's log has the reason under the id ", body);
        var failureId = body.Split(' ')[^1].Trim('.', '\n');
        Assert.ContainsSingle(host.Log.Where(line => line.Contains(failureId, StringComparison.Ordinal) && line.Contains(InMemoryStore.Secret, StringComparison.Ordinal)));
    }

    private sealed class Check(Func<HealthCheckResult> look) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(look());
    }
}
