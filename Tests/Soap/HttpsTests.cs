using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.ServiceModel;
using System.ServiceModel.Security;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>The same endpoints under a certificate.</summary>
[TestClass]
public sealed class HttpsTests(TestContext test)
{
    private const string Password = "only for this test";

    [TestMethod]
    public async Task Client_OverHttps_IsServed_WhenItTrustsTheCertificate()
    {
        var folder = Directory.CreateTempSubdirectory("paxoswcf-https-");
        try
        {
            var path = Path.Combine(folder.FullName, "replica.pfx");
            using var certificate = WriteCertificate(path);
            await using var listener = await StartAsync(path);
            using var factory = new ChannelFactory<IKeyValueStore>(
                WcfBindings.Client(TimeSpan.FromSeconds(20), listener.Address.Scheme));
            factory.Credentials.ServiceCertificate.SslCertificateAuthentication = new X509ServiceCertificateAuthentication
            {
                CertificateValidationMode = X509CertificateValidationMode.Custom,
                CustomCertificateValidator = new OnlyThis(certificate.Thumbprint),
            };
            var store = factory.CreateChannel(new EndpointAddress(new Uri(listener.Address, ServicePaths.KeyValueStore)));

            var reply = await store.PutAsync("k", [1], null);

            Assert.AreEqual(1L, reply.Revision);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public async Task Listener_ForHttpsWithoutACertificate_DoesNotStart()
    {
        var refused = await Assert.ThrowsExactlyAsync<CertificateException>(() => StartAsync(null));

        Assert.Contains("needs a certificate", refused.Message);
    }

    [TestMethod]
    public async Task Certificate_ThatIsNone_IsNamed()
    {
        var missing = await Assert.ThrowsExactlyAsync<CertificateException>(() => StartAsync("nowhere.pfx"));
        var broken = await Assert.ThrowsExactlyAsync<CertificateException>(
            () => StartAsync(typeof(HttpsTests).Assembly.Location));

        Assert.Contains("nowhere.pfx", missing.Message);
        Assert.Contains(typeof(HttpsTests).Assembly.Location, broken.Message);
    }

    [TestMethod]
    public async Task Certificate_WithoutItsKeyOrNotForServers_IsNamed()
    {
        var folder = Directory.CreateTempSubdirectory("paxoswcf-https-");
        try
        {
            var (keyless, forClients) = (Path.Combine(folder.FullName, "keyless.pfx"), Path.Combine(folder.FullName, "clients.pfx"));
            using var whole = WriteCertificate(keyless);
            using var half = X509CertificateLoader.LoadCertificate(whole.RawData);
            await File.WriteAllBytesAsync(keyless, half.Export(X509ContentType.Pfx, Password)!, test.CancellationToken);
            using var other = WriteCertificate(forClients, usage: "1.3.6.1.5.5.7.3.2");

            var first = await Assert.ThrowsExactlyAsync<CertificateException>(() => StartAsync(keyless));
            var second = await Assert.ThrowsExactlyAsync<CertificateException>(() => StartAsync(forClients));

            Assert.Contains("keyless.pfx has no private key", first.Message);
            Assert.Contains("clients.pfx is not for servers", second.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task<SoapListener> StartAsync(string? certificatePath) => SoapListener.StartAsync(
        new SoapListenerSettings
        {
            Listen = new Uri("https://127.0.0.1:0"),
            CertificatePath = certificatePath,
            CertificatePassword = Password,
        },
        [new SoapEndpoint(typeof(IKeyValueStore), new InMemoryStore(), ServicePaths.KeyValueStore, SoapEncoding.Text, true)],
        NullLoggerFactory.Instance,
        test.CancellationToken);

    private static X509Certificate2 WriteCertificate(string path, string? usage = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        var now = DateTimeOffset.UtcNow;
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, Password));
        return certificate;
    }

    private sealed class OnlyThis(string thumbprint) : System.IdentityModel.Selectors.X509CertificateValidator
    {
        public override void Validate(X509Certificate2 certificate) =>
            Assert.AreEqual(thumbprint, certificate.Thumbprint);
    }
}
