using System.Net;
using System.ServiceModel;
using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Host;

/// <summary>Bad input gets a clear error and costs nothing else.</summary>
[TestClass]
public sealed class BadInputOverSoapTests
{
    private static readonly HttpClient Http = new();
    private static HostedCluster? Running;

    public required TestContext TestContext { get; set; }

    private static HostedCluster Cluster => Running!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => Running = await HostedCluster.StartAsync(replicas: 1);

    [ClassCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();

    [TestMethod]
    [DataRow(0, "empty")]
    [DataRow(1025, "1025 bytes")]
    public async Task Key_OutsideItsLimits_IsRefusedByName(int bytes, string says)
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.PutAsync(new string('k', bytes), [1], null)));

        Assert.AreEqual("key", fault.Detail.Field);
        Assert.Contains(says, fault.Detail.Reason);
        Assert.AreEqual("InvalidRequest", fault.Code.SubCode?.Name ?? fault.Code.Name);
    }

    [TestMethod]
    public async Task Key_AtItsLimit_IsTaken()
    {
        var key = new string('ä', StoreLimits.KeyBytesMax / 2);

        await Cluster.StoreAsync(1, store => store.PutAsync(key, [1], null));

        Assert.IsTrue((await Cluster.StoreAsync(1, store => store.ContainsKeyAsync(key, null))).Found);
    }

    [TestMethod]
    public async Task Value_AtItsLimit_IsTaken_OneByteMoreIsRefused()
    {
        var value = new byte[StoreLimits.ValueBytesMax];
        Random.Shared.NextBytes(value);
        await Cluster.StoreAsync(1, store => store.PutAsync("large", value, null));

        var fault = await Assert.ThrowsExactlyAsync<FaultException<RequestTooLargeFault>>(
            () => Cluster.StoreAsync(1, store => store.PutAsync("large", new byte[value.Length + 1], null)));

        Assert.AreEqual(StoreLimits.ValueBytesMax, fault.Detail.BytesMax);
        Assert.AreSequenceEqual(value, (await Cluster.StoreAsync(1, store => store.GetAsync("large", null))).Value);
    }

    /// <summary>As much as a message has room for, and then some more than the store takes.</summary>
    [TestMethod]
    public async Task Value_OfThreeTimesItsLimit_IsRefusedAsTooLarge()
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<RequestTooLargeFault>>(
            () => Cluster.StoreAsync(1, store => store.PutAsync("large", new byte[3 << 20], null)));

        Assert.AreEqual(3 << 20, fault.Detail.Bytes);
    }

    /// <summary>Addresses that nobody could use are no member's: and the leader, whom one such call reaches, lives on.</summary>
    [TestMethod]
    [DataRow("http://0.0.0.0:8203", "http://127.0.0.1:8103", "peer", "cannot reach")]
    [DataRow("http://127.0.0.1", "http://127.0.0.1:8103", "peer", "port")]
    [DataRow("http://127.0.0.1:8203", "http://user:secret@127.0.0.1:8103", "client", "without user")]
    [DataRow("http://127.0.0.1:8103", "http://127.0.0.1:8103", "peer", "client address too")]
    [DataRow("http://LONG:8203", "http://LONG:8103", "peer", "bytes together")]
    [DataRow("http://OTHER", "http://127.0.0.1:8103", "peer", "where replica 1 is")]
    public async Task MemberAddress_ThatNobodyCouldUse_IsRefusedByName(string peer, string client, string field, string says)
    {
        var other = Cluster.PeerAddress(1).Authority;
        (peer, client) = (Filled(peer), Filled(client));

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.ControlAsync(1, control => control.MemberAddAsync(6, "0123456789abcdef", peer, client)));

        Assert.AreEqual(field, fault.Detail.Field);
        Assert.Contains(says, fault.Detail.Reason);
        await Cluster.StoreAsync(1, store => store.PutAsync("alive", [1], null));

        string Filled(string text) => text.Replace("LONG", new string('中', 240), StringComparison.Ordinal).Replace("OTHER", other, StringComparison.Ordinal);
    }

    /// <summary>Any disk of a bootstrap has that incarnation: two machines could vote as one.</summary>
    [TestMethod]
    public async Task MemberIncarnation_OfTheBootstrap_IsNoNewMachines()
    {
        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => Cluster.ControlAsync(
            1, control => control.MemberAddAsync(6, "first", "http://127.0.0.1:8203", "http://127.0.0.1:8103")));

        Assert.AreEqual("incarnation", fault.Detail.Field);
        Assert.StartsWith("The incarnation is \"first\"", fault.Detail.Reason);
        Assert.Contains("without --bootstrap", fault.Detail.Reason);
    }

    [TestMethod]
    [DataRow("", 1, 0, "identity.Session")]
    [DataRow("s", 0, 0, "identity.Sequence")]
    [DataRow("s", 1, 1, "identity.AcknowledgedThrough")]
    [DataRow("s", 1, -1, "identity.AcknowledgedThrough")]
    public async Task Identity_ThatCannotBe_IsRefusedByName(string session, int sequence, int acknowledged, string field)
    {
        var identity = new RequestIdentity { Session = session, Sequence = sequence, AcknowledgedThrough = acknowledged };

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => Cluster.StoreAsync(1, store => store.PutAsync("k", [1], identity)));

        Assert.AreEqual(field, fault.Detail.Field);
    }

    [TestMethod]
    public async Task FaultLab_WhereItIsOff_IsRefused()
    {
        await Assert.ThrowsExactlyAsync<FaultException<FaultLabOffFault>>(
            () => Cluster.ControlAsync(1, control => control.FailAcceptorAsync(1000)));
    }

    [TestMethod]
    [DataRow("<", "text/xml; charset=utf-8", 500, DisplayName = "malformed XML")]
    [DataRow("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "text/xml; charset=utf-8", 500, DisplayName = "a DTD")]
    [DataRow("hello", "text/plain", 415, DisplayName = "no XML at all")]
    public async Task Garbage_IsRefused_AndTheStoreServesOn(string body, string contentType, int status)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        content.Headers.Add("SOAPAction", "\"http://schemas.paxoswcf/v1/KeyValueStore/Get\"");

        using var response = await Http.PostAsync(new Uri(Cluster.ClientAddress(1), ServicePaths.KeyValueStore), content, TestContext.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.CancellationToken);

        Assert.AreEqual(status, (int)response.StatusCode);
        Assert.DoesNotContain("   at ", text, "no stack trace leaves the host");
        Assert.DoesNotContain("Exception", text, "no exception text leaves the host");
        await Cluster.StoreAsync(1, store => store.GetAsync("still-here", null));
    }

    [TestMethod]
    [DataRow(ServicePaths.Proposer)]
    [DataRow(ServicePaths.Acceptor)]
    [DataRow(ServicePaths.Learner)]
    public async Task PeerContract_OnTheClientAddress_IsNotThere(string path)
    {
        using var response = await Http.GetAsync(new Uri(Cluster.ClientAddress(1), path + "?wsdl"), TestContext.CancellationToken);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [TestMethod]
    public async Task Wsdl_OnTheClientAddress_DescribesClientContractsOnly()
    {
        var wsdl = await Http.GetStringAsync(new Uri(Cluster.ClientAddress(1), ServicePaths.KeyValueStore + "?wsdl"), TestContext.CancellationToken);

        Assert.Contains("ContainsKey", wsdl);
        Assert.Contains(Cluster.ClientAddress(1).AbsoluteUri.TrimEnd('/'), wsdl);
        foreach (var peerOperation in new[] { "Prepare", "Accept", "CatchUp", "Heartbeat", "ReadIndex" })
        {
            Assert.DoesNotContain($"\"{peerOperation}\"", wsdl);
        }
    }

    [TestMethod]
    public async Task ClientContract_OnThePeerAddress_IsNotThere()
    {
        using var content = new StringContent("<a/>", Encoding.UTF8, "text/xml");

        using var response = await Http.PostAsync(new Uri(Cluster.PeerAddress(1), ServicePaths.KeyValueStore), content, TestContext.CancellationToken);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }
}
