using System.Security.Cryptography;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Soap;

/// <summary>A real WCF client, over every binding that an endpoint offers.</summary>
[TestClass]
public sealed class WcfClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [TestMethod]
    public Task EveryOperation_OverSoap11_AnswersAsTheServiceDoes() => EveryOperationAsync(soap12: false);

    [TestMethod]
    [TestCategory("Dispatcher")]
    public Task EveryOperation_OverSoap12_AnswersAsTheServiceDoes() => EveryOperationAsync(soap12: true);

    [TestMethod]
    public async Task Put_OfTheLargestValue_ComesBackWhole()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = new ChannelFactory<IKeyValueStore>(WcfBindings.Client(Patience));
        var store = factory.CreateChannel(new EndpointAddress(host.StoreAddress));
        var value = RandomNumberGenerator.GetBytes(StoreLimits.ValueBytesMax);

        await store.PutAsync("big", value, null);
        var reply = await store.GetAsync("big", null);

        Assert.AreSequenceEqual(value, reply.Value!);
    }

    [TestMethod]
    [DataRow("plain ascii")]
    [DataRow("žluťoučký 🐎 <&>\"'")]
    [DataRow(" leading, trailing and\ttab ")]
    public async Task Key_WithAnyXmlCharacters_ComesThroughUnchanged(string key)
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = new ChannelFactory<IKeyValueStore>(WcfBindings.Client(Patience));
        var store = factory.CreateChannel(new EndpointAddress(host.StoreAddress));

        await store.PutAsync(key, Encoding.UTF8.GetBytes(key), null);

        Assert.IsTrue((await store.ContainsKeyAsync(key, null)).Found);
    }

    [TestMethod]
    public Task DeclaredFault_OverSoap11_IsTypedAndHasItsCode() => DeclaredFaultAsync(soap12: false);

    [TestMethod]
    [TestCategory("Dispatcher")]
    public Task DeclaredFault_OverSoap12_IsTypedAndHasItsCode() => DeclaredFaultAsync(soap12: true);

    [TestMethod]
    [TestCategory("Dispatcher")]
    public async Task MissingParameter_FromAWcfClient_IsATypedInvalidRequest()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = new ChannelFactory<IKeyValueStore>(WcfBindings.Client(Patience));
        var store = factory.CreateChannel(new EndpointAddress(host.StoreAddress));

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => store.PutAsync("k", null!, null));

        Assert.AreEqual("value", fault.Detail.Field);
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    public async Task UnexpectedException_ReachesTheClient_AsAnIdAndNothingElse()
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = new ChannelFactory<IKeyValueStore>(WcfBindings.Client(Patience));
        var store = factory.CreateChannel(new EndpointAddress(host.StoreAddress));

        var fault = await Assert.ThrowsExactlyAsync<FaultException>(() => store.GetAsync(InMemoryStore.BugKey, null));

        Assert.AreEqual("InternalError", fault.Code.Name);
        Assert.DoesNotContain(InMemoryStore.Secret, fault.ToString());
        var failureId = fault.Message.TrimEnd('.').Split(' ')[^1];
        var line = host.Log.Single(logged => logged.Contains(failureId, StringComparison.Ordinal));
        Assert.Contains(InMemoryStore.Secret, line);
    }

    private static async Task EveryOperationAsync(bool soap12)
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = new ChannelFactory<IKeyValueStore>(TextBinding(soap12));
        var store = factory.CreateChannel(new EndpointAddress(host.StoreAddress));
        var identity = new RequestIdentity { Session = "s", Sequence = 1 };

        var put = await store.PutAsync("k", [1, 2, 3], identity);
        var get = await store.GetAsync("k", ReadConsistency.Serializable);
        var missing = await store.GetAsync("other", null);
        var contains = await store.ContainsKeyAsync("k", null);
        var range = await store.RangeAsync("p", null, "u", 7, null, ReadConsistency.Serializable);
        var delete = await store.DeleteAsync("k", null);
        var session = await store.OpenSessionAsync();
        var held = await store.TransactAsync(
            [Comparison.ValueIs("k", [7]), Comparison.VersionIs("l", 0)], [BatchOperation.Put("k", [8])], null, identity);
        var asked = host.Store.LastTransact;
        var not = await store.TransactAsync([Comparison.Missing("k")], [], [BatchOperation.Delete("k")], null);

        Assert.AreEqual(("p", null, "u", 7, null), host.Store.LastRange);
        Assert.AreEqual((true, "next", 4L, 5L), (range.More, range.Next, range.Revision, range.AppliedThrough));
        Assert.AreEqual(("k", 1L, 2L, 3L), (range.Keys[0].Key, range.Keys[0].CreateRevision, range.Keys[0].ModificationRevision, range.Keys[0].Version));
        Assert.AreEqual((true, 0), (held.Held, held.Compared.Length));
        Assert.AreSequenceEqual(new byte[] { 7 }, asked.Comparisons[0].Value!);
        Assert.AreEqual((ComparisonKind.Version, "l", 0L, null), (asked.Comparisons[1].Kind, asked.Comparisons[1].Key, asked.Comparisons[1].Number, asked.Otherwise));
        Assert.AreEqual((false, new ComparedKey { ModificationRevision = 3, Version = 2 }, true), (not.Held, not.Compared.Single(), not.Operations.Single().Found));
        Assert.AreEqual(1L, put.Revision);
        Assert.AreSequenceEqual(new byte[] { 1, 2, 3 }, get.Value!);
        Assert.IsNull(missing.Value);
        Assert.IsTrue(contains.Found);
        Assert.IsTrue(delete.Found);
        Assert.AreEqual("s-1", session.Session);
        Assert.AreEqual(identity, host.Store.LastIdentity);
        Assert.StartsWith("127.0.0.1:", host.Store.LastCaller!);
    }

    private static async Task DeclaredFaultAsync(bool soap12)
    {
        await using var host = await SoapTestHost.StartAsync();
        using var factory = new ChannelFactory<IKeyValueStore>(TextBinding(soap12));
        var store = factory.CreateChannel(new EndpointAddress(host.StoreAddress));

        var fault = await Assert.ThrowsExactlyAsync<FaultException<NoQuorumFault>>(
            () => store.GetAsync(InMemoryStore.NoQuorumKey, null));

        var code = fault.Code.SubCode ?? fault.Code;
        Assert.AreEqual("NoQuorum", code.Name);
        Assert.AreEqual(ServiceNamespaces.Services, code.Namespace);
        Assert.AreEqual(1500L, fault.Detail.WaitedMilliseconds);
        Assert.AreEqual("No majority of replicas answered.", fault.Message);
    }

    private static Binding TextBinding(bool soap12) => soap12
        ? new CustomBinding(
            new TextMessageEncodingBindingElement(
                MessageVersion.CreateVersion(EnvelopeVersion.Soap12, AddressingVersion.None), Encoding.UTF8),
            new HttpTransportBindingElement { UseDefaultWebProxy = false })
        : WcfBindings.Client(Patience);
}
