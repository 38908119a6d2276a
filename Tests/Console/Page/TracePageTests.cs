using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console.Page;

/// <summary>The page of <c>trace</c>, asked over HTTP: what it answers, and whom it refuses.</summary>
[TestClass]
public sealed class TracePageTests(TestContext test)
{
    [TestMethod]
    public async Task Page_IsServedWithATokenOfThisRun_AndNothingOfElsewhereMayBeInIt()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);

        using var response = await page.Http.GetAsync(page.Address, test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreEqual("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.IsGreaterThanOrEqualTo(32, page.Token.Length, "the token of this run is in the page");
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.AreEqual("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.AreEqual("no-store", response.Headers.CacheControl!.ToString());
    }

    /// <summary>Whatever the page names is there, and no file names another place: it works without a network.</summary>
    [TestMethod]
    public async Task Page_IsOfItsOwnFilesOnly()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        var seen = new HashSet<string>();
        var left = new Queue<string>(["/"]);

        while (left.TryDequeue(out var path))
        {
            var (status, body) = await page.GetAsync(path);
            Assert.AreEqual(200, status, path);
            var elsewhere = System.Text.RegularExpressions.Regex.Matches(body, @"[a-z]+://\S+|(src|href|from|url\()\s*=?\s*[""'(]?//\S+").Select(match => match.Value)
                .Where(address => !address.StartsWith("http://www.w3.org/2000/svg", StringComparison.Ordinal));
            Assert.AreEqual("", string.Join(' ', elsewhere), path);
            foreach (var named in System.Text.RegularExpressions.Regex.Matches(body, @"(?:href=""|src=""|from '\.)(/[a-z.]+)").Select(match => match.Groups[1].Value).Where(seen.Add))
            {
                left.Enqueue(named);
            }
        }

        Assert.AreEqual("/cards.js /diagram.js /fates.js /icon.svg /kinds.js /narrator.js /page.css /page.js /player.js /server.js", string.Join(' ', seen.Order(StringComparer.Ordinal)));
    }

    /// <summary>In light and dark, all text has the contrast that WCAG 2 asks for (1.4.3).</summary>
    [TestMethod]
    public void Page_Colours_AreReadable()
    {
        var css = System.Text.Encoding.UTF8.GetString(PageFiles.Find("page.css")!.Value.Bytes);
        var colours = System.Text.RegularExpressions.Regex.Matches(css, @"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
            .ToDictionary(match => match.Groups[1].Value, match => (Light: match.Groups[2].Value, Dark: match.Groups[3].Value));
        string[] grounds = ["ground", "panel", "leader-ground"];
        var texts = colours.Keys.Except([.. grounds, "edge", "lane"]).ToList();
        Assert.IsGreaterThan(12, texts.Count);

        foreach (var text in texts)
        {
            foreach (var ground in grounds.Take(text is "leader" or "soft" or "ink" ? 3 : 2))
            {
                Assert.IsGreaterThanOrEqualTo(4.5, Contrast(colours[text].Light, colours[ground].Light), $"{text} on {ground}, light");
                Assert.IsGreaterThanOrEqualTo(4.5, Contrast(colours[text].Dark, colours[ground].Dark), $"{text} on {ground}, dark");
            }
        }
    }

    /// <summary>A foreign site may give its own name to 127.0.0.1; what a browser then sends has that name.</summary>
    [TestMethod]
    [DataRow("evil.example:{port}")]
    [DataRow("127.0.0.1")]
    [DataRow("127.0.0.1:1")]
    [DataRow("127.0.0.1.evil.example:{port}")]
    public async Task Page_AskedUnderAnotherName_IsRefused(string host)
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        using var request = new HttpRequestMessage(HttpMethod.Get, page.Address) { Headers = { Host = host.Replace("{port}", $"{page.Address.Port}") } };

        var (status, body) = await page.SendAsync(request);

        Assert.AreEqual(421, status);
        Assert.StartsWith($"This is the page at 127.0.0.1:{page.Address.Port}, not at ", body);
        Assert.DoesNotContain(page.Token, body);
    }

    [TestMethod]
    public async Task Page_AskedAsLocalhost_IsServed()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        using var request = new HttpRequestMessage(HttpMethod.Get, page.Address) { Headers = { Host = $"localhost:{page.Address.Port}" } };

        Assert.AreEqual(200, (await page.SendAsync(request)).Status);
    }

    [TestMethod]
    [DataRow("cross-site", 403)]
    [DataRow("same-site", 403)]
    [DataRow("same-origin", 200)]
    [DataRow("none", 200)]
    public async Task Status_AskedForByAnotherSite_IsRefused(string site, int expected)
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(page.Address, "status")) { Headers = { { "Sec-Fetch-Site", site } } };

        Assert.AreEqual(expected, (await page.SendAsync(request)).Status);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("0123456789abcdef0123456789abcdef")]
    public async Task Action_WithoutTheToken_IsRefusedAndNotDone(string? token)
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.PostAsync(token, null, "fail", "2");

        Assert.AreEqual(403, status);
        Assert.StartsWith("This needs the token of this run", body);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    [DataRow("fail", "2", "2 fail", "the acceptor of replica 2 has failed until \"revive 2\"")]
    [DataRow("revive", "2", "2 revive", "the acceptor of replica 2 has recovered")]
    [DataRow("cut", "3 1", "3 cut 1 Both", "replicas 3 and 1 do not hear each other, until \"heal\"")]
    [DataRow("heal", "3", "3 heal", "1 link healed")]
    [DataRow("leader", "transfer 4", "1 transfer 4", "replica 4 leads, after replica 1")]
    public async Task Action_DoesWhatTheVerbDoes(string verb, string words, string call, string sentence)
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.DoAsync(verb, words.Split(' '));

        Assert.AreEqual(200, status, body);
        Assert.AreEqual(sentence, Message(body));
        Assert.Contains(call, console.Cluster.Calls.Select(called => $"{called.Replica} {called.Operation}".TrimEnd()));
    }

    [TestMethod]
    public async Task Put_IsWrittenAtTheReplicaThatWasPicked()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.PostAsync(page.Token, 4, "put", "colour", "<b>blue</b>");

        Assert.AreEqual(200, status, body);
        Assert.AreEqual("created at revision 1", Message(body));
        Assert.AreEqual("<b>blue</b>", System.Text.Encoding.UTF8.GetString(console.Cluster.Get("colour").Value!));
        Assert.IsTrue(console.Cluster.Mutations.All(call => call.Replica == 4));
    }

    /// <summary>What the console's own put takes for options would have the page read files.</summary>
    [TestMethod]
    [DataRow("put", "k --file /etc/hostname", "put wants a key and a value here, not 3 words.")]
    [DataRow("put", "k", "put wants a key and a value here, not 1 word.")]
    [DataRow("get", "k --file /tmp/x", "The page does not take get; it takes put, fail, revive, cut, heal, leader.")]
    [DataRow("fail", "9", "There is no replica 9; the replicas are 1, 2, 3, 4, 5.")]
    [DataRow("cut", "3 3", "Replica 3 has no link to itself; name two replicas.")]
    public async Task Action_ThatThePageDoesNotTake_IsRefusedWithASentence(string verb, string words, string sentence)
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.DoAsync(verb, words.Split(' '));

        Assert.AreEqual(400, status);
        Assert.AreEqual(sentence, Message(body));
        Assert.IsEmpty(console.Cluster.Mutations);
    }

    [TestMethod]
    public async Task Action_WhereTheFaultLabIsOff_IsRefusedAsTheVerbIs()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.FaultLabOn = false;
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.DoAsync("fail", "2");

        Assert.AreEqual(409, status);
        Assert.AreEqual("FaultLabOff", (string?)JsonNode.Parse(body)!["error"]);
        Assert.Contains("fault lab", Message(body));
    }

    [TestMethod]
    [DataRow("no json")]
    [DataRow("{}")]
    [DataRow("{\"verb\":\"fail\",\"words\":[null]}")]
    [DataRow("[]")]
    public async Task Action_ThatIsNoAction_IsRefused(string sent)
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page.Address, "do"))
        {
            Content = new StringContent(sent, System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "X-Page-Token", page.Token } },
        };

        Assert.AreEqual((400, "What was sent is no JSON object with a verb and its words.\n"), await page.SendAsync(request));
    }

    [TestMethod]
    public async Task Action_ThatIsTooLong_IsRefused()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.DoAsync("put", "k", new string('x', PageAnswers.BodyBytesMax));

        Assert.AreEqual(413, status);
        Assert.StartsWith("The page sends no more than 65536 bytes at once", body);
    }

    [TestMethod]
    public async Task Status_IsThatOfTheVerb()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Befall(2, Mishap.Refused);
        await using var page = await PageUnderTest.StartAsync(console);

        var (status, body) = await page.GetAsync("status");

        Assert.AreEqual(200, status);
        var replicas = JsonNode.Parse(body)!["replicas"]!.AsArray();
        Assert.AreSequenceEqual([1, 2, 3, 4, 5], replicas.Select(replica => (int)replica!["replica"]!));
        Assert.AreEqual("Leading", (string?)replicas[0]!["proposer"]);
        Assert.IsFalse((bool)replicas[1]!["up"]!);
        Assert.StartsWith("Replica 2", (string?)replicas[1]!["message"]);
    }

    [TestMethod]
    public async Task Events_AreTheJsonOfTrace_AndNobodyIsAskedWhileNoPageListens()
    {
        using var console = new ConsoleUnderTest();
        var told = new ToldTrace(console.Cluster);
        await using var page = await PageUnderTest.StartAsync(console);
        Assert.IsEmpty(console.Cluster.Calls, "no page listens yet");

        var (response, lines) = await page.ListenAsync();
        using (response)
        using (lines)
        {
            Assert.AreEqual("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            Assert.AreEqual("retry: 1000", await lines.ReadLineAsync(test.CancellationToken));
            await told.AskedAsync(1);
            told.Say(1, new TraceEvent { Number = 0, At = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Kind = TraceEventKind.Sends, To = 3, Message = "Accept", Text = "Accept 1.1 [7]" });

            Assert.AreEqual("", await lines.ReadLineAsync(test.CancellationToken));
            Assert.AreEqual(
                """data: {"verb":"trace","ok":true,"replica":1,"number":1,"at":"2026-01-02T03:04:05.0000000Z","kind":"sends","to":3,"message":"Accept","text":"Accept 1.1 [7]"}""",
                await lines.ReadLineAsync(test.CancellationToken));
        }
    }

    [TestMethod]
    public async Task Pages_MoreThanThereMayBe_AreRefusedUntilOneIsClosed()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        var open = new List<HttpResponseMessage>();
        for (int i = 0; i < TraceFeed.PagesMax; i++)
        {
            open.Add((await page.ListenAsync()).Response);
        }

        foreach (var path in new[] { "", "events" })
        {
            Assert.AreEqual((503, "4 pages are open, and there are no more at once; close one of them.\n"), await page.GetAsync(path));
        }

        open[0].Dispose();
        while ((await page.GetAsync("")).Status != 200)
        {
            await Task.Delay(20, test.CancellationToken);
        }

        open.ForEach(response => response.Dispose());
    }

    /// <summary>A page that does not read must not fill the memory, and is told that something is missing.</summary>
    [TestMethod]
    public async Task Listener_ThatIsTooSlow_LosesTheOldestAndIsToldSo()
    {
        using var listener = new TraceListener(_ => { }, new TraceText(lanes: null, TimeZoneInfo.Utc));
        for (int i = 0; i < TraceListener.LinesMax + 3; i++)
        {
            listener.Tell($"{{\"line\":{i}}}");
        }

        var events = (await listener.NextAsync(test.CancellationToken)).Split("\n\n");

        Assert.AreEqual(
            """data: {"verb":"trace","ok":true,"replica":0,"kind":"remark","gap":true,"text":"3 lines of the trace, of all replicas, are missing here: the page was too slow to take them."}""",
            events[0]);
        Assert.AreEqual("data: {\"line\":3}", events[1]);
        Assert.HasCount(TraceListener.LinesMax + 2, events, "the remark, all that was kept, and nothing behind the last");
    }

    [TestMethod]
    public async Task Page_WherePortIsTaken_SaysSoInOneSentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(ExitCodes.Unavailable, await console.RunAsync("trace", "--page", $"{port}"));

        Assert.AreEqual("", console.Out);
        Assert.AreEqual($"The page cannot be served at 127.0.0.1:{port}: Address already in use. Name another port with --page PORT; 0 takes one that is free.\n", console.Error);
    }

    [TestMethod]
    public async Task Page_ForATime_EndsByItself()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("trace", "--page", "0", "--for", "100ms", "--json"), console.Error);

        var lines = console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, lines, "nothing of the web server is on the output");
        Assert.StartsWith("""{"verb":"trace","ok":true,"kind":"page","address":"http://127.0.0.1:""", lines[0]);
        Assert.AreEqual("""{"verb":"trace","ok":true,"kind":"end"}""", lines[1]);
    }

    [TestMethod]
    public async Task Page_Interrupted_EndsThoughPagesListen()
    {
        using var console = new ConsoleUnderTest();
        await using var page = await PageUnderTest.StartAsync(console);
        var (response, _) = await page.ListenAsync();
        using (response)
        {
            Assert.AreEqual(ExitCodes.Interrupted, await page.InterruptAsync());
        }
    }

    [TestMethod]
    public async Task Page_AtThePrompt_IsRefused()
    {
        using var console = new ConsoleUnderTest { Input = "trace --page\n" };

        Assert.AreEqual(1, await console.RunAsync());

        Assert.Contains("--page is for the command line, in a terminal of its own; here trace draws with letters.", console.Error);
    }

    private static double Contrast(string one, string other)
    {
        var (lighter, darker) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static double Luminance(string colour)
    {
        var parts = Convert.FromHexString(colour[1..]).Select(part => part / 255.0).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    private static string Message(string body) => (string)JsonNode.Parse(body)!["message"]!;
}
