using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PaxosWcf.ClientApp;

/// <summary>Who may use the page: programs of this machine, and of what a browser shows this page only, no other that it has open.</summary>
/// <param name="port">Where the page is served.</param>
internal sealed class PageGuard(int port)
{
    /// <summary>The header with the token of this run.</summary>
    public const string TokenHeader = "X-Page-Token";

    // No script, style or font from elsewhere, none within the HTML, and nobody puts this page into a frame of theirs.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly string[] _hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];

    /// <summary>Random, of this run; only the page itself has it.</summary>
    public string Token { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Says with every answer what a browser may do with it.</summary>
    public static void Mark(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // The next run has another token, and may be of another build.
        headers.CacheControl = "no-store";
    }

    /// <summary>Why a request is refused, with which HTTP status; null: it is not.</summary>
    public (int Status, string Why)? Refuses(HttpRequest request)
    {
        // Whatever name a foreign site gives to 127.0.0.1, what it sends then has that name here.
        if (!_hosts.Contains(request.Host.Value, StringComparer.OrdinalIgnoreCase))
        {
            return (StatusCodes.Status421MisdirectedRequest,
                $"This is the page at {_hosts[0]}, not at \"{ValueText.Printable(request.Host.Value ?? "")}\"; open http://{_hosts[0]}/.");
        }

        if (request.Path != "/" && request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none"))
        {
            return (StatusCodes.Status403Forbidden, "Only the page itself may ask for this, no other page that the browser shows.");
        }

        return HttpMethods.IsPost(request.Method) && !HasToken(request)
            ? (StatusCodes.Status403Forbidden, "This needs the token of this run, which the page has; if it was opened in an earlier run, load it again.")
            : null;
    }

    private bool HasToken(HttpRequest request) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(request.Headers[TokenHeader].ToString()), Encoding.UTF8.GetBytes(Token));
}
