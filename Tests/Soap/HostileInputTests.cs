using System.Net;
using System.Text;
using PaxosWcf.ReplicaHost.Hosting.Dispatcher;

namespace PaxosWcf.Tests.Soap;

/// <summary>Input that is meant to hurt: refused cheaply, and the next call is served as ever.</summary>
[TestClass]
[TestCategory("Dispatcher")]
public sealed class HostileInputTests
{
    [TestMethod]
    public async Task DocumentType_WithEntities_IsRefused()
    {
        const string Bomb = "<!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
        await AssertRefusedAsync(Bomb + Valid("&b;"), "document type");
    }

    [TestMethod]
    public async Task EntityOfAFile_IsRefused() =>
        await AssertRefusedAsync("<!DOCTYPE s [<!ENTITY f SYSTEM 'file:///etc/hostname'>]>" + Valid("&f;"), "document type");

    [TestMethod]
    [DataRow("&undeclared;")]
    [DataRow("&#0;")]
    [DataRow("&#x1;")]
    [DataRow("&#xFFFE;")]
    [DataRow("\u0001")]
    [DataRow("\u0008")]
    [DataRow("\uFFFF")]
    [DataRow("a<b")]
    [DataRow("a & b")]
    public async Task Key_WithWhatXmlForbids_IsRefused(string key) => await AssertRefusedAsync(Valid(key), "");

    [TestMethod]
    [DataRow(100)]
    [DataRow(900)]
    public async Task Nesting_BeyondTheQuota_IsRefused(int depth) => await AssertRefusedAsync(Nested(depth), "");

    [TestMethod]
    public async Task Nesting_OfAMillion_IsRefusedCheaply() => await AssertRefusedAsync(Nested(250_000), "nested more than");

    [TestMethod]
    public async Task Attributes_200000OfThem_AreRefusedCheaply()
    {
        var attributes = string.Concat(Enumerable.Range(0, 200_000).Select(i => $" a{i}=''"));
        await AssertRefusedAsync(
            SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", $"<key{attributes}>k</key>")), "attributes");
    }

    /// <summary>What looks like the end of a comment is its beginning: all behind it would be hidden from the guard, and not from the reader.</summary>
    [TestMethod]
    [DataRow("<!-->")]
    [DataRow("<!--->")]
    public async Task Attributes_BehindACommentThatSeemsToEndAtOnce_AreRefusedCheaply(string comment)
    {
        var attributes = string.Concat(Enumerable.Range(0, 200_000).Select(i => $" a{i}=''"));
        await AssertRefusedAsync(
            comment + "<![CDATA[-->" + SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", $"<key{attributes}>k</key>")), "attributes");
    }

    /// <summary>A reader keeps any attribute of the declaration.</summary>
    [TestMethod]
    public async Task Attributes_200000OfThemInTheDeclaration_AreRefused()
    {
        var attributes = string.Concat(Enumerable.Range(0, 200_000).Select(i => $" a{i}='>'"));
        await AssertRefusedAsync($"<?xml version='1.0' encoding='utf-8'{attributes}?>" + Valid("k"), "attributes");
    }

    /// <summary>However it is cut into nodes, and whatever white space is in it.</summary>
    [TestMethod]
    [DataRow("SGVsbG8sIHdvcmxkIQ==")]
    [DataRow("\n  SGVsbG8s\r\n\tIHdvcmxkIQ==\n")]
    [DataRow("SGVs \rbG8s \rIHdv\rcmxk \rIQ==")]
    [DataRow("SGVs<!-- x -->bG8sI<![CDATA[Hdv]]>cmxk&#73;Q&#61;=")]
    [DataRow("S<!---->G V&#32;sbG8sIHdvcmxkIQ = =")]
    public async Task Bytes_AsBase64_AreRead(string base64)
    {
        await using var host = await SoapTestHost.StartAsync();

        (await host.CallAsync("Put", $"<key>k</key><value>{base64}</value>")).AssertReply();
        var batch = await host.CallAsync(
            "Batch", $"<operations><d:BatchOperation><d:Kind>Put</d:Kind><d:Key>b</d:Key><d:Value>{base64}</d:Value></d:BatchOperation></operations>");

        batch.AssertReply();
        foreach (var key in new[] { "k", "b" })
        {
            Assert.AreEqual("Hello, world!", Encoding.UTF8.GetString((await host.Store.GetAsync(key, null)).Value!));
        }
    }

    [TestMethod]
    [DataRow("SGVsbG8")]
    [DataRow("SGVs=bG8")]
    [DataRow("SGVsbG8*")]
    [DataRow("SGVsbG8=SGVs")]
    [DataRow("====")]
    [DataRow("=")]
    [DataRow("SGVs<b/>bG8=")]
    public async Task Bytes_ThatAreNoBase64_AreRefused(string base64)
    {
        await using var host = await SoapTestHost.StartAsync();

        (await host.CallAsync("Put", $"<key>k</key><value>{base64}</value>")).AssertFault("InvalidRequest");

        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    public async Task Bytes_OfEachLength_AreRead()
    {
        await using var host = await SoapTestHost.StartAsync();
        foreach (var length in new[] { 0, 1, 2, 3, 3071, 3072, 3073, 6145, 1 << 20 })
        {
            var value = new byte[length];
            new Random(length).NextBytes(value);
            (await host.CallAsync("Put", $"<key>k</key><value>{Convert.ToBase64String(value, Base64FormattingOptions.InsertLineBreaks)}</value>")).AssertReply();
            Assert.AreSequenceEqual(value, (await host.Store.GetAsync("k", null)).Value);
        }
    }

    [TestMethod]
    public async Task Attributes_AsManyAsAreTaken_AreRead()
    {
        await using var host = await SoapTestHost.StartAsync();
        var attributes = string.Concat(Enumerable.Range(0, TextGuard.AttributesMax - 1).Select(i => $" xmlns:n{i}='{new string('u', 100)}'"));

        var answer = await host.Post11Async(
            Valid("k").Replace("<s:Envelope", $"<s:Envelope{attributes}", StringComparison.Ordinal), "ContainsKey");

        answer.AssertReply();
    }

    /// <summary>A reader looks each prefix up among all declarations that hold there: many of them, and many names that have one, cost it seconds.</summary>
    [TestMethod]
    public async Task NamespaceDeclarations_TooManyAtOnePlace_AreRefused()
    {
        var few = Declaring(TextGuard.DeclarationsMax / 3, from: 0);
        await AssertRefusedAsync(
            SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>"), $"<s:Header><a{few}><b{few}><c{few}><d{few}/></c></b></a></s:Header>"), "namespace declarations");
    }

    /// <summary>Some clients declare what they need at every element.</summary>
    [TestMethod]
    public void NamespaceDeclarations_OneAfterTheOther_AreTaken()
    {
        var few = Declaring(TextGuard.AttributesMax / 2, from: 0);
        var beside = string.Concat(Enumerable.Repeat($"<b{few}>x</b><b{few}/>", 100));

        TextGuard.Check(Encoding.UTF8.GetBytes($"<a{few}>{beside}</a>"));
    }

    [TestMethod]
    public void NamespaceDeclarations_AtTheLimit_AreTaken()
    {
        var half = TextGuard.DeclarationsMax / 4;
        var open = string.Concat(Enumerable.Range(0, 4).Select(n => $"<e{n}{Declaring(half, n * half)}>"));
        TextGuard.Check(Encoding.UTF8.GetBytes(open));
        Assert.ThrowsExactly<InvalidRequestException>(() => TextGuard.Check(Encoding.UTF8.GetBytes(open + "<f xmlns='u'/>")));
    }

    [TestMethod]
    public void Nesting_BeyondTheLimit_IsRefused()
    {
        TextGuard.Check(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", TextGuard.DepthMax))));
        Assert.ThrowsExactly<InvalidRequestException>(() => TextGuard.Check(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", TextGuard.DepthMax + 1)))));
        TextGuard.Check(Encoding.UTF8.GetBytes("</a></a><a>"));
    }

    [TestMethod]
    public async Task Elements_100000OfThem_AreRefused()
    {
        var headers = "<s:Header>" + string.Concat(Enumerable.Repeat("<h xmlns=''/>", 100_000)) + "</s:Header>";
        await AssertRefusedAsync(
            SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", "<key>k</key>"), headers), "elements");
    }

    [TestMethod]
    public async Task Text_LongerThanTheQuota_IsRefused() => await AssertRefusedAsync(Valid(new string('k', 100_000)), "");

    [TestMethod]
    public async Task Name_LongerThanTheQuota_IsRefused()
    {
        var name = new string('n', 100_000);
        await AssertRefusedAsync(SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", $"<{name}/>")), "");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("not xml")]
    [DataRow("<html><body/></html>")]
    [DataRow("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>")]
    [DataRow("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>")]
    [DataRow("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>")]
    public async Task Body_ThatIsNoSoap_IsRefused(string body) => await AssertRefusedAsync(body, "");

    [TestMethod]
    public async Task Envelope_CutAnywhere_IsRefused()
    {
        await using var host = await SoapTestHost.StartAsync();
        var envelope = Valid("k");
        for (var length = 1; length < envelope.Length; length += 7)
        {
            var answer = await host.Post11Async(envelope[..length], "ContainsKey");
            Assert.AreEqual(HttpStatusCode.InternalServerError, answer.Status, envelope[..length]);
            Assert.AreEqual("InvalidRequest", answer.Code);
        }
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    [DataRow("<x/>")]
    [DataRow("trailing")]
    public async Task Envelope_WithSomethingBehindIt_IsRefused(string behind) => await AssertRefusedAsync(Valid("k") + behind, "");

    [TestMethod]
    public async Task Body_WithASecondOperation_IsRefused()
    {
        var element = SoapTestHost.Element("ContainsKey", "<key>k</key>");
        await AssertRefusedAsync(SoapTestHost.Envelope11(element + element), "behind");
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public async Task Utf16Body_IsRefused(bool bigEndian, bool mark)
    {
        await using var host = await SoapTestHost.StartAsync();
        var encoding = new UnicodeEncoding(bigEndian, mark);
        byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes(Valid("k"))];

        foreach (var contentType in new[] { "text/xml", "text/xml; charset=utf-8" })
        {
            var answer = await host.PostAsync(body, contentType, SoapTestHost.Action("ContainsKey"));
            answer.AssertFault("InvalidRequest");
        }
        Assert.AreEqual(0, host.Store.Calls);
    }

    [TestMethod]
    public async Task XmlDeclaration_OfAnotherEncoding_IsRefused() =>
        await AssertRefusedAsync("<?xml version='1.0' encoding='utf-16'?>" + Valid("k"), "");

    [TestMethod]
    [DataRow("z:Ref='i1'")]
    [DataRow("z:FactoryType='d:RequestIdentity'")]
    [DataRow("z:Size='2000000000'")]
    public async Task SerializerAttributes_OnAParameter_DoNoHarm(string attribute)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.CallAsync(
            "Delete",
            $"<key>k</key><identity xmlns:z='http://schemas.microsoft.com/2003/10/Serialization/' {attribute}>"
            + "<d:Session>s</d:Session><d:Sequence>1</d:Sequence></identity>");

        Assert.AreNotEqual("InternalError", answer.Code);
        Assert.IsEmpty(host.Log);
    }

    [TestMethod]
    public async Task Connection_BrokenInTheMiddleOfABody_HarmsNobody()
    {
        await using var host = await SoapTestHost.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var connection = await RawConnection.OpenAsync(host.Address);
            await connection.SendAsync(
                "POST /KeyValueStore.svc HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<s:Env");
        }

        (await host.CallAsync("ContainsKey", "<key>k</key>")).AssertReply();
        Assert.IsEmpty(host.Log);
    }

    [TestMethod]
    public async Task ByteOrderMarkOfUtf8_IsWelcome()
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.Post11Async("\uFEFF" + Valid("k"), "ContainsKey");

        answer.AssertReply();
    }

    [TestMethod]
    public void Guard_PassesOverWhatLooksLikeMarkupInsideOtherMarkup()
    {
        var many = string.Concat(Enumerable.Repeat("<a b='1'>", TextGuard.ElementsMax + 1));

        TextGuard.Check(Encoding.UTF8.GetBytes($"<?xml version='1.0'?><a><!-- {many} --><![CDATA[{many}]]></a>"));
        TextGuard.Check("<a"u8);
        TextGuard.Check("<a b='"u8);
        TextGuard.Check("<!-- "u8);
    }

    private static string Declaring(int count, int from) => string.Concat(Enumerable.Range(from, count).Select(i => $" xmlns:p{i}='u{i}'"));

    private static string Valid(string key) =>
        SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", $"<key>{key}</key>"));

    private static string Nested(int depth)
    {
        var text = new StringBuilder().Insert(0, "<a>", depth).Insert(3 * depth, "</a>", depth).ToString();
        return SoapTestHost.Envelope11(SoapTestHost.Element("ContainsKey", $"<key>{text}</key>"));
    }

    private static async Task AssertRefusedAsync(string envelope, string reasonPart)
    {
        await using var host = await SoapTestHost.StartAsync();

        var answer = await host.Post11Async(envelope, "ContainsKey");

        answer.AssertFault("InvalidRequest");
        Assert.Contains(reasonPart, answer.Reason);
        Assert.AreEqual(0, host.Store.Calls);
        Assert.IsEmpty(host.Log);
        (await host.CallAsync("ContainsKey", "<key>k</key>")).AssertReply();
    }
}
