using System.Security.Cryptography.X509Certificates;
using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost;
using PaxosWcf.Tests.Soap;
using PaxosWcf.Tests.Storage;
using ReplicaProcess = PaxosWcf.ReplicaHost.ReplicaProcess;

namespace PaxosWcf.Tests.Host;

/// <summary>Replicas whose doors open for certificates only: an issuer for clients, another for replicas.</summary>
[TestClass]
public sealed class MutualTlsTests : IDisposable
{
    private static readonly Uri Https = new("https://127.0.0.1:1/");

    private readonly TestCertificates _certificates = new();
    private readonly TestIssuer _clients;
    private readonly TestIssuer _replicas;

    public MutualTlsTests()
    {
        (_clients, _replicas) = (_certificates.Issuer("clients"), _certificates.Issuer("replicas"));
    }

    public required TestContext TestContext { get; set; }

    public void Dispose() => _certificates.Dispose();

    [TestMethod]
    public async Task Cluster_WithBothIssuers_ServesItsClients()
    {
        await using var cluster = await HostedCluster.StartAsync(3, options: Options());
        await using var client = new PaxosKeyValueClient(new PaxosClientOptions
        {
            Replicas = cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client),
            ClientCertificate = TestCertificates.Client(_clients),
            TrustedIssuers = _replicas.Alone,
            OperationTimeout = TimeSpan.FromMinutes(1),
        });

        await client.PutAsync("k", [1], TestContext.CancellationToken);
        var answer = await client.GetAsync("k", cancel: TestContext.CancellationToken);

        Assert.AreSequenceEqual(new byte[] { 1 }, answer.Reply.Value!);
    }

    [TestMethod]
    public async Task Doors_OpenForTheirOwnIssuerOnly()
    {
        var log = new ListLoggerFactory();
        await using var cluster = await HostedCluster.StartAsync(1, loggers: log, options: Options());
        using var client = TestCertificates.Client(_clients);
        using var replica = TestCertificates.Replica(_replicas);

        Assert.IsTrue(await IsAnsweredAsync<IProposer>(cluster.PeerAddress(1), replica, p => p.ReadIndexAsync(new ReadIndexRequest { From = 2, Round = 1 })));
        Assert.IsFalse(await IsAnsweredAsync<IProposer>(cluster.PeerAddress(1), client, p => p.ReadIndexAsync(new ReadIndexRequest { From = 2, Round = 1 })));
        Assert.IsTrue(await IsAnsweredAsync<IReplicaControl>(cluster.ClientAddress(1), client, c => c.StatusAsync()));
        Assert.IsFalse(await IsAnsweredAsync<IReplicaControl>(cluster.ClientAddress(1), replica, c => c.StatusAsync()));
        Assert.HasCount(2, log.Lines.Where(line => line.Contains("was refused at https://127.0.0.1:", StringComparison.Ordinal)));
    }

    /// <summary>What the log says of a door is so.</summary>
    [TestMethod]
    public async Task Log_WarnsOfTheDoorThatIsOpen_AndOfAnIssuerOfBoth()
    {
        using var data = new TemporaryDirectory();
        var servers = new ServersConfiguration("test", [new ReplicaAddress(1, Https, new Uri("https://127.0.0.1:2/"))]);
        var everywhere = new Uri("https://0.0.0.0:0/");
        var arguments = new HostArguments
        {
            Id = 1,
            Servers = "servers.xml",
            Data = Path.Combine(data.Path, "data"),
            Bootstrap = true,
            ListenClient = everywhere,
            ListenPeer = everywhere,
        };
        var (half, whole, mixed) = (Options(), Options(), Options());
        half.PeerIssuersPath = null;
        mixed.PeerIssuersPath = _certificates.Save(await File.ReadAllTextAsync(_replicas.Path, TestContext.CancellationToken)
            + await File.ReadAllTextAsync(_clients.Path, TestContext.CancellationToken), "both.pem");

        Assert.Contains("whoever reaches it can break the store", Assert.ContainsSingle(await WarningsAsync(half)));
        Assert.IsEmpty(await WarningsAsync(whole));
        Assert.Contains("The issuer CN=clients is in ClientIssuersPath and in PeerIssuersPath", Assert.ContainsSingle(await WarningsAsync(mixed)));

        async Task<string[]> WarningsAsync(ReplicaOptions options)
        {
            var log = new ListLoggerFactory();
            await using var process = new ReplicaProcess(arguments, options, servers, servers.Find(1)!, log);
            await process.StartAsync(TestContext.CancellationToken);
            arguments = arguments with { Bootstrap = false };
            return [.. log.Lines.Where(line => line.Contains("loopback", StringComparison.Ordinal) || line.Contains("The issuer", StringComparison.Ordinal))];
        }
    }

    [TestMethod]
    [DataRow("missing", "there is no certificate ")]
    [DataRow("empty name", "the name of the file is empty.")]
    [DataRow("a directory", "cannot be read: ")]
    [DataRow("damaged", "cannot be read: ")]
    [DataRow("none in it", "holds no certificate; each begins with -----BEGIN CERTIFICATE-----.")]
    [DataRow("no root in it", "holds no root certificate")]
    public void IssuersFile_ThatIsNone_IsNamedWithItsSetting(string which, string reason)
    {
        var path = which switch
        {
            "missing" => _certificates.PathOf("missing.pem"),
            "empty name" => "",
            "a directory" => Path.GetDirectoryName(_clients.Path)!,
            "damaged" => _certificates.Save("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "damaged.pem"),
            "none in it" => _certificates.Save("no PEM", "none.pem"),
            _ => _certificates.Save(_clients.Deputy().Root.ExportCertificatePem(), "deputy.pem"),
        };
        var (clients, peers) = (Options(), Options());
        (clients.ClientIssuersPath, peers.PeerIssuersPath) = (path, path);

        foreach (var (options, setting) in new[] { (clients, "ClientIssuersPath"), (peers, "PeerIssuersPath") })
        {
            var refused = Assert.ThrowsExactly<CannotStartException>(() => CallerIssuers.Read(options, Https, Https));

            Assert.AreEqual(ExitCodes.Usage, refused.ExitCode);
            Assert.StartsWith($"The setting Replica:{setting} is wrong: ", refused.Message);
            Assert.Contains(reason, refused.Message);
            Assert.Contains(path, refused.Message);
        }
    }

    [TestMethod]
    public void Issuers_OverPlainHttp_AreRefused()
    {
        var http = new Uri("http://127.0.0.1:1/");

        var client = Assert.ThrowsExactly<CannotStartException>(() => CallerIssuers.Read(Options(), http, Https));
        var peer = Assert.ThrowsExactly<CannotStartException>(() => CallerIssuers.Read(Options(), Https, http));

        Assert.Contains("ClientIssuersPath is wrong", client.Message);
        Assert.Contains("the client address http://127.0.0.1:1/ is not https", client.Message);
        Assert.Contains("PeerIssuersPath is wrong", peer.Message);
        Assert.Contains("the peer address http://127.0.0.1:1/ is not https", peer.Message);
    }

    [TestMethod]
    public void OwnCertificate_ThatCannotBeShownToOthers_IsNamed()
    {
        var (none, serversOnly) = (Options(), Options());
        none.CertificatePath = null;
        serversOnly.CertificatePath = _certificates.Save(TestCertificates.ForServersOnly(_replicas), "server.pfx");

        var first = Assert.ThrowsExactly<CannotStartException>(() => CallerIssuers.Read(none, Https, Https));
        var second = Assert.ThrowsExactly<CannotStartException>(() => CallerIssuers.Read(serversOnly, Https, Https));
        serversOnly.PeerIssuersPath = null;
        CallerIssuers.Read(serversOnly, Https, Https);

        Assert.Contains("it names no certificate", first.Message);
        Assert.Contains("server.pfx is not for clients: its extended key usage lacks clientAuth", second.Message);
    }

    [TestMethod]
    [TestCategory("Cluster")]
    public async Task Process_WithAWrongSetting_EndsWithCode2AndMakesNoDirectory()
    {
        using var data = new TemporaryDirectory();
        var servers = Path.Combine(data.Path, "servers.xml");
        ServersFile.Save(servers, new ServersConfiguration("test", [new ReplicaAddress(1, new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2"))]));
        var start = HostProcess.StartInfo("--id", "1", "--servers", servers, "--data", Path.Combine(data.Path, "data"), "--bootstrap");
        start.Environment["PAXOSWCF_Replica__ClientIssuersPath"] = _clients.Path;

        var (exitCode, _, errors) = await HostProcess.RunAsync(start, TestContext.CancellationToken);

        Assert.AreEqual(2, exitCode);
        Assert.StartsWith($"The setting Replica:ClientIssuersPath is wrong: it names {_clients.Path}, and the client address http://127.0.0.1:1/ is not https", errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.IsFalse(Directory.Exists(Path.Combine(data.Path, "data")));
    }

    private ReplicaOptions Options() => new()
    {
        TickMilliseconds = 20,
        CertificatePath = _certificates.Save(TestCertificates.Replica(_replicas), "replica.pfx"),
        CertificatePassword = TestCertificates.Password,
        ClientIssuersPath = _clients.Path,
        PeerIssuersPath = _replicas.Path,
    };

    // A fault is an answer too.
    private async Task<bool> IsAnsweredAsync<TContract>(Uri address, X509Certificate2 shown, Func<TContract, Task> ask)
        where TContract : class
    {
        var isPeer = typeof(TContract) == typeof(IProposer);
        var patience = TimeSpan.FromSeconds(20);
        using var factory = WcfFactories.Of<TContract>(
            isPeer ? WcfBindings.Peer(patience, "https") : WcfBindings.Client(patience, "https"),
            new Uri(address, isPeer ? ServicePaths.Proposer : ServicePaths.ReplicaControl),
            new TlsCredentials { Certificate = shown, TrustedIssuers = _replicas.Alone });
        try
        {
            await ask(factory.CreateChannel());
            return true;
        }
        catch (FaultException)
        {
            return true;
        }
        catch (CommunicationException)
        {
            return false;
        }
    }
}
