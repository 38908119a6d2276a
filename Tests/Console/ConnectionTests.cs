using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;
using PaxosWcf.Tests.Soap;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class ConnectionTests
{
    public required TestContext TestContext { get; set; }

    // Prepopulate asks from sixteen tasks at once; two clients for one slot would mean two sessions, one never closed.
    [TestMethod]
    public async Task Connection_AskedFromManyTasks_MakesOneClient()
    {
        int made = 0;
        await using var connection = new StoreConnection(FakeCluster.Options(), options =>
        {
            Interlocked.Increment(ref made);
            return new PaxosKeyValueClient(options, new FakeCluster(), TimeProvider.System, new Random(1));
        });
        using var together = new Barrier(8);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(TestContext.CancellationToken);
                return connection.Store;
            },
            TestContext.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.AreEqual(1, made);
    }

    [TestMethod]
    [DataRow("status", "within 5 s")]
    [DataRow("status --timeout 7s", "within 7 s")]
    [DataRow("fail 2 --timeout 7s", "within 7 s")]
    [DataRow("cut 2 3 --timeout 7s", "within 7 s")]
    public async Task Control_ReplicaIsSilent_IsGivenTheTimeThatWasAskedFor(string line, string time)
    {
        var passing = new FakeTimeProvider();
        using var console = new ConsoleUnderTest { Time = passing };
        console.Cluster.Always = Mishap.Silent;

        Task<int> running = console.RunAsync(line.Split(' '));
        while (!running.IsCompleted)
        {
            passing.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(1, TestContext.CancellationToken));
        }

        Assert.AreEqual(3, await running);
        Assert.Contains($"Replica 2 did not answer {time}.", console.Out + console.Error);
    }

    [TestMethod]
    public void Certificates_AreReadFromTheirFiles()
    {
        using var certificates = new TestCertificates();
        var issuer = certificates.Issuer("clients");
        using var certificate = TestCertificates.Client(issuer);
        var servers = certificates.Save("<servers xmlns=\"http://schemas.paxoswcf/v1/servers\" cluster=\"c\">"
            + "<replica id=\"1\" client=\"https://127.0.0.1:8101\" peer=\"https://127.0.0.1:8201\" /></servers>", "servers.xml");
        var settings = new ConsoleSettings { ServersPath = servers, TrustedIssuersPath = issuer.Path };
        var locked = settings with { CertificatePath = certificates.Save(certificate, "locked.pfx") };

        PaxosClientOptions options = StoreConnection.OptionsFor(
            settings with { CertificatePath = certificates.Save(certificate, "client.pfx", password: null) }, NullLogger.Instance);
        var refused = Assert.ThrowsExactly<UsageException>(() => StoreConnection.OptionsFor(locked, NullLogger.Instance));

        Assert.AreEqual(certificate.Thumbprint, options.ClientCertificate!.Thumbprint);
        Assert.AreEqual(issuer.Root.Thumbprint, options.TrustedIssuers!.Single().Thumbprint);
        Assert.StartsWith($"--certificate: the certificate {locked.CertificatePath} cannot be read: ", refused.Message);
    }

    [TestMethod]
    public async Task ReplicaByAddress_HasNoNumber()
    {
        using var console = new ConsoleUnderTest();
        using var interrupts = new Interrupts();
        console.Cluster.Always = Mishap.Refused;
        string[] address = ["--host", "127.0.0.1", "--port", "8101", "--timeout", "50ms"];

        Assert.AreEqual(2, await new ConsoleProgram(console.Io(), interrupts, console.Connect).RunAsync(["fail", "1", .. address]));
        Assert.AreEqual(3, await new ConsoleProgram(console.Io(), interrupts, console.Connect).RunAsync(["get", "k", .. address]));

        Assert.Contains("With --host and --port replicas have no numbers", console.Error);
        Assert.Contains("Last: the replica cannot be reached", console.Error);
        Assert.DoesNotContain("replica 0", console.Error);
    }
}
