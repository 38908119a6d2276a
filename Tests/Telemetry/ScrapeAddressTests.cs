using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Telemetry;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>The setting that says where metrics can be scraped.</summary>
[TestClass]
public sealed class ScrapeAddressTests
{
    private static readonly Uri Client = new("http://127.0.0.1:8101/");
    private static readonly Uri Peer = new("http://10.0.0.1:8201/");

    [TestMethod]
    [DataRow("http://127.0.0.1:9464/metrics", "http://127.0.0.1:9464/metrics")]
    [DataRow("http://127.0.0.1:9464", "http://127.0.0.1:9464/metrics")]
    [DataRow("https://0.0.0.0:9464/a/b", "https://0.0.0.0:9464/a/b")]
    [DataRow("http://127.0.0.1:8201/metrics", "http://127.0.0.1:8201/metrics")]
    public void Address_IsTaken(string setting, string address) =>
        Assert.AreEqual(new Uri(address), ScrapeAddress.Read(setting, Client, Peer));

    [TestMethod]
    public void Setting_LeftOut_IsNone() => Assert.IsNull(ScrapeAddress.Read(null, Client, Peer));

    [TestMethod]
    [DataRow("", "it is \"\"; write an address such as http://127.0.0.1:9464/metrics, or leave it out.")]
    [DataRow("127.0.0.1:9464", "it is \"127.0.0.1:9464\"; write an address")]
    [DataRow("/metrics", "it is \"/metrics\"; write an address")]
    [DataRow("ftp://127.0.0.1:9464/", "it is \"ftp://127.0.0.1:9464/\"; write an address")]
    [DataRow("http://me:secret@127.0.0.1:9464/", "it is \"http://me:secret@127.0.0.1:9464/\"; write an address")]
    [DataRow("http://127.0.0.1:9464/metrics?a=b", "it is \"http://127.0.0.1:9464/metrics?a=b\"; write an address")]
    [DataRow("http://127.0.0.1:8101/metrics", "it is http://127.0.0.1:8101/metrics, and clients are served at http://127.0.0.1:8101/: metrics need a port of their own.")]
    [DataRow("http://10.0.0.1:8201/metrics", "it is http://10.0.0.1:8201/metrics, and replicas are served at http://10.0.0.1:8201/")]
    public void Address_ThatIsNoneForMetrics_IsNamedWithTheSetting(string setting, string reason)
    {
        var refused = Assert.ThrowsExactly<CannotStartException>(() => ScrapeAddress.Read(setting, Client, Peer));

        Assert.AreEqual(ExitCodes.Usage, refused.ExitCode);
        Assert.StartsWith($"The setting Replica:MetricsAddress is wrong: {reason}", refused.Message);
    }
}
