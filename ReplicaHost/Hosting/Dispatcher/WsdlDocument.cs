using System.Net.Mime;
using System.Text;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The WSDL of one endpoint, one document with every schema in it.</summary>
internal sealed class WsdlDocument
{
    private const string AddressMark = "urn:paxoswcf:address";

    private readonly string _text;
    private readonly byte[]? _whole;
    private readonly string _path;

    public WsdlDocument(SoapContract contract, IReadOnlyList<MessageCodec> codecs, Uri? publicAddress, string path)
    {
        _text = new WsdlWriter(contract, codecs, AddressMark).Write();
        _whole = publicAddress is null ? null : With(new Uri(publicAddress, path).AbsoluteUri);
        _path = path;
    }

    public async Task WriteAsync(HttpContext context)
    {
        // Made once, where it is known: whoever asks again and again would else have it made again and again.
        var whole = _whole ?? With($"{context.Request.Scheme}://{context.Request.Host}{_path}");
        context.Response.ContentType = $"{MediaTypeNames.Text.Xml}; charset=utf-8";
        context.Response.ContentLength = whole.Length;
        await context.Response.Body.WriteAsync(whole, context.RequestAborted);
    }

    // The Host header is the caller's own text.
    private byte[] With(string address) =>
        Encoding.UTF8.GetBytes(_text.Replace(AddressMark, System.Security.SecurityElement.Escape(address), StringComparison.Ordinal));
}
