using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Soap;

/// <summary>What a well-formed request may still get wrong. Each is told to the caller by name, and nothing is executed.</summary>
[TestClass]
[TestCategory("Dispatcher")]
public sealed class RequestShapeTests
{
    private const string Identity = "<d:Session>s</d:Session><d:Sequence>7</d:Sequence>";

    [TestMethod]
    [DataRow("Put", "<key>k</key>", "value", "missing")]
    [DataRow("Put", "<value>AQI=</value>", "key", "missing")]
    [DataRow("Put", "", "key", "missing")]
    [DataRow("Put", "<value>AQI=</value><key>k</key>", "key", "value is at its place")]
    [DataRow("Put", "<key>k</key><value>AQI=</value><identity i:nil='true'/><value>AQI=</value>", "value", "out of order")]
    [DataRow("Put", "<key>&#x1;</key><value/>", "key", "XML 1.0")]
    [DataRow("Put", "<key i:type='unbound:string'>k</key><value/>", "key", "type")]
    [DataRow("Put", "<key>k</key><key>k</key><value>AQI=</value>", "key", "repeated")]
    [DataRow("Put", "<key>k</key><value>AQI=</value><value>AQI=</value>", "value", "repeated")]
    [DataRow("Put", "<key>k</key><value>AQI=</value><extra>1</extra>", "extra", "not a parameter")]
    [DataRow("Put", "<d:key>k</d:key><value>AQI=</value>", "key", "is in the namespace http://schemas.paxoswcf/v1/data, and must be in the namespace http://schemas.paxoswcf/v1, as all parameters are")]
    [DataRow("Put", "<key xmlns=''>k</key><value>AQI=</value>", "key", "is in no namespace, and must be in the namespace http://schemas.paxoswcf/v1,")]
    [DataRow("Batch", "<operations><BatchOperation/></operations>", "operations.BatchOperation", "is in the namespace http://schemas.paxoswcf/v1, and must be in the namespace http://schemas.paxoswcf/v1/data.")]
    [DataRow("Batch", "<operations><d:BatchOperation><Kind>Delete</Kind><Key>k</Key></d:BatchOperation></operations>", "operations[0].Kind", "is in the namespace http://schemas.paxoswcf/v1, and must be in")]
    [DataRow("Put", "<key i:nil='true'/><value>AQI=</value>", "key", "null")]
    [DataRow("Put", "<key>k</key><value i:nil='1'/>", "value", "null")]
    [DataRow("Put", "<key>k</key><value>not base64!</value>", "value", "type")]
    [DataRow("Put", "<key><b>k</b></key><value>AQI=</value>", "key", "type")]
    [DataRow("Put", "<key i:type='d:Nobody'>k</key><value>AQI=</value>", "key", "type")]
    [DataRow("Put", "<key i:type='d:RequestIdentity'><d:Session>s</d:Session></key><value>AQI=</value>", "key", "type")]
    [DataRow("Put", "text<key>k</key><value>AQI=</value>", "key", "missing")]
    [DataRow("Put", "<key>k</key><value>AQI=</value>text", "Put", "text")]
    [DataRow("Batch", "<operations><d:BatchOperation><d:Key>k</d:Key></d:BatchOperation></operations>", "operations[0]", "Kind must be")]
    [DataRow("Batch", "<operations><d:BatchOperation><d:Kind>Put</d:Kind></d:BatchOperation></operations>", "operations[0].Key", "missing")]
    [DataRow("Batch", "<operations><d:BatchOperation><d:Kind>Post</d:Kind><d:Key>k</d:Key></d:BatchOperation></operations>", "operations", "type")]
    [DataRow("Batch", "<operations><d:BatchOperation i:nil='true'/></operations>", "operations[0]", "null")]
    [DataRow("Batch", "<operations><d:BatchOperation><d:Kind>Put</d:Kind><d:Key>k</d:Key><d:Value>no base64!</d:Value></d:BatchOperation></operations>", "operations", "type")]
    [DataRow("Batch", "<operations><d:BatchOperation><d:Kind>Put</d:Kind><d:Key>k</d:Key><d:Value>AQI=<d:Key/></d:Value></d:BatchOperation></operations>", "operations[0].Value.Key", "text only")]
    [DataRow("Batch", "<operations><d:BatchOperation><d:Kind>Put</d:Kind><d:Key>k</d:Key><d:Value>AQI=</d:Value><d:Key>k</d:Key></d:BatchOperation></operations>", "operations[0].Key", "repeated")]
    [DataRow("Batch", "<operations><d:Operation/></operations>", "operations.Operation", "not an item")]
    [DataRow("Get", "<key>k</key><consistency>Sometimes</consistency>", "consistency", "type")]
    [DataRow("Get", "<key>k</key><consistency>0</consistency>", "consistency", "type")]
    public async Task Parameters_NotAsTheContractSays_AreNamed(string operation, string parameters, string field, string reason)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.CallAsync(operation, parameters);

        answer.AssertInvalid(field, reason);
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    [DataRow("<d:Value>AQI=</d:Value>", 2)]
    [DataRow("<d:Value> A<!-- a -->Q\nI= </d:Value>", 2)]
    [DataRow("<d:Value><![CDATA[AQI=]]></d:Value>", 2)]
    [DataRow("<d:Value></d:Value>", 0)]
    [DataRow("<d:Value/>", 0)]
    public async Task Batch_ValueHoweverItIsWritten_IsItsBytes(string value, int bytes)
    {
        await using var host = await SoapTestHost.StartAsync();
        var put = $"<d:BatchOperation><d:Kind>Put</d:Kind><d:Key>k</d:Key>{value}</d:BatchOperation>";

        var answer = await host.CallAsync(
            "Batch", $"<operations>{put}<d:BatchOperation><d:Kind>Delete</d:Kind><d:Key>k</d:Key></d:BatchOperation>{put}</operations>");

        answer.AssertReply();
        Assert.HasCount(3, host.Store.LastBatch);
        Assert.IsNull(host.Store.LastBatch[1].Value);
        Assert.AreSequenceEqual(new byte[] { 1, 2 }[..bytes], host.Store.LastBatch[2].Value);
    }

    [TestMethod]
    [DataRow("<d:Sequence>7</d:Sequence>", "identity", "Session must be")]
    [DataRow("<d:Session>s</d:Session>", "identity.Sequence", "missing")]
    [DataRow("", "identity.Session", "missing")]
    [DataRow("<d:Sequence>7</d:Sequence><d:Session>s</d:Session>", "identity", "Session must be")]
    [DataRow("<d:AcknowledgedThrough>1</d:AcknowledgedThrough>" + Identity, "identity", "Session must be")]
    [DataRow(Identity + "<d:Session>s</d:Session>", "identity.Session", "repeated")]
    [DataRow(Identity + "<d:Extra>s</d:Extra>", "identity.Extra", "unknown")]
    [DataRow("<Session>s</Session><Sequence>7</Sequence>", "identity.Session", "is in the namespace http://schemas.paxoswcf/v1, and must be in the namespace http://schemas.paxoswcf/v1/data.")]
    [DataRow("<d:Session>s</d:Session><Sequence>7</Sequence>", "identity.Sequence", "must be in the namespace http://schemas.paxoswcf/v1/data.")]
    [DataRow("<d:Session>s</d:Session><d:Sequence>7</d:Sequence><AcknowledgedThrough xmlns='urn:x'>6</AcknowledgedThrough>", "identity.AcknowledgedThrough", "is in the namespace urn:x,")]
    [DataRow("<d:Session i:nil='true'/><d:Sequence>7</d:Sequence>", "identity.Session", "null")]
    [DataRow("<d:Session>&#xB;</d:Session><d:Sequence>7</d:Sequence>", "identity.Session", "XML 1.0")]
    [DataRow("<d:Session i:type='d:Nobody'>s</d:Session><d:Sequence>7</d:Sequence>", "identity.Session", "type")]
    [DataRow("<d:Session>s</d:Session><d:Sequence>seven</d:Sequence>", "identity", "type")]
    [DataRow("<d:Session>s</d:Session><d:Sequence>9223372036854775808</d:Sequence>", "identity", "type")]
    [DataRow("<d:Session><d:b/></d:Session><d:Sequence>7</d:Sequence>", "identity.Session.b", "text only")]
    public async Task Members_NotAsTheDataContractSays_AreNamed(string members, string field, string reason)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.CallAsync("Delete", $"<key>k</key><identity>{members}</identity>");

        answer.AssertInvalid(field, reason);
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    [DataRow("<key>k</key>")]
    [DataRow("<key xmlns:x='http://www.w3.org/2001/XMLSchema' i:type='x:string'>k</key>")]
    [DataRow("<key>k</key><identity i:nil='true'/>")]
    [DataRow("<key>k</key><identity i:nil='true'></identity>")]
    [DataRow("<!-- a --><key>k</key>\n <!-- b -->")]
    public async Task OptionalParameter_LeftOutOrNull_IsNull(string parameters)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.CallAsync("Delete", parameters);

        answer.AssertReply();
        Assert.IsNull(host.Store.LastIdentity);
    }

    [TestMethod]
    [DataRow(Identity, 0L)]
    [DataRow(" <d:Session>s</d:Session> <!-- c --> <d:Sequence> 7 </d:Sequence> ", 0L)]
    [DataRow(Identity + "<d:AcknowledgedThrough>6</d:AcknowledgedThrough>", 6L)]
    public async Task Identity_WithOrWithoutItsOptionalMember_IsRead(string members, long acknowledgedThrough)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.CallAsync("Put", $"<key>k</key><value/><identity>{members}</identity>");

        answer.AssertReply();
        Assert.AreEqual(
            new RequestIdentity { Session = "s", Sequence = 7, AcknowledgedThrough = acknowledgedThrough },
            host.Store.LastIdentity);
    }

    /// <summary>Code and detail are what the documents promise, whatever was sent, and whether or not an operation was named.</summary>
    [TestMethod]
    [DataRow("<a/>", "ContainsKey")]
    [DataRow("", "ContainsKey")]
    [DataRow("{\"key\":\"k\"}", "ContainsKey")]
    [DataRow("<a/>", "NoSuchOperation")]
    [DataRow("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>", "ContainsKey")]
    public async Task What_IsNoEnvelope_IsATypedFault(string text, string operation)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.Post11Async(text, operation);

        answer.AssertFault("InvalidRequest");
        Assert.Contains("InvalidRequestFault", answer.Text);
        Assert.AreNotEqual("", answer.Value("Field"));
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    public async Task Body_OfAnotherOperationThanTheAction_IsRefused()
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.Post11Async(
            SoapTestHost.Envelope11(SoapTestHost.Element("Delete", "<key>k</key>")), "ContainsKey");

        answer.AssertInvalid("body", "must hold ContainsKey");
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("Nothing")]
    [DataRow("")]
    public async Task Action_MissingOrUnknown_IsNotSupported(string? operation)
    {
        await using var host = await SoapTestHost.StartAsync();
        var element = SoapTestHost.Element("ContainsKey", "<key>k</key>");

        var soap11 = await host.Post11Async(SoapTestHost.Envelope11(element), operation);
        var soap12 = await host.Post12Async(SoapTestHost.Envelope12(element), operation);

        soap11.AssertFault("ActionNotSupported");
        soap12.AssertFault("ActionNotSupported");
    }

    [TestMethod]
    public async Task Operation_WithoutDeclaredFaults_GetsItsRefusalUntyped()
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.CallAsync("OpenSession", "<key>k</key>");

        answer.AssertFault("InvalidRequest");
        Assert.Contains("key is not a parameter", answer.Reason);
    }

    [TestMethod]
    public async Task Request_RefusedOverSoap12_IsTheSendersFault()
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.Post12Async(
            SoapTestHost.Envelope12(SoapTestHost.Element("ContainsKey", "")), "ContainsKey");

        answer.AssertInvalid("key", "missing");
        Assert.Contains(":Sender<", answer.Text);
    }

    [TestMethod]
    public async Task Envelope_OfTheOtherVersion_IsAVersionMismatch()
    {
        await using var host = await SoapTestHost.StartAsync();
        var element = SoapTestHost.Element("ContainsKey", "<key>k</key>");

        var soap12As11 = await host.Post11Async(SoapTestHost.Envelope12(element), "ContainsKey");
        var soap11As12 = await host.Post12Async(SoapTestHost.Envelope11(element), "ContainsKey");
        var unknown = await host.Post11Async(
            SoapTestHost.Envelope11(element).Replace("soap/envelope", "soap/other", StringComparison.Ordinal), "ContainsKey");

        soap12As11.AssertFault("VersionMismatch");
        soap11As12.AssertFault("VersionMismatch");
        unknown.AssertFault("VersionMismatch");
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow(" s:actor='http://schemas.xmlsoap.org/soap/actor/next'", true)]
    [DataRow(" s:actor='http://elsewhere'", false)]
    public async Task HeaderThatMustBeUnderstood_OverSoap11_IsRefusedWhenItIsForUs(string actor, bool refused)
    {
        await using var host = await SoapTestHost.StartAsync();
        var header = $"<s:Header><h:Token xmlns:h='urn:h' s:mustUnderstand='1'{actor}/></s:Header>";

        var answer = await host.Post11Async(
            SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>"), header), "ContainsKey");

        AssertUnderstood(answer, refused);
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow(" s:role='http://www.w3.org/2003/05/soap-envelope/role/next'", true)]
    [DataRow(" s:role='http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver'", true)]
    [DataRow(" s:role='http://www.w3.org/2003/05/soap-envelope/role/none'", false)]
    public async Task HeaderThatMustBeUnderstood_OverSoap12_IsRefusedWhenItIsForUs(string role, bool refused)
    {
        await using var host = await SoapTestHost.StartAsync();
        var header = $"<s:Header><h:Token xmlns:h='urn:h' s:mustUnderstand='true'{role}/></s:Header>";

        var answer = await host.Post12Async(
            SoapTestHost.Envelope12(SoapTestHost.Element("ContainsKey", "<key>k</key>"), header), "ContainsKey");

        AssertUnderstood(answer, refused);
    }

    [TestMethod]
    public async Task HeaderThatNeedNotBeUnderstood_IsPassedOver()
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.Post11Async(
            SoapTestHost.Envelope11(
                SoapTestHost.Element("ContainsKey", "<key>k</key>"), "<s:Header><h:Token xmlns:h='urn:h'/></s:Header>"),
            "ContainsKey");

        answer.AssertReply();
    }

    private static void AssertUnderstood(SoapAnswer answer, bool refused)
    {
        if (refused)
        {
            answer.AssertFault("MustUnderstand");
        }
        else
        {
            answer.AssertReply();
        }
    }
}
