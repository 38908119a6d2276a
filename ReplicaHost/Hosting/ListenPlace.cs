using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>An address to listen on, resolved: where, and with which certificate.</summary>
internal sealed record ListenPlace(IPEndPoint EndPoint, X509Certificate2? Certificate)
{
    /// <summary>Reads the address and, for https, the certificate.</summary>
    /// <exception cref="ArgumentException">The scheme is neither http nor https, or https lacks a certificate.</exception>
    public static async Task<ListenPlace> ResolveAsync(
        SoapListenerSettings settings, CancellationToken cancellationToken)
    {
        var address = await AddressAsync(settings.Listen, cancellationToken);
        return new ListenPlace(new IPEndPoint(address, settings.Listen.Port), CertificateOf(settings));
    }

    /// <summary>Sets one of the server's listening points up. HTTP/1.1 only: WCF speaks nothing newer, and a protocol that
    /// nobody uses is one more door.</summary>
    public void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (Certificate is not null)
        {
            listen.UseHttps(Certificate);
        }
    }

    private static async Task<IPAddress> AddressAsync(Uri listen, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(listen.DnsSafeHost, out var address))
        {
            return address;
        }
        if (listen.IsLoopback)
        {
            return IPAddress.Loopback;
        }
        var addresses = await Dns.GetHostAddressesAsync(listen.DnsSafeHost, cancellationToken);
        return addresses.FirstOrDefault(found => found.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }

    private static X509Certificate2? CertificateOf(SoapListenerSettings settings) => settings.Listen.Scheme switch
    {
        "http" => null,
        "https" when settings.CertificatePath is { } path =>
            X509CertificateLoader.LoadPkcs12FromFile(path, settings.CertificatePassword),
        "https" => throw new ArgumentException($"{settings.Listen} needs a certificate.", nameof(settings)),
        var scheme => throw new ArgumentException($"Cannot listen for {scheme}.", nameof(settings)),
    };
}
