using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>What HTTP alone decides, before any XML is read.</summary>
[TestClass]
[TestCategory("Dispatcher")]
public sealed class HttpRulesTests(TestContext test)
{
    private static readonly string[] Allowed = ["GET", "POST"];

    [TestMethod]
    [DataRow("GET")]
    [DataRow("PUT")]
    [DataRow("DELETE")]
    [DataRow("HEAD")]
    [DataRow("OPTIONS")]
    [DataRow("TRACE")]
    public async Task Request_ByAnyMethodButPost_IsNotAllowed(string method)
    {
        await using var host = await SoapTestHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), host.StoreAddress);

        using var response = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.AreSequenceEqual(Allowed, response.Content.Headers.Allow);
    }

    /// <summary>Whoever looks with a browser, or has a path or a content type wrong, is told what this is; the codes are as programs know them.</summary>
    [TestMethod]
    [DataRow("GET", "/", null, HttpStatusCode.NotFound, "There is nothing at this path. This is the address of a PaxosWcf replica for clients. SOAP is served at /KeyValueStore.svc (its WSDL: /KeyValueStore.svc?wsdl)")]
    [DataRow("POST", "/nowhere", "text/xml", HttpStatusCode.NotFound, "There is nothing at this path. ")]
    [DataRow("GET", ServicePaths.KeyValueStore, null, HttpStatusCode.MethodNotAllowed, "KeyValueStore is called by POST, with a SOAP message. This is the address of a PaxosWcf replica for clients. ")]
    [DataRow("POST", ServicePaths.KeyValueStore, "application/json", HttpStatusCode.UnsupportedMediaType, "The content type must be text/xml (SOAP 1.1, in UTF-8) or application/soap+xml (SOAP 1.2, in UTF-8).")]
    [DataRow("POST", ServicePaths.KeyValueStore, "text/xml", HttpStatusCode.RequestEntityTooLarge, "The request is larger than 100 bytes.")]
    public async Task Refusal_BeforeSoap_IsASentence(string method, string path, string? contentType, HttpStatusCode status, string sentence)
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { RequestBytesMax = 100 });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.Address, path));
        if (contentType is not null)
        {
            request.Content = new StringContent(new string(' ', 101), Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        }

        using var response = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(status, response.StatusCode);
        Assert.AreEqual("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var said = await response.Content.ReadAsStringAsync(test.CancellationToken);
        Assert.StartsWith(sentence, said);
        Assert.EndsWith(".\n", said);
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    public async Task Operation_AsQueryOfAGet_IsNotAllowed()
    {
        await using var host = await SoapTestHost.StartAsync();

        using var response = await host.Http.GetAsync(
            new Uri(host.StoreAddress + "/Get?key=k"), test.CancellationToken);
        using var queried = await host.Http.GetAsync(
            new Uri(host.StoreAddress + "?op=Get&key=k"), test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
        Assert.AreEqual(HttpStatusCode.MethodNotAllowed, queried.StatusCode);
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    [DataRow("application/x-www-form-urlencoded")]
    [DataRow("text/plain")]
    [DataRow("application/json")]
    [DataRow("application/soap+msbin1")]
    [DataRow("multipart/related; type=\"application/xop+xml\"")]
    [DataRow("text/xml; charset=utf-16")]
    [DataRow("text/xml; charset=iso-8859-1")]
    [DataRow("application/soap+xml; charset=utf-16")]
    public async Task Request_OfAnotherContentType_IsUnsupported(string contentType)
    {
        await using var host = await SoapTestHost.StartAsync();
        var envelope = SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>"));

        var answer = await host.PostAsync(
            Encoding.UTF8.GetBytes(envelope), contentType, SoapTestHost.Action("ContainsKey"));

        Assert.AreEqual(HttpStatusCode.UnsupportedMediaType, answer.Status);
    }

    /// <summary>A page that has its own name lead to this machine counts as of the same origin as the replica there, and asks nobody first.</summary>
    [TestMethod]
    [DataRow("Origin", "http://evil.example:8101")]
    [DataRow("Origin", "null")]
    [DataRow("Sec-Fetch-Site", "same-origin")]
    public async Task Request_OfAWebPage_IsForbidden(string header, string value)
    {
        await using var host = await SoapTestHost.StartAsync();
        using var content = new StringContent(
            SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>")), System.Text.Encoding.UTF8, "text/xml");
        using var request = new HttpRequestMessage(HttpMethod.Post, host.StoreAddress) { Content = content };
        request.Headers.Add("SOAPAction", $"\"{SoapTestHost.Action("ContainsKey")}\"");
        request.Headers.Add(header, value);

        using var response = await host.Http.SendAsync(request, test.CancellationToken);
        using var wsdl = new HttpRequestMessage(HttpMethod.Get, host.StoreAddress + "?wsdl");
        wsdl.Headers.Add("Sec-Fetch-Site", "none");
        using var shown = await host.Http.SendAsync(wsdl, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(header, await response.Content.ReadAsStringAsync(test.CancellationToken));
        Assert.AreEqual(0, host.Store.Calls);
        Assert.AreEqual(HttpStatusCode.OK, shown.StatusCode);
    }

    [TestMethod]
    public async Task Body_AnnouncedTooLarge_IsRefusedUnread()
    {
        await using var host = await SoapTestHost.StartAsync();
        await using var connection = await RawConnection.OpenAsync(host.Address);

        await connection.SendAsync(
            $"POST {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\n"
            + $"Content-Length: {100L << 20}\r\n\r\n");

        Assert.Contains(" 413 ", await connection.ReadLineAsync());
    }

    [TestMethod]
    public async Task Body_OfExactlyTheLimit_IsRead()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { RequestBytesMax = 1000 });
        var envelope = SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>"));

        var fitting = await host.Post11Async(envelope.PadRight(1000), "ContainsKey");
        var larger = await host.Post11Async(envelope.PadRight(1001), "ContainsKey");

        fitting.AssertReply();
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, larger.Status);
    }

    [TestMethod]
    public async Task Body_GrowingTooLargeInChunks_IsRefusedWhileItComes()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { RequestBytesMax = 100_000 });
        await using var connection = await RawConnection.OpenAsync(host.Address);

        await connection.SendAsync(
            $"POST {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");
        for (var sent = 0; sent <= 100_000; sent += 1000)
        {
            await connection.SendAsync("3E8\r\n" + new string(' ', 1000) + "\r\n");
        }

        // the last chunk is never sent: an answer can only come from counting
        Assert.Contains(" 413 ", await connection.ReadLineAsync());
    }

    [TestMethod]
    public async Task Body_InChunks_IsReadAsAnyOther()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var content = new StringContent(
            SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>")),
            Encoding.UTF8,
            new MediaTypeHeaderValue("text/xml"));
        using var request = new HttpRequestMessage(HttpMethod.Post, host.StoreAddress) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("SOAPAction", SoapTestHost.Action("ContainsKey"));

        using var response = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
    }

    [TestMethod]
    public async Task Calls_BeyondTheLimitInFlight_AreToldToRetry()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { CallsInFlightMax = 1 }, logRequests: true);
        var first = host.CallAsync("Get", $"<key>{InMemoryStore.WaitKey}</key>");
        await host.Store.Waiting.WaitAsync(test.CancellationToken);

        using var content = new ByteArrayContent([]);
        using var refused = await host.Http.PostAsync(host.StoreAddress, content, test.CancellationToken);
        host.Store.Release.Release();
        (await first).AssertReply();
        var later = await host.CallAsync("ContainsKey", "<key>k</key>");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.AreEqual(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.IsTrue(refused.Headers.Contains(RequestRefusedException.Header), "it was the replica that refused");
        later.AssertReply();
        Assert.Contains("POST /KeyValueStore.svc: 0 bytes in, HTTP 503", string.Join('\n', host.Log));
    }

    /// <summary>Whoever fills the places of clients does not keep those out who could do something about it.</summary>
    [TestMethod]
    public async Task Operators_AreLetInBeyondTheLimitInFlight()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { CallsInFlightMax = 1, ControlCallsMore = 1 });
        var first = host.CallAsync("Get", $"<key>{InMemoryStore.WaitKey}</key>");
        await host.Store.Waiting.WaitAsync(test.CancellationToken);
        using var content = new ByteArrayContent([]);

        using var operators = await host.Http.PostAsync(new Uri(host.Address, ServicePaths.ReplicaControl), content, test.CancellationToken);
        using var clients = await host.Http.PostAsync(host.StoreAddress, content, test.CancellationToken);
        host.Store.Release.Release();
        (await first).AssertReply();

        Assert.AreNotEqual(HttpStatusCode.ServiceUnavailable, operators.StatusCode);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, clients.StatusCode);
    }

    /// <summary>A body that is held back holds room, and what finds none is told so before it is read; small calls go on.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Bodies_BeyondWhatTheyMayTakeTogether_AreToldToRetry()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { BodiesBytesMax = 400_000 });
        await using (var connection = await RawConnection.OpenAsync(host.Address))
        {
            await connection.SendAsync(
                $"POST {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: 1000000\r\n\r\n" + new string(' ', 300_000));
            HttpResponseMessage refused;
            do
            {
                using var content = new StringContent(new string(' ', 200_000), Encoding.UTF8, new MediaTypeHeaderValue("text/xml"));
                refused = await host.Http.PostAsync(host.StoreAddress, content, test.CancellationToken);
            }
            while (refused.StatusCode != HttpStatusCode.ServiceUnavailable);

            Assert.AreEqual("bytes of requests", refused.Headers.GetValues(RequestRefusedException.Header).Single());
            Assert.AreEqual(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            (await host.CallAsync("ContainsKey", "<key>k</key>")).AssertReply();
        }

        // The room comes back with the end of the call that had it.
        while ((await host.Post11Async(SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>")).PadRight(200_000), "ContainsKey")).Status
            == HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(10, test.CancellationToken);
        }
    }

    /// <summary>One connection too many is closed without a word, and there is room again once another one is gone.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Connections_BeyondTheLimit_AreClosed()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { ConnectionsMax = 1 });
        await using (var first = await RawConnection.OpenAsync(host.Address))
        {
            Assert.Contains(" 405 ", await AskAsync(first));
            await using var second = await RawConnection.OpenAsync(host.Address);
            Assert.AreEqual("", await LineAsync(second), "closed before anything is asked");
            Assert.Contains(" 405 ", await AskAsync(first), "the first one goes on");
        }

        while (true)
        {
            await using var later = await RawConnection.OpenAsync(host.Address);
            if ((await AskAsync(later)).Contains(" 405 ", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(10, test.CancellationToken);
        }
    }

    /// <summary>Whoever asks for much and does not read it gives its place among the calls in flight back.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Reply_ThatIsNotRead_IsGivenUp()
    {
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits
        {
            CallsInFlightMax = 1,
            BodyBytesPerSecondMin = 32 << 20,
            BodyGrace = TimeSpan.FromSeconds(2),
        });
        await host.Store.PutAsync("large", new byte[32 << 20], null);
        var envelope = SoapTestHost.Envelope11(SoapTestHost.Element("Get", "<key>large</key>"));
        await using var connection = await RawConnection.OpenAsync(host.Address);
        await connection.SendAsync(
            $"POST {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nSOAPAction: {SoapTestHost.Action("Get")}\r\n"
            + $"Content-Length: {envelope.Length}\r\n\r\n{envelope}");
        Assert.Contains("200", await connection.ReadLineAsync());

        while ((await host.CallAsync("ContainsKey", "<key>k</key>")).Status == HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(100, test.CancellationToken);
        }
    }

    [TestMethod]
    public async Task Caller_ThatDisconnects_CancelsItsOperation()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var patience = new CancellationTokenSource();
        using var content = new StringContent(
            SoapTestHost.Envelope11(SoapTestHost.Element("Get", $"<key>{InMemoryStore.WaitKey}</key>")),
            Encoding.UTF8,
            new MediaTypeHeaderValue("text/xml"));
        using var request = new HttpRequestMessage(HttpMethod.Post, host.StoreAddress) { Content = content };
        request.Headers.Add("SOAPAction", SoapTestHost.Action("Get"));
        var call = host.Http.SendAsync(request, patience.Token);
        await host.Store.Waiting.WaitAsync(test.CancellationToken);

        await patience.CancelAsync();

        await Task.WhenAny(call);
        Assert.IsTrue(call.IsCanceled);
        Assert.IsTrue(await host.Store.CallerGone.WaitAsync(TimeSpan.FromSeconds(20), test.CancellationToken));
        Assert.IsEmpty(host.Log);
    }

    [TestMethod]
    public async Task Stop_DuringACall_WaitsItsPatienceAndCancelsTheCall()
    {
        var patience = TimeSpan.FromMilliseconds(200);
        await using var host = await SoapTestHost.StartAsync(new SoapHostLimits { StopPatience = patience }, logRequests: true);
        var call = host.CallAsync("Get", $"<key>{InMemoryStore.WaitKey}</key>");
        await host.Store.Waiting.WaitAsync(test.CancellationToken);

        await host.StopAsync();

        Assert.IsTrue(await host.Store.CallerGone.WaitAsync(TimeSpan.FromSeconds(20), test.CancellationToken));
        await Task.WhenAny(call);
        Assert.IsTrue(call.IsFaulted);
        Assert.Contains("waited 0.2 s for calls under way", string.Join('\n', host.Log));
    }

    [TestMethod]
    public async Task RequestLog_WhenOn_HasCallerOperationOutcomeAndSizes()
    {
        await using var host = await SoapTestHost.StartAsync(logRequests: true);

        await host.CallAsync("ContainsKey", "<key>k</key>");
        await host.CallAsync("Get", $"<key>{InMemoryStore.NoQuorumKey}</key>");

        // A request is logged when it is over, which is after its answer has left.
        await host.StopAsync();
        var lines = host.Log.Where(line => line.StartsWith(HostingLog.RequestsCategory, StringComparison.Ordinal)).ToArray();
        Assert.HasCount(2, lines);
        Assert.MatchesRegex(@"127\.0\.0\.1:\d+ KeyValueStore\.ContainsKey: \d{3} bytes in, reply, ", lines[0]);
        Assert.MatchesRegex(@", \d{3} bytes out, \d+\.\d\d ms", lines[0]);
        Assert.MatchesRegex(@"KeyValueStore\.Get: \d{3} bytes in, NoQuorum, \d{3} bytes out", lines[1]);
    }

    // The answer's first line; nothing where the connection is closed.
    private static async Task<string> AskAsync(RawConnection connection)
    {
        try
        {
            await connection.SendAsync($"HEAD {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        catch (IOException)
        {
            return "";
        }

        var answer = await LineAsync(connection);
        while ((await LineAsync(connection)).Length > 0)
        {
            // Headers; what follows them is empty.
        }

        return answer;
    }

    private static async Task<string> LineAsync(RawConnection connection)
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
