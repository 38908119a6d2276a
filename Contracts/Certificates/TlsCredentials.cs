using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PaxosWcf.Contracts;

/// <summary>What a caller shows over https, and whose certificates it believes.</summary>
public sealed record TlsCredentials
{
    /// <summary>Shown to whoever is called, with its private key. Null: nothing is shown.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Shown with it: what leads from it to its root. Null: nothing.</summary>
    public X509Certificate2Collection? Between { get; init; }

    /// <summary>Who must have issued the certificate of whoever is called. Null: anybody that the system trusts.</summary>
    public X509Certificate2Collection? TrustedIssuers { get; init; }

    /// <summary>Whether there is anything in it.</summary>
    internal bool SaysAnything => Certificate is not null || TrustedIssuers is not null;

    /// <summary>The same for a connection. There is no callback in it that could say yes: that the certificate is for the host that is called
    /// is checked by the platform, whoever issued it.</summary>
    internal SslClientAuthenticationOptions ForConnections() => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

        // Offline: nothing is fetched to complete the chain.
        ClientCertificateContext = Certificate is null ? null : SslStreamCertificateContext.Create(Certificate, Between, offline: true),
        CertificateChainPolicy = TrustedIssuers is null ? null : IssuerTrust.PolicyOf(TrustedIssuers),
    };
}
