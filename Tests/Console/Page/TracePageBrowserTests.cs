using System.Collections.Concurrent;
using Microsoft.Playwright;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Host;
using PaxosWcf.Tests.Storage;
using static Microsoft.Playwright.Assertions;

namespace PaxosWcf.Tests.Console.Page;

/// <summary>The page of <c>trace</c> in a browser: what its reader sees.</summary>
[TestClass]
[TestCategory("Browser")]
public sealed class TracePageBrowserTests
{
    // Debian's; Playwright would else fetch browsers of its own.
    private const string Chromium = "/usr/bin/chromium";

    // Would change the page if it were anything but text.
    private const string Hostile = "<img src=x onerror=\"document.body.remove()\">";

    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private static IPlaywright? Driver;
    private static IBrowser? Browser;

    private readonly ConcurrentQueue<string> _complaints = [];

    [ClassInitialize]
    public static async Task LaunchAsync(TestContext test)
    {
        if (File.Exists(Chromium))
        {
            SetDefaultExpectTimeout(30_000);
            string[] arguments = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];
            Driver = await Playwright.CreateAsync().WaitAsync(test.CancellationToken);
            Browser = await Driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = arguments });
        }
    }

    [ClassCleanup]
    public static async Task CloseAsync()
    {
        await (Browser?.CloseAsync() ?? Task.CompletedTask);
        Driver?.Dispose();
    }

    [TestMethod]
    public async Task Put_OnRealReplicas_IsDrawnFromPhase2aToApplied_AndItsValueIsText()
    {
        NeedChromium();
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, faultLab: true, options: HostedCluster.UnhurriedTicks);
        using var directory = new TemporaryDirectory();
        var servers = Path.Combine(directory.Path, "servers.xml");
        ServersFile.Save(servers, new ServersConfiguration(cluster.Servers.Cluster, cluster.Servers.Replicas));
        using var console = new ConsoleUnderTest();
        await using var served = await PageUnderTest.StartAsync((writer, interrupts) =>
        {
            console.Writer = writer;
            return new ConsoleProgram(console.Io(), interrupts).RunAsync(["trace", "--page", "0", "--servers", servers]);
        });
        var page = await OpenAsync(served);
        await Expect(page.Locator(".card.leads")).ToHaveCountAsync(1);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("live");

        await page.FillAsync("input[name=value]", Hostile);
        await page.ClickAsync("#put button");

        await Expect(page.Locator("#answer")).ToHaveTextAsync($"colour = {Hostile}: created at revision 1");
        await Expect(page.Locator("#diagram .arrow.kind-accept").First).ToBeAttachedAsync();
        await Expect(page.Locator("#diagram .arrow.kind-accepted").First).ToBeAttachedAsync();
        await Expect(page.Locator("#diagram .mark.kind-applies").First).ToBeAttachedAsync();
        await Expect(page.Locator("#answer img")).ToHaveCountAsync(0);
        AssertNoComplaints();
    }

    [TestMethod]
    public async Task Leader_Moves_AndItsCardWithIt()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Befall(5, [.. Enumerable.Repeat(Client.Mishap.Refused, 1000)]);
        await using var served = await ServeAsync(console);
        var page = await OpenAsync(served);
        await Expect(page.Locator(".card.leads")).ToHaveAttributeAsync("data-replica", "1");
        await Expect(page.Locator(".card[data-replica='5']")).ToContainTextAsync("Replica 5 cannot be reached");
        await Expect(page.Locator(".card[data-replica='2']")).ToContainTextAsync("follows R1");

        console.Cluster.Members.Leader = 3;

        await Expect(page.Locator(".card.leads")).ToHaveAttributeAsync("data-replica", "3");
        await Expect(page.Locator(".card[data-replica='1']")).ToContainTextAsync("follows R3");
        AssertNoComplaints();
    }

    [TestMethod]
    public async Task StepByStep_HoldsMessagesBack_UntilTheButtonIsPressed()
    {
        using var console = new ConsoleUnderTest();
        var (told, served) = await ServeToldAsync(console);
        await using var _ = served;
        var page = await OpenAsync(served);
        await told.AskedAsync(1);
        await page.CheckAsync("input[value=step]", new PageCheckOptions { Force = true });

        told.Say(1, Sends(0, 2, "Prepare", "Prepare 2.1 from 8"), Sends(40, 3, "Prepare", "Prepare 2.1 from 8"));
        told.Say(2, Sends(80, 1, "Promise", "Promise 2.1 learned 7 []"));

        await Expect(page.Locator("#waiting")).ToHaveTextAsync("3 lines wait; cards are live");
        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(0);
        await page.ClickAsync("#step");
        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(1);
        await Expect(page.Locator("#event")).ToHaveTextAsync("An election: R1 campaigns with ballot 2.1, and asks all acceptors for a promise (phase 1a).");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.PressAsync("n");
        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(3);
        await Expect(page.Locator("#detail")).ToHaveTextAsync("Phase 1b: R2 promises R1 ballot 2.1, 2 of the 3 that it needs, its own counted.");
        await Expect(page.Locator("#step")).ToBeDisabledAsync();

        told.Say(1, Sends(120, 2, "Accept", "Accept 2.1 [8] chosen 7"));
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("1 line waits; cards are live");
        await page.CheckAsync("input[value=live]", new PageCheckOptions { Force = true });
        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(4);
        AssertNoComplaints();
    }

    [TestMethod]
    public async Task Message_ThatNobodyAnswers_EndsInACross()
    {
        using var console = new ConsoleUnderTest();
        var (told, served) = await ServeToldAsync(console);
        await using var _ = served;
        var page = await OpenAsync(served);
        await told.AskedAsync(2);

        told.Say(1, Sends(0, 2, "Accept", "Accept 2.1 [8] chosen 7"), Sends(0, 3, "Accept", "Accept 2.1 [8] chosen 7"), Sends(4000, 2, "Accept", "Accept 2.1 [9] chosen 8"));
        told.Say(2, Sends(10, 1, "Accepted", "Accepted 2.1 [8]"));

        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(4);
        await Expect(page.Locator("#diagram .arrow.lost title")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("R1→R3 Accept 2.1 \\[8\\] chosen 7$"));
        AssertNoComplaints();
    }

    /// <summary>Its sender knows at once: the link is cut.</summary>
    [TestMethod]
    public async Task Message_ThatItsSenderKnowsToBeLost_EndsInACrossAtOnce()
    {
        using var console = new ConsoleUnderTest();
        var (told, served) = await ServeToldAsync(console);
        await using var _ = served;
        var page = await OpenAsync(served);
        await told.AskedAsync(1);

        told.Say(
            1, Sends(0, 2, "Learn", "Learn 2.1 chosen 7"), Sends(1, 3, "Accept", "Accept 2.1 [8] chosen 7"), Sends(2, 3, "Accept", "Accept 2.1 [9] chosen 7"),
            Sends(3, 2, "Learn", "Learn 2.1 chosen 7") with { Lost = "the link is cut" }, Sends(4, 3, "Accept", "Accept 2.1 [8..9] chosen 7") with { Lost = "no answer" });

        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(3);
        string[] lost = ["Learn 2.1 chosen 7 is lost: the link is cut", "Accept 2.1 [8] chosen 7 is lost: no answer", "Accept 2.1 [9] chosen 7 is lost: no answer"];
        await Expect(page.Locator("#diagram .arrow.lost title")).ToHaveTextAsync(lost.Select(title => new System.Text.RegularExpressions.Regex(System.Text.RegularExpressions.Regex.Escape(title) + "$")));
        AssertNoComplaints();
    }

    [TestMethod]
    public async Task Heartbeats_AreShownOnceTheyAreSwitchedOn()
    {
        using var console = new ConsoleUnderTest();
        var (told, served) = await ServeToldAsync(console);
        await using var _ = served;
        var page = await OpenAsync(served);
        await told.AskedAsync(1);
        told.Say(1, Sends(0, 2, "Heartbeat", "Heartbeat 1.1 leads round 5 chosen 7"), Sends(10, 2, "Accept", "Accept 1.1 [8] chosen 7"));
        await Expect(page.Locator("#diagram .arrow.kind-accept")).ToHaveCountAsync(1);
        await Expect(page.Locator("#diagram .arrow.kind-heartbeat")).ToHaveCountAsync(0);

        // They must not push out what is shown either.
        told.Say(1, [.. Enumerable.Range(20, 600).Select(i => Sends(i, 2, "Heartbeat", $"Heartbeat 1.1 leads round {i} chosen 7")), Sends(900, 2, "Accept", "Accept 1.1 [9] chosen 8")]);
        await Expect(page.Locator("#diagram .arrow.kind-accept")).ToHaveCountAsync(2);

        await page.CheckAsync("input[data-kind=heartbeat]");
        told.Say(1, Sends(1000, 2, "Heartbeat", "Heartbeat 1.1 leads round 999 chosen 7"));
        await Expect(page.Locator("#diagram .arrow.kind-heartbeat")).ToHaveCountAsync(1);

        await page.UncheckAsync("input[data-kind=accept]");
        await Expect(page.Locator("#diagram .arrow.kind-accept")).ToHaveCountAsync(0);
        await page.CheckAsync("input[data-kind=accept]");
        await Expect(page.Locator("#diagram .arrow.kind-accept")).ToHaveCountAsync(2);
        AssertNoComplaints();
    }

    [TestMethod]
    public async Task Messages_MoreThanAreKept_TheOldestGo_AndKeysReadTheOthers()
    {
        using var console = new ConsoleUnderTest();
        var (told, served) = await ServeToldAsync(console);
        await using var _ = served;
        var page = await OpenAsync(served);
        await told.AskedAsync(1);

        told.Say(1, [.. Enumerable.Range(1, 620).Select(i => Sends(i, 2, "Accept", $"Accept 1.1 [{i}] chosen {i - 1}"))]);

        await Expect(page.Locator("#diagram .arrow")).ToHaveCountAsync(500);
        await page.FocusAsync("#scroller");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator("#inspector")).ToContainTextAsync("R1→R2 Accept 1.1 [620] chosen 619");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator("#inspector")).ToContainTextAsync("R1→R2 Accept 1.1 [619] chosen 618");
        AssertNoComplaints();
    }

    [TestMethod]
    public async Task Decision_WithMarkupInIt_IsText()
    {
        using var console = new ConsoleUnderTest();
        var (told, served) = await ServeToldAsync(console);
        await using var _ = served;
        var page = await OpenAsync(served);
        await told.AskedAsync(1);

        told.Say(1, new TraceEvent { Number = 0, At = Start, Kind = TraceEventKind.Says, Text = Hostile });

        await Expect(page.Locator("#event")).ToHaveTextAsync($"R1: {Hostile}.");
        await Expect(page.Locator("#diagram .mark text")).ToHaveTextAsync(Hostile);
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
        AssertNoComplaints();
    }

    private static TraceEvent Sends(int milliseconds, int to, string message, string text) =>
        new() { Number = 0, At = Start.AddMilliseconds(milliseconds), Kind = TraceEventKind.Sends, To = to, Message = message, Text = text };

    private static Task<PageUnderTest> ServeAsync(ConsoleUnderTest console)
    {
        NeedChromium();
        return PageUnderTest.StartAsync(console);
    }

    private static async Task<(ToldTrace Told, PageUnderTest Served)> ServeToldAsync(ConsoleUnderTest console) =>
        (new ToldTrace(console.Cluster), await ServeAsync(console));

    private static void NeedChromium()
    {
        if (Browser is null)
        {
            Assert.Inconclusive($"There is no {Chromium} here; .ci/install-test-tools installs it.");
        }
    }

    private async Task<IPage> OpenAsync(PageUnderTest served)
    {
        var page = await Browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 720 } });
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning")
            {
                _complaints.Enqueue(said.Text);
            }
        };
        await page.GotoAsync(served.Address.ToString());
        return page;
    }

    private void AssertNoComplaints() => Assert.IsEmpty(_complaints, string.Join('\n', _complaints));
}
