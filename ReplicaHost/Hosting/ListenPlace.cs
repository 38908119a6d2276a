using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>An address to listen on, resolved: where, with which certificate, and for whom.</summary>
/// <param name="EndPoint">Where.</param>
/// <param name="Certificate">Shown to callers; null: plain HTTP.</param>
/// <param name="Between">Shown with it: what leads from it to its root.</param>
/// <param name="Callers">Looks at theirs; null: they need none.</param>
internal sealed record ListenPlace(IPEndPoint EndPoint, X509Certificate2? Certificate, X509Certificate2Collection Between, CallerCheck? Callers)
{
    /// <summary>Reads the address and, for https, the certificate.</summary>
    /// <exception cref="CertificateException">https lacks a certificate, or it cannot be read.</exception>
    /// <exception cref="SocketException">The host's name has no address.</exception>
    /// <exception cref="ArgumentException">The scheme is neither http nor https.</exception>
    public static async Task<ListenPlace> ResolveAsync(
        SoapListenerSettings settings, ILogger log, CancellationToken cancellationToken)
    {
        var address = await AddressAsync(settings.Listen, cancellationToken);
        var certificate = CertificateOf(settings);
        var callers = settings.CallerIssuers is not { } issuers ? null
            : certificate is null ? throw new CertificateException("callers are to show certificates, and over http they cannot.")
            : new CallerCheck(issuers, settings.Listen, TimeProvider.System, log);
        if (IPAddress.IsLoopback(address) && !settings.Listen.IsLoopback)
        {
            HostingLog.NameIsLoopback(log, settings.Listen, address);
        }

        return new ListenPlace(
            new IPEndPoint(address, settings.Listen.Port), certificate,
            certificate is null ? [] : CertificateFiles.Between(settings.CertificatePath!, settings.CertificatePassword), callers);
    }

    /// <summary>Looks whether the server could listen here now. It takes the address for a moment, and nobody is listened to.</summary>
    /// <exception cref="SocketException">The address is taken, or not this machine's.</exception>
    public void RequireFree() => SocketTransportOptions.CreateDefaultBoundListenSocket(EndPoint).Dispose();

    /// <summary>Sets one of the server's listening points up. HTTP/1.1 only: WCF speaks nothing newer, and a protocol that
    /// nobody uses is one more door.</summary>
    public void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (Certificate is not null && Callers is not null)
        {
            listen.UseHttps(Callers.HandshakesWith(Certificate, Between));
        }
        else if (Certificate is not null)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = Certificate;
                https.ServerCertificateChain = Between;
            });
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

        // Debian has a machine's own name lead to 127.0.1.1, where no other machine reaches it.
        return addresses.OrderBy(found => IPAddress.IsLoopback(found) || found.IsIPv6LinkLocal).ThenBy(found => found.AddressFamily != AddressFamily.InterNetwork).First();
    }

    private static X509Certificate2? CertificateOf(SoapListenerSettings settings) => settings.Listen.Scheme switch
    {
        "http" => null,
        "https" when settings.CertificatePath is { } path => Load(path, settings.CertificatePassword),
        "https" => throw new CertificateException("https needs a certificate, and the setting CertificatePath names none."),
        var scheme => throw new ArgumentException($"Cannot listen for {scheme}.", nameof(settings)),
    };

    private static X509Certificate2 Load(string path, string? password)
    {
        var certificate = CertificateFiles.WithKey(path, password);
        return IssuerTrust.IsForServers(certificate)
            ? certificate
            : throw new CertificateException($"the certificate {path} is not for servers: its extended key usage lacks serverAuth.");
    }
}
