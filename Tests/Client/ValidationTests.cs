using System.Security.Cryptography.X509Certificates;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Soap;

namespace PaxosWcf.Tests.Client;

[TestClass]
public sealed class ValidationTests
{
    public static IEnumerable<object[]> BadKeys =>
    [
        ["", "The key is missing or empty; it must have 1..1024 bytes of UTF-8."],
        [new string('ä', 513), "The key has 1026 bytes of UTF-8; at most 1024 are taken."],
        ["a\u0001", "The key's character 2 is U+0001, which XML text cannot carry."],
        ["\ud800x", "The key's character 1 is U+D800, which XML text cannot carry."],
    ];

    [TestMethod]
    [DynamicData(nameof(BadKeys))]
    public async Task Put_BadKey_RefusedWithASentenceBeforeAnythingIsSent(string key, string sentence)
    {
        var test = new ClientUnderTest();

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(
            () => test.PutAsync(key));

        Assert.AreEqual("key", thrown.Field);
        Assert.AreEqual(sentence, thrown.Message);
        Assert.IsEmpty(test.Cluster.Calls);
    }

    [TestMethod]
    public async Task Put_LargestKeyAndValue_Taken()
    {
        var test = new ClientUnderTest();

        await test.PutAsync(new string('k', StoreLimits.KeyBytesMax), new byte[StoreLimits.ValueBytesMax]);

        Assert.AreEqual(1, test.Cluster.Revision);
    }

    [TestMethod]
    public async Task Put_ValueTooLarge_RefusedBeforeAnythingIsSent()
    {
        var test = new ClientUnderTest();

        var thrown = await Assert.ThrowsExactlyAsync<RequestTooLargeException>(
            () => test.PutAsync("k", new byte[StoreLimits.ValueBytesMax + 1]));

        Assert.AreEqual("The value has 1048577 bytes; at most 1048576 are taken.", thrown.Message);
        Assert.IsEmpty(test.Cluster.Calls);
    }

    [TestMethod]
    public void Options_PinnedReplicaUnknown_RefusedWithTheReplicasNamed()
    {
        var options = FakeCluster.Options(pinned: 6);

        var thrown = Assert.ThrowsExactly<ArgumentException>(options.Validate);

        Assert.AreEqual("There is no replica 6; the replicas are 1, 2, 3, 4, 5.", thrown.Message);
    }

    [TestMethod]
    [DataRow("without its key", "The client certificate \"CN=client\" has no private key; load it with its key.")]
    [DataRow("for servers only", "The client certificate \"CN=server\" is not for clients: its extended key usage lacks clientAuth.")]
    [DataRow("nobody trusted", "The trusted issuers are none")]
    [DataRow("over http", "The address http://127.0.0.1:8101/ is not https")]
    [DataRow("issuers over http", "The address http://127.0.0.1:8101/ is not https")]
    public void Options_CertificatesThatMakeNoSense_Refused(string which, string sentence)
    {
        using var certificates = new TestCertificates();
        var issuer = certificates.Issuer("clients");
        using var whole = TestCertificates.Client(issuer);
        PaxosClientOptions options = FakeCluster.Options() with { Replicas = new Dictionary<int, Uri> { [1] = new("https://127.0.0.1:8101") } };
        var http = new Dictionary<int, Uri> { [1] = new("http://127.0.0.1:8101") };
        options = which switch
        {
            "without its key" => options with { ClientCertificate = X509CertificateLoader.LoadCertificate(whole.RawData) },
            "for servers only" => options with { ClientCertificate = TestCertificates.ForServersOnly(issuer) },
            "nobody trusted" => options with { TrustedIssuers = [] },
            "over http" => options with { ClientCertificate = whole, Replicas = http },
            _ => options with { TrustedIssuers = issuer.Alone, Replicas = http },
        };

        var thrown = Assert.ThrowsExactly<ArgumentException>(options.Validate);

        Assert.Contains(sentence, thrown.Message);
    }

    [TestMethod]
    public void Options_NoTimeAtAll_Refused()
    {
        var options = FakeCluster.Options() with { OperationTimeout = TimeSpan.Zero };

        Assert.ThrowsExactly<ArgumentException>(options.Validate);
    }
}
