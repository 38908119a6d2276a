using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PaxosWcf.Tests.Soap;

/// <summary>Issuers and certificates of theirs, made for one test and kept in a folder of its own.</summary>
internal sealed class TestCertificates : IDisposable
{
    /// <summary>Of all files.</summary>
    public const string Password = "only for this test";

    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paxoswcf-certificates-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>An issuer, its root certificate in a file NAME.pem.</summary>
    public TestIssuer Issuer(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
        return new TestIssuer(root, Save(root.ExportCertificatePem() + "\n", $"{name}.pem"));
    }

    /// <summary>A replica's: for a server at this host that calls others too.</summary>
    public static X509Certificate2 Replica(TestIssuer issuer, string host = "127.0.0.1", params string[] usages) =>
        issuer.Issue($"CN=replica at {host}", usages.Length > 0 ? usages : [ForServers, ForClients], host);

    /// <summary>A client's.</summary>
    public static X509Certificate2 Client(TestIssuer issuer) => issuer.Issue("CN=client", [ForClients], host: null);

    /// <summary>One that was a client's until yesterday.</summary>
    public static X509Certificate2 Expired(TestIssuer issuer) => issuer.Issue("CN=client", [ForClients], host: null, daysLeft: -1);

    /// <summary>One that says that it is for servers only.</summary>
    public static X509Certificate2 ForServersOnly(TestIssuer issuer, string host = "127.0.0.1") => issuer.Issue("CN=server", [ForServers], host);

    /// <summary>Writes it, with its key, to a PKCS#12 file.</summary>
    public string Save(X509Certificate2 certificate, string name, string? password = Password)
    {
        File.WriteAllBytes(PathOf(name), certificate.Export(X509ContentType.Pfx, password));
        return PathOf(name);
    }

    /// <summary>Writes it, with its key, and whatever stands between it and its root.</summary>
    public string Save(X509Certificate2 certificate, TestIssuer deputy, string name)
    {
        X509Certificate2Collection all = [certificate, X509CertificateLoader.LoadCertificate(deputy.Root.RawData)];
        File.WriteAllBytes(PathOf(name), all.Export(X509ContentType.Pfx, Password)!);
        return PathOf(name);
    }

    /// <summary>Writes a text file.</summary>
    public string Save(string text, string name)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>Issues certificates.</summary>
internal sealed record TestIssuer(X509Certificate2 Root, string Path)
{
    private static readonly DateTimeOffset LongAgo = DateTimeOffset.UtcNow.AddDays(-20);

    public X509Certificate2Collection Alone => [Root];

    /// <summary>Somebody who issues in this issuer's name.</summary>
    public TestIssuer Deputy() => new(Issue("CN=deputy", [], host: null, daysLeft: 9, isIssuer: true), Path);

    public X509Certificate2 Issue(string subject, string[] usages, string? host, int daysLeft = 2, bool isIssuer = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isIssuer, false, 0, critical: true));
        var oids = new OidCollection();
        foreach (var usage in usages)
        {
            oids.Add(new Oid(usage));
        }

        if (oids.Count > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        if (host is not null)
        {
            request.CertificateExtensions.Add(NameOf(host));
        }

        using var issued = request.Create(Root, LongAgo, DateTimeOffset.UtcNow.AddDays(daysLeft), RandomNumberGenerator.GetBytes(12));
        using var whole = issued.CopyWithPrivateKey(key);

        // As a file would be read: some platforms show no certificate whose key is not kept.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    private static X509Extension NameOf(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        return names.Build();
    }
}
