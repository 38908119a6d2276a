using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>An address to listen on, resolved: where, and with which certificate.</summary>
internal sealed record ListenPlace(IPEndPoint EndPoint, X509Certificate2? Certificate)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Reads the address and, for https, the certificate.</summary>
    /// <exception cref="CertificateException">https lacks a certificate, or it cannot be read.</exception>
    /// <exception cref="SocketException">The host's name has no address.</exception>
    /// <exception cref="ArgumentException">The scheme is neither http nor https.</exception>
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
        "https" when settings.CertificatePath is { } missing && !File.Exists(missing) =>
            throw new CertificateException($"there is no certificate {missing}."),
        "https" when settings.CertificatePath is { } path => Load(path, settings.CertificatePassword),
        "https" => throw new CertificateException("https needs a certificate, and the setting CertificatePath names none."),
        var scheme => throw new ArgumentException($"Cannot listen for {scheme}.", nameof(settings)),
    };

    private static bool IsForServers(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(
            usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ServerAuthentication));

    private static X509Certificate2 Load(string path, string? password)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, password);
            return !certificate.HasPrivateKey ? throw new CertificateException($"the certificate {path} has no private key; export it with its key.")
                : !IsForServers(certificate) ? throw new CertificateException($"the certificate {path} is not for servers: its extended key usage lacks serverAuth.")
                : certificate;
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"the certificate {path} cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>An https address cannot be served; the message says why.</summary>
internal sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
