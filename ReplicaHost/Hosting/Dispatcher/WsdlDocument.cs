using System.Net.Mime;
using System.Text;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The WSDL of one endpoint, one document with every schema in it.</summary>
internal sealed class WsdlDocument
{
    private const string AddressMark = "urn:paxoswcf:address";

    private readonly string _text;
    private readonly Uri? _publicAddress;
    private readonly string _path;

    public WsdlDocument(SoapContract contract, IReadOnlyList<MessageCodec> codecs, Uri? publicAddress, string path)
    {
        _text = new WsdlWriter(contract, codecs, AddressMark).Write();
        _publicAddress = publicAddress;
        _path = path;
    }

    public Task WriteAsync(HttpContext context)
    {
        var address = _publicAddress is null
            ? $"{context.Request.Scheme}://{context.Request.Host}{_path}"
            : new Uri(_publicAddress, _path).AbsoluteUri;
        // the Host header is the caller's own text
        var escaped = System.Security.SecurityElement.Escape(address);
        context.Response.ContentType = $"{MediaTypeNames.Text.Xml}; charset=utf-8";
        return context.Response.WriteAsync(
            _text.Replace(AddressMark, escaped, StringComparison.Ordinal), Encoding.UTF8, context.RequestAborted);
    }
}
