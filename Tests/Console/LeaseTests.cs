using System.Text.Json;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>The verb that grants, renews, ends and shows leases.</summary>
[TestClass]
public sealed class LeaseTests(TestContext test)
{
    private const string Lease = "1-0-0123456789abcdef";

    [TestMethod]
    [DataRow("30", 30)]
    [DataRow("45s", 45)]
    [DataRow("1.5m", 90)]
    [DataRow("24h", 86_400)]
    [DataRow("1", 1)]
    [DataRow("86400", 86_400)]
    public async Task Grant_Piped_TheNameAndNothingElse(string time, int seconds)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("lease", "grant", time), console.Error);

        Assert.AreEqual($"{Lease}\n", console.Text);
        Assert.AreEqual(seconds, console.Cluster.Leases.Get(Lease).TimeToLiveSeconds);
    }

    [TestMethod]
    public async Task Grant_OnATerminal_SaysHowLongItLives()
    {
        using var console = new ConsoleUnderTest { OutIsTerminal = true };

        Assert.AreEqual(0, await console.RunAsync("lease", "grant", "5m"), console.Error);

        Assert.AreEqual($"{Lease} lives for 300 s, and as long again after each renewal\n", console.Out);
    }

    [TestMethod]
    public async Task Grant_AsManyAsThereMayBe_NothingIsWrittenWithExitCode3()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.BefallNext(Mishap.LeaseLimit);

        Assert.AreEqual(3, await console.RunAsync("lease", "grant", "30", "--json"));

        Assert.AreEqual("LeaseLimit", Error(console));
        Assert.Contains("(LeasesMax is 2). Revoke a lease, or let one end.", console.Out);
    }

    [TestMethod]
    public async Task KeepOnce_RenewsOnceAndEnds()
    {
        using ConsoleUnderTest console = WithLease();

        Assert.AreEqual(0, await console.RunAsync("lease", "keep", Lease, "--once"), console.Error);

        Assert.AreEqual($"{Lease} lives for 30 s again\n", console.Text);
        Assert.AreEqual(1, console.Cluster.Leases.Get(Lease).Renewals);
    }

    [TestMethod]
    [DataRow("lease keep 1-0-a")]
    [DataRow("lease keep 1-0-a --once")]
    public async Task Keep_LeaseThatIsOver_ExitCode1(string line)
    {
        using ConsoleUnderTest console = WithLease();

        Assert.AreEqual(1, await console.RunAsync([.. line.Split(' '), "--json"]));

        Assert.AreEqual("LeaseNotFound", Error(console));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Keep_RenewsAfterEachThirdUntilTheLeaseIsOver()
    {
        var time = new StillTime();
        using ConsoleUnderTest console = WithLease();
        console.Time = time;

        Task<int> running = console.RunAsync("lease", "keep", Lease);
        for (int n = 1; n <= 3; n++)
        {
            await time.IsSetAsync(TimeSpan.FromSeconds(10), test.CancellationToken);
            Assert.AreEqual(n, console.Cluster.Leases.Get(Lease).Renewals);
            Assert.IsFalse(running.IsCompleted);
            if (n == 3)
            {
                console.Cluster.Leases.End(Lease);
            }

            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.AreEqual(1, await running);
        Assert.AreEqual(string.Concat(Enumerable.Repeat($"{Lease} lives for 30 s again\n", 3)), console.Text);
        Assert.StartsWith($"There is no lease {Lease}", console.Error);
    }

    /// <summary>Nobody but the store says that it is over.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Keep_NobodyAnswersForAWhile_GoesOn()
    {
        var time = new StillTime();
        using ConsoleUnderTest console = WithLease();
        console.Time = time;
        Task<int> running = console.RunAsync("lease", "keep", Lease, "--timeout", "1m");
        await time.IsSetAsync(TimeSpan.FromSeconds(10), test.CancellationToken);
        console.Cluster.Always = Mishap.Silent;

        time.Advance(TimeSpan.FromSeconds(10));
        await time.PassAsync(TimeSpan.FromMinutes(1), test.CancellationToken);
        await time.IsSetAsync(TimeSpan.FromSeconds(1), test.CancellationToken);
        console.Cluster.Always = null;
        time.Advance(TimeSpan.FromSeconds(1));
        await time.IsSetAsync(TimeSpan.FromSeconds(10), test.CancellationToken);
        console.Cluster.Leases.End(Lease);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.AreEqual(1, await running);
        Assert.AreEqual(string.Concat(Enumerable.Repeat($"{Lease} lives for 30 s again\n", 2)), console.Text);
        Assert.StartsWith("No replica gave an answer", console.Error);
    }

    /// <summary>One replica that hangs is given two ninths of the time, and then another is asked.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Keep_AReplicaHangs_IsRenewedElsewhere()
    {
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        console.Cluster.Leases.Grant(9);
        Task<int> running = console.RunAsync("lease", "keep", Lease);
        await time.IsSetAsync(TimeSpan.FromSeconds(3), test.CancellationToken);
        console.Cluster.BefallNext(Mishap.Silent);
        time.Advance(TimeSpan.FromSeconds(3));
        await time.IsSetAsync(TimeSpan.FromSeconds(2), test.CancellationToken);

        // And then the pause before another attempt, which is drawn.
        for (time.Advance(TimeSpan.FromSeconds(2)); console.Cluster.Leases.Get(Lease).Renewals == 1; time.Advance(TimeSpan.FromMilliseconds(1)))
        {
            test.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        console.Cluster.Leases.End(Lease);
        while (!running.IsCompleted)
        {
            test.CancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.AreEqual(1, await running);
        Assert.AreEqual(string.Concat(Enumerable.Repeat($"{Lease} lives for 9 s again\n", 2)), console.Text);
    }

    [TestMethod]
    public async Task Keep_NobodyAnswersAtFirst_ExitCode3()
    {
        using ConsoleUnderTest console = WithLease();
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(3, await console.RunAsync("lease", "keep", Lease, "--timeout", "50ms"));
    }

    // As in a watch.
    [TestMethod]
    public async Task Prompt_CtrlCInAKeep_EndsItAndTheNextLineRuns()
    {
        using var interrupts = new Interrupts();
        using ConsoleUnderTest console = WithLease();
        console.Input = $"lease keep {Lease}\nput k v\n";
        console.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("keep", StringComparison.Ordinal))
            {
                interrupts.Interrupt();
            }
        };

        await console.RunAsync(interrupts);

        Assert.AreEqual("Interrupted. What was asked of the lease last may still take effect.\n", console.Error);
        Assert.EndsWith("created at revision 1\n", console.Out);
    }

    [TestMethod]
    public async Task Revoke_TakesTheKeysWithIt_AndIsThenNotFound()
    {
        using ConsoleUnderTest console = WithLease("b", "a");

        Assert.AreEqual(0, await console.RunAsync("lease", "revoke", Lease), console.Error);
        Assert.AreEqual(1, await console.RunAsync("lease", "revoke", Lease));

        Assert.AreEqual("revoked, 2 keys removed, now at revision 4\nnot found\n", console.Text);
        Assert.IsFalse(console.Cluster.Get("a").Found);
    }

    [TestMethod]
    public async Task Show_Piped_IsPlainText()
    {
        using ConsoleUnderTest console = WithLease("b", "a\u001b[2J");
        console.Cluster.Leases.Renew(Lease);

        Assert.AreEqual(0, await console.RunAsync("lease", "show", Lease, "--consistency", "serializable"), console.Error);

        Assert.AreEqual("lives for 30 s, 1 renewal, 2 keys\na\\u001b[2J\nb\n", console.Text);
        Assert.AreEqual("get lease Serializable", console.Cluster.Calls[^1].Operation);
    }

    [TestMethod]
    public async Task Show_NotThere_PipesNothingWithExitCode1()
    {
        using ConsoleUnderTest console = WithLease();

        Assert.AreEqual(1, await console.RunAsync("lease", "show", "1-0-a"));

        Assert.AreEqual(("", "not found\n"), (console.Text, console.Error));
    }

    /// <summary>An answer of the fake has two.</summary>
    [TestMethod]
    public async Task List_Piped_OneALineWithTabs()
    {
        using ConsoleUnderTest console = WithLease("a");
        console.Cluster.Leases.Grant(60);
        console.Cluster.Leases.Grant(90);
        console.Cluster.Leases.Renew(Lease);

        Assert.AreEqual(0, await console.RunAsync("lease", "list"), console.Error);

        Assert.AreEqual("1-0-0123456789abcdef\t30\t1\t1\n2-0-0123456789abcdef\t60\t0\t0\n3-0-0123456789abcdef\t90\t0\t0\n", console.Text);
    }

    [TestMethod]
    public async Task List_OnATerminal_IsATable()
    {
        using ConsoleUnderTest console = WithLease("a");
        console.OutIsTerminal = true;

        Assert.AreEqual(0, await console.RunAsync("lease", "list"), console.Error);

        Assert.Contains($"│ {Lease} │ 30 ", console.Out);
    }

    [TestMethod]
    public async Task List_OfNone_PipesNothing()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("lease", "list"));

        Assert.AreEqual(("", ""), (console.Text, console.Error));
    }

    [TestMethod]
    public async Task Prompt_Lease_TakesItsOptionBehindTheArguments()
    {
        using ConsoleUnderTest console = WithLease();
        console.Input = $"lease keep {Lease} --once\nlease --once keep {Lease}\nlease keep --once {Lease}\n";

        Assert.AreEqual(1, await console.RunAsync());

        Assert.AreEqual($"{Lease} lives for 30 s again\n", console.Out);
        Assert.AreEqual(
            "The options of lease come behind its arguments: lease WHAT [ID|TIME] [OPTIONS].\nlease keep takes 1 argument, here are 2: lease keep ID.\n",
            console.Error);
    }

    private static ConsoleUnderTest WithLease(params string[] keys)
    {
        var console = new ConsoleUnderTest();
        console.Cluster.Leases.Grant(30);
        foreach (string key in keys)
        {
            console.Cluster.Put(key, [1], Lease);
        }

        return console;
    }

    private static string? Error(ConsoleUnderTest console)
    {
        using JsonDocument json = JsonDocument.Parse(console.Out);
        return json.RootElement.GetProperty("error").GetString();
    }
}
