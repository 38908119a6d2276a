using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.ServiceModel;
using System.Text;
using Microsoft.Extensions.Logging;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Links;

namespace PaxosWcf.Tests.Soap;

/// <summary>A door that opens for certificates of one issuer, and callers that believe one issuer.</summary>
[TestClass]
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly InMemoryStore _store = new();
    private readonly LogRecorder _log = new(LogLevel.Information);
    private readonly LogRecorder _attempts = new(LogLevel.Warning);
    private readonly TestIssuer _clients;
    private readonly TestIssuer _replicas;
    private readonly TestIssuer _stranger;

    public ClientCertificateTests()
    {
        (_clients, _replicas, _stranger) = (_certificates.Issuer("clients"), _certificates.Issuer("replicas"), _certificates.Issuer("stranger"));
    }

    public required TestContext TestContext { get; set; }

    public void Dispose()
    {
        _certificates.Dispose();
        _log.Dispose();
        _attempts.Dispose();
    }

    [TestMethod]
    public async Task Client_WithACertificateOfTheIssuer_IsServed()
    {
        await using var listener = await StartAsync();
        await using var client = new PaxosKeyValueClient(Options(listener, TestCertificates.Client(_clients), TimeSpan.FromMinutes(1)));

        await client.PutAsync("k", [1], TestContext.CancellationToken);
        var answer = await client.GetAsync("k", cancel: TestContext.CancellationToken);

        Assert.AreSequenceEqual(new byte[] { 1 }, answer.Reply.Value);
    }

    [TestMethod]
    [DataRow("none", "it has none")]
    [DataRow("of a stranger", "PartialChain")]
    [DataRow("of the replicas' issuer", "PartialChain")]
    [DataRow("expired", "NotTimeValid")]
    [DataRow("its own issuer", "UntrustedRoot")]
    public async Task Client_WithoutAFittingCertificate_IsRefusedBeforeItsRequestIsRead(string which, string reason)
    {
        using var shown = Unfitting(which);
        await using var listener = await StartAsync();
        await using var client = new PaxosKeyValueClient(Options(listener, shown));

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => client.PutAsync("k", [1], TestContext.CancellationToken));
        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => client.GetAsync("k", cancel: TestContext.CancellationToken));

        Assert.AreEqual(0, _store.Calls);
        Assert.Contains("a replica that asks for certificates closes it so when it gets none", FirstFailure);
        var refusal = Assert.ContainsSingle(line => line.Contains("was refused", StringComparison.Ordinal), _log.Lines);
        Assert.Contains($"for its certificate: {reason}.", refusal);
        Assert.DoesNotContain("   at ", string.Join('\n', _log.Lines));
    }

    /// <summary>The request may have left when the refusal comes: what is not certain is not said.</summary>
    [TestMethod]
    public async Task Call_ThatIsRefused_DoesNotCountAsOneThatNeverLeft()
    {
        await using var listener = await StartAsync();
        using var factory = Factory(listener, shown: null);

        var thrown = await Assert.ThrowsAsync<CommunicationException>(() => factory.CreateChannel().PutAsync("k", [1], null));

        Assert.AreEqual(FailureKind.Unknown, AttemptFailure.Read(thrown, 1, TimeSpan.FromSeconds(1))!.Kind);
        Assert.AreEqual(0, _store.Calls);
    }

    /// <summary>The library refuses it before a replica could.</summary>
    [TestMethod]
    public async Task Caller_WithACertificateForServersOnly_IsRefused()
    {
        using var shown = TestCertificates.ForServersOnly(_clients);
        await using var listener = await StartAsync();
        using var factory = Factory(listener, shown);

        await Assert.ThrowsAsync<CommunicationException>(() => factory.CreateChannel().PutAsync("k", [1], null));

        Assert.AreEqual(0, _store.Calls);
        Assert.Contains("NotValidForUsage", Assert.ContainsSingle(line => line.Contains("was refused", StringComparison.Ordinal), _log.Lines));
    }

    [TestMethod]
    [DataRow(SslProtocols.Tls12)]
    [DataRow(SslProtocols.Tls13)]
    public async Task Caller_ThatSendsWhatIsBetweenItAndTheIssuer_IsServed(SslProtocols protocol)
    {
        var deputy = _clients.Deputy();
        using var shown = TestCertificates.Client(deputy);
        await using var listener = await StartAsync();

        Assert.StartsWith("HTTP/1.1 405", await AskAsync(listener, SslStreamCertificateContext.Create(shown, deputy.Alone, offline: true), protocol));
        Assert.AreEqual("", await AskAsync(listener, SslStreamCertificateContext.Create(shown, null, offline: true), protocol), "nothing leads to the issuer");
    }

    /// <summary>With or without a look at the caller's certificate: a replica shows what stands between its own and the root, which its callers may lack.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Replica_OfADeputyOfTheIssuer_ShowsTheDeputyToo(bool open)
    {
        var deputy = _replicas.Deputy();
        var file = _certificates.Save(TestCertificates.Replica(deputy), deputy, "replica.pfx");
        await using var listener = await StartAsync(file, SoapEncoding.Text, open ? null : _clients.Alone);
        await using var client = new PaxosKeyValueClient(Options(listener, TestCertificates.Client(_clients), TimeSpan.FromMinutes(1)));

        await client.PutAsync("k", [1], TestContext.CancellationToken);
    }

    /// <summary>The library shows what its user gave it, no more.</summary>
    [TestMethod]
    public async Task Client_OfADeputyOfTheIssuer_ShowsTheDeputyToo()
    {
        var deputy = _clients.Deputy();
        await using var listener = await StartAsync();
        var alone = Options(listener, TestCertificates.Client(deputy), TimeSpan.FromMinutes(1));
        await using var client = new PaxosKeyValueClient(alone with { ClientCertificateChain = deputy.Alone });

        await client.PutAsync("k", [1], TestContext.CancellationToken);

        await using var other = new PaxosKeyValueClient(alone with { OperationTimeout = TimeSpan.FromSeconds(5) });
        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => other.PutAsync("k", [1], TestContext.CancellationToken));
    }

    /// <summary>Whoever is called is looked at too, and that its issuer is believed does not make it the host that was meant.</summary>
    [TestMethod]
    [DataRow("another host", "RemoteCertificateNameMismatch")]
    [DataRow("a stranger", "PartialChain")]
    [DataRow("the clients' issuer", "PartialChain")]
    [DataRow("a time that is over", "NotTimeValid")]
    public async Task Replica_WithoutAFittingCertificate_IsNotCalled(string which, string reason)
    {
        using var own = which switch
        {
            "another host" => TestCertificates.Replica(_replicas, "replica.example"),
            "a stranger" => TestCertificates.Replica(_stranger),
            "a time that is over" => _replicas.Issue("CN=replica", [], "127.0.0.1", daysLeft: -1),
            _ => TestCertificates.Replica(_clients),
        };
        await using var listener = await StartAsync(own, SoapEncoding.Text);
        await using var client = new PaxosKeyValueClient(Options(listener, TestCertificates.Client(_clients)));

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => client.PutAsync("k", [1], TestContext.CancellationToken));

        Assert.Contains("replica 1 cannot be reached", FirstFailure, "it is certain that nothing was sent");
        Assert.Contains(reason, FirstFailure);
        Assert.AreEqual(0, _store.Calls);
    }

    [TestMethod]
    [DataRow("fitting", null)]
    [DataRow("another host", "RemoteCertificateNameMismatch")]
    [DataRow("a stranger", "PartialChain")]
    public async Task Peer_IsLookedAtInTheSameWay(string which, string? reason)
    {
        using var own = which switch
        {
            "fitting" => TestCertificates.Replica(_replicas),
            "another host" => TestCertificates.Replica(_replicas, "replica.example"),
            _ => TestCertificates.Replica(_stranger),
        };
        await using var listener = await StartAsync(own, SoapEncoding.Binary);
        using var shown = TestCertificates.Client(_clients);
        using var channel = new PeerChannel<IKeyValueStore>(
            new Uri(listener.Address, ServicePaths.KeyValueStore),
            new LinkSettings("test", TimeSpan.FromSeconds(20), 1 << 20, new TlsCredentials { Certificate = shown, TrustedIssuers = _replicas.Alone }));

        if (reason is null)
        {
            await channel.Get().PutAsync("k", [1], null);
        }
        else
        {
            var thrown = await Assert.ThrowsAsync<CommunicationException>(() => channel.Get().PutAsync("k", [1], null));
            Assert.Contains(reason, thrown.GetBaseException().Message);
        }

        Assert.AreEqual(reason is null ? 1 : 0, _store.Calls);
    }

    /// <summary>An issuer that is trusted for this store is none of the system's.</summary>
    [TestMethod]
    public async Task Replica_OfAnIssuerThatNobodyNamed_IsNotCalled()
    {
        await using var listener = await StartAsync();
        await using var client = new PaxosKeyValueClient(Options(listener, TestCertificates.Client(_clients)) with { TrustedIssuers = null });

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => client.PutAsync("k", [1], TestContext.CancellationToken));

        Assert.Contains("replica 1 cannot be reached", FirstFailure);
        Assert.AreEqual(0, _store.Calls);
    }

    /// <summary>A caller's connections share it, for as long as there is a caller: neither what others sent nor the time when it was made may stay in it.</summary>
    [TestMethod]
    public async Task Policy_ThatConnectionsShare_StaysAsItWas()
    {
        var options = new TlsCredentials { Certificate = TestCertificates.Client(_clients), TrustedIssuers = _replicas.Alone }.ForConnections();
        options.TargetHost = "127.0.0.1";
        await using var listener = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", listener.Address.Port, TestContext.CancellationToken);
            await using var tls = new SslStream(socket.GetStream());
            await tls.AuthenticateAsClientAsync(options, TestContext.CancellationToken);
        }

        Assert.IsEmpty(options.CertificateChainPolicy!.ExtraStore);
        Assert.IsEmpty(options.CertificateChainPolicy.ApplicationPolicy);
        Assert.IsTrue(options.CertificateChainPolicy.VerificationTimeIgnored);
    }

    /// <summary>An address may be learned later, of others.</summary>
    [TestMethod]
    public async Task Address_OverPlainHttp_IsNotCalledByACallerWithCredentials()
    {
        using var factory = WcfFactories.Of<IKeyValueStore>(
            WcfBindings.Client(TimeSpan.FromSeconds(20)), new Uri("http://127.0.0.1:1/"), new TlsCredentials { TrustedIssuers = _replicas.Alone });

        var thrown = await Assert.ThrowsAsync<CommunicationException>(() => factory.CreateChannel().PutAsync("k", [1], null));

        Assert.Contains("http://127.0.0.1:1 is not https", thrown.GetBaseException().Message);
        Assert.AreEqual(FailureKind.NotSent, AttemptFailure.Read(thrown, 1, TimeSpan.FromSeconds(1))!.Kind);
    }

    // What is said in the end is of the last attempt, which the deadline may have cut short.
    private string FirstFailure => _attempts.Lines.First();

    private X509Certificate2? Unfitting(string which) => which switch
    {
        "none" => null,
        "of a stranger" => TestCertificates.Client(_stranger),
        "of the replicas' issuer" => TestCertificates.Client(_replicas),
        "expired" => TestCertificates.Expired(_clients),
        _ => X509CertificateLoader.LoadPkcs12(_stranger.Root.Export(X509ContentType.Pfx), null),
    };

    private PaxosClientOptions Options(SoapListener listener, X509Certificate2? shown, TimeSpan? timeout = null) => new()
    {
        Replicas = new Dictionary<int, Uri> { [1] = listener.Address },
        ClientCertificate = shown,
        TrustedIssuers = _replicas.Alone,
        OperationTimeout = timeout ?? TimeSpan.FromSeconds(5),
        AttemptTimeout = TimeSpan.FromSeconds(30),
        MembersInterval = TimeSpan.Zero,
        Logger = _attempts.CreateLogger("client"),
    };

    private ChannelFactory<IKeyValueStore> Factory(SoapListener listener, X509Certificate2? shown) => WcfFactories.Of<IKeyValueStore>(
        WcfBindings.Client(TimeSpan.FromSeconds(20), "https"), new Uri(listener.Address, ServicePaths.KeyValueStore),
        new TlsCredentials { Certificate = shown, TrustedIssuers = _replicas.Alone });

    private Task<SoapListener> StartAsync(X509Certificate2? own = null, SoapEncoding encoding = SoapEncoding.Text) =>
        StartAsync(_certificates.Save(own ?? TestCertificates.Replica(_replicas), "replica.pfx"), encoding, _clients.Alone);

    private Task<SoapListener> StartAsync(string own, SoapEncoding encoding, X509Certificate2Collection? callers) => SoapListener.StartAsync(
        new SoapListenerSettings
        {
            Listen = new Uri("https://127.0.0.1:0"),
            CertificatePath = own,
            CertificatePassword = TestCertificates.Password,
            CallerIssuers = callers,
        },
        [new SoapEndpoint(typeof(IKeyValueStore), _store, ServicePaths.KeyValueStore, encoding, encoding == SoapEncoding.Text)],
        _log,
        TestContext.CancellationToken);

    // What the library does not do: it sends nothing between its certificate and the issuer.
    private async Task<string> AskAsync(SoapListener listener, SslStreamCertificateContext shown, SslProtocols protocol)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", listener.Address.Port, TestContext.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = protocol,
            CertificateChainPolicy = IssuerTrust.PolicyOf(_replicas.Alone),
            ClientCertificateContext = shown,
        };
        await tls.AuthenticateAsClientAsync(options, TestContext.CancellationToken);
        try
        {
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {ServicePaths.KeyValueStore} HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.CancellationToken);
            var answer = new byte[100];
            return Encoding.ASCII.GetString(answer, 0, await tls.ReadAsync(answer, TestContext.CancellationToken));
        }
        catch (IOException)
        {
            // It was closed with the request unread.
            return "";
        }
    }
}
