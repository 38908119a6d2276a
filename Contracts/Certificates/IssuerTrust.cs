using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PaxosWcf.Contracts;

/// <summary>How the certificate of the other end is checked where it is said who issues them: the same at doors and by callers.</summary>
public static class IssuerTrust
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>A chain of certificates must end at one of these issuers, and be valid now. Whom the system trusts does not count.</summary>
    /// <remarks>Nothing is asked over the network: neither whether a certificate was revoked, nor for a missing link of the chain, whose address
    /// would be the caller's own word. Whoever uses the policy adds the purpose: for servers, or for clients.</remarks>
    public static X509ChainPolicy PolicyOf(X509Certificate2Collection issuers)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(issuers);
        return policy;
    }

    /// <summary>Whether a server may show this certificate: its extended key usage says so, or it has none.</summary>
    public static bool IsForServers(X509Certificate2 certificate) => Allows(certificate, ForServers);

    /// <summary>Whether a client may.</summary>
    public static bool IsForClients(X509Certificate2 certificate) => Allows(certificate, ForClients);

    private static bool Allows(X509Certificate2 certificate, string purpose) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(
            usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == purpose));
}
