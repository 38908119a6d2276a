using System.Net;
using System.Xml.Linq;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Soap;

/// <summary>An HTTP answer, read as SOAP.</summary>
internal sealed record SoapAnswer(HttpStatusCode Status, string Text)
{
    /// <summary>The fault's code without prefix: the inner one in SOAP 1.2. Null when it is no fault.</summary>
    public string? Code
    {
        get
        {
            var values = Named("faultcode").Concat(Named("Value")).ToArray();
            return values.Length == 0 ? null : values[^1].Value.Split(':')[^1];
        }
    }

    public string Reason => Named("faultstring").Concat(Named("Text")).Single().Value;

    /// <summary>A member of a data contract in the answer.</summary>
    public string Value(string name) => Named(name).Single(element => element.Name.Namespace == ServiceNamespaces.Data).Value;

    public void AssertFault(string code)
    {
        Assert.AreEqual(HttpStatusCode.InternalServerError, Status, Text);
        Assert.AreEqual(code, Code, Text);
    }

    public void AssertInvalid(string field, string reasonPart)
    {
        AssertFault("InvalidRequest");
        Assert.AreEqual(field, Value("Field"), Text);
        Assert.Contains(reasonPart, Value("Reason"), Text);
    }

    public void AssertReply() => Assert.AreEqual(HttpStatusCode.OK, Status, Text);

    private IEnumerable<XElement> Named(string name) => Text.Length == 0
        ? []
        : XDocument.Parse(Text).Descendants().Where(element => element.Name.LocalName == name);
}
