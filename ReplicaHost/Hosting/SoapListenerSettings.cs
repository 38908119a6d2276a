using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>Where and how one listener listens.</summary>
internal sealed record SoapListenerSettings
{
    /// <summary>Scheme, address and port to listen on. Port 0 takes any free one.</summary>
    public required Uri Listen { get; init; }

    /// <summary>The address to name in the WSDL. Null: the one that the caller used.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>PKCS#12 file of the certificate; needed for https, unused for http.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>Password of <see cref="CertificatePath"/>, if it has one.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Who must have issued the certificate that a caller shows. Null: callers need none.</summary>
    public X509Certificate2Collection? CallerIssuers { get; init; }

    /// <summary>What is looked at for whom it asks how the process is, by path. Empty: nobody is told.</summary>
    public FrozenDictionary<string, IHealthCheck> Health { get; init; } = FrozenDictionary<string, IHealthCheck>.Empty;

    /// <summary>What callers may make the listener hold.</summary>
    public SoapHostLimits Limits
    {
        get;
        init => (field, Bodies) = (value, new ByteBudget(value.BodiesBytesMax));
    } = new();

    /// <summary>What the bodies of all requests may take together.</summary>
    public ByteBudget Bodies { get; private init; } = new(new SoapHostLimits().BodiesBytesMax);
}
