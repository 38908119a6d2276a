using System.Net;
using System.Text;
using System.Xml.Linq;
using System.Xml.Schema;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Hosting.Dispatcher;

namespace PaxosWcf.Tests.Soap;

/// <summary>What the WSDL says, beside being readable: <see cref="Interop.ForeignClientTests"/> shows that.</summary>
[TestClass]
[TestCategory("Dispatcher")]
public sealed class WsdlTests(TestContext test)
{
    private static readonly XNamespace Xsd = "http://www.w3.org/2001/XMLSchema";

    [TestMethod]
    public async Task Wsdl_AndSingleWsdl_AreTheSameDocument()
    {
        await using var host = await SoapTestHost.StartAsync();

        Assert.AreEqual(await ReadTextAsync(host, "?wsdl"), await ReadTextAsync(host, "?singleWsdl"));
    }

    [TestMethod]
    public async Task Address_WhenNoneIsConfigured_IsTheOneTheCallerUsed()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, host.StoreAddress + "?wsdl");
        request.Headers.Host = "replica1.example:8101";

        using var response = await host.Http.SendAsync(request, test.CancellationToken);
        var wsdl = XDocument.Parse(await response.Content.ReadAsStringAsync(test.CancellationToken));

        AssertLocations(wsdl, "http://replica1.example:8101/KeyValueStore.svc");
    }

    [TestMethod]
    public async Task Address_WhenConfigured_IsThat()
    {
        await using var host = await SoapTestHost.StartAsync(publicAddress: new Uri("https://public.example:8443"));

        AssertLocations(await ReadAsync(host), "https://public.example:8443/KeyValueStore.svc");
    }

    [TestMethod]
    public async Task Parameters_AreRequiredOrOptional_AsCSharpSays()
    {
        await using var host = await SoapTestHost.StartAsync();
        var wsdl = await ReadAsync(host);

        Assert.AreEqual("key 1 false, value 1 false, identity 0 true", Describe(wsdl, "Put"));
        Assert.AreEqual("key 1 false, consistency 0 true", Describe(wsdl, "Get"));
        Assert.AreEqual("Session 1 false, Sequence 1 false, AcknowledgedThrough 0 false", Describe(wsdl, "RequestIdentity"));
        Assert.AreEqual("Kind 1 false, Key 1 false, Value 0 true, LeaseId 0 true", Describe(wsdl, "BatchOperation"));
        Assert.AreEqual("comparisons 1 false, then 1 false, otherwise 0 true, identity 0 true", Describe(wsdl, "Transact"));
        Assert.AreEqual("prefix 0 true, from 0 true, until 0 true, keysMax 0 true, keysOnly 0 true, consistency 0 true", Describe(wsdl, "Range"));
        Assert.AreEqual("Kind 1 false, Key 1 false, Value 0 true, Number 0 true", Describe(wsdl, "Comparison"));
        Assert.AreEqual("BatchOperation 0 false", Describe(wsdl, "ArrayOfBatchOperation"));
    }

    [TestMethod]
    public async Task Operations_AreTheContractsOwn_AndNoPeers()
    {
        await using var host = await SoapTestHost.StartAsync();
        var wsdl = await ReadAsync(host);

        var operations = wsdl.Descendants("{http://schemas.xmlsoap.org/wsdl/}portType").Single()
            .Elements("{http://schemas.xmlsoap.org/wsdl/}operation").Select(element => element.Attribute("name")!.Value);

        Assert.AreEquivalent(
            (IEnumerable<string>)["Put", "Get", "Delete", "Batch", "Transact", "ContainsKey", "Range", "OpenSession", "Members", "Pipeline", "Watch", "GrantLease", "KeepLeaseAlive", "RevokeLease", "GetLease", "Leases", "Resolve"], operations);
    }

    [TestMethod]
    public void Wsdl_OfEveryContract_HasSchemasThatCompile()
    {
        foreach (var contract in typeof(IKeyValueStore).Assembly.GetTypes().Where(
            type => type.IsDefined(typeof(System.ServiceModel.ServiceContractAttribute), inherit: false)))
        {
            var schemas = new XmlSchemaSet();
            foreach (var schema in new WsdlTypes(new SoapContract(contract, SoapEncoding.Text)).Schemas)
            {
                schemas.Add(schema);
            }
            schemas.Compile();
            Assert.IsTrue(schemas.IsCompiled, contract.Name);
        }
    }

    [TestMethod]
    public async Task PublishWsdl_WhenOff_HidesIt()
    {
        await using var listener = await SoapListener.StartAsync(
            new SoapListenerSettings { Listen = new Uri("http://127.0.0.1:0") },
            [new SoapEndpoint(typeof(IKeyValueStore), new InMemoryStore(), "/a", SoapEncoding.Text, PublishWsdl: false)],
            NullLoggerFactory.Instance,
            test.CancellationToken);
        using var http = new HttpClient();

        using var response = await http.GetAsync(new Uri(listener.Address, "/a?wsdl"), test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static void AssertLocations(XDocument wsdl, string expected)
    {
        var locations = wsdl.Descendants().Attributes("location").Select(attribute => attribute.Value).ToArray();
        Assert.HasCount(2, locations);
        Assert.IsTrue(locations.All(location => location == expected), string.Join(' ', locations));
    }

    // the children of an element's or a complex type's sequence: name, minOccurs, nillable
    private static string Describe(XDocument wsdl, string name)
    {
        var text = new StringBuilder();
        var holder = wsdl.Descendants().First(element =>
            element.Name.Namespace == Xsd
            && element.Attribute("name")?.Value == name
            && element.Descendants(Xsd + "sequence").Any());
        foreach (var child in holder.Descendants(Xsd + "element"))
        {
            text.Append(text.Length == 0 ? "" : ", ")
                .Append(child.Attribute("name")!.Value).Append(' ')
                .Append(child.Attribute("minOccurs")?.Value ?? "1").Append(' ')
                .Append(child.Attribute("nillable")?.Value ?? "false");
        }
        return text.ToString();
    }

    private async Task<XDocument> ReadAsync(SoapTestHost host) => XDocument.Parse(await ReadTextAsync(host, "?wsdl"));

    private async Task<string> ReadTextAsync(SoapTestHost host, string query) =>
        await host.Http.GetStringAsync(new Uri(host.StoreAddress + query), test.CancellationToken);
}
