using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PaxosWcf.Contracts;

/// <summary>Reads certificates from files, and says in a sentence what is wrong with one.</summary>
public static class CertificateFiles
{
    /// <summary>A certificate with its private key.</summary>
    /// <param name="path">A PKCS#12 file.</param>
    /// <param name="password">Its password, if it has one.</param>
    /// <exception cref="CertificateException">There is none, or it cannot be read.</exception>
    public static X509Certificate2 WithKey(string path, string? password)
    {
        var certificate = Read(path, () => X509CertificateLoader.LoadPkcs12FromFile(path, password));
        return certificate.HasPrivateKey
            ? certificate
            : throw new CertificateException($"the certificate {path} has no private key; export it with its key.");
    }

    /// <summary>What else the file holds: the certificates between that one and its root, which whoever is shown it may lack.</summary>
    /// <param name="path">A PKCS#12 file.</param>
    /// <param name="password">Its password, if it has one.</param>
    /// <exception cref="CertificateException">It cannot be read.</exception>
    public static X509Certificate2Collection Between(string path, string? password)
    {
        var all = Read(path, () => X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password));
        return [.. all.Where(certificate => !certificate.HasPrivateKey)];
    }

    /// <summary>The certificates of those who issue others.</summary>
    /// <param name="path">A file of PEM blocks.</param>
    /// <exception cref="CertificateException">There is none, or it cannot be read.</exception>
    public static X509Certificate2Collection Issuers(string path)
    {
        var issuers = Read(path, () =>
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            return found;
        });
        if (issuers.Count == 0)
        {
            throw new CertificateException($"the file {path} holds no certificate; each begins with -----BEGIN CERTIFICATE-----.");
        }

        // A chain ends at a root: without one nobody would be let in, and nobody would know why.
        return issuers.Any(issuer => issuer.SubjectName.RawData.AsSpan().SequenceEqual(issuer.IssuerName.RawData))
            ? issuers
            : throw new CertificateException($"the file {path} holds no root certificate (one that is its own issuer), where every chain has to end. Take a root of your own: all that is issued below it counts.");
    }

    private static T Read<T>(string path, Func<T> read)
    {
        if (path.Length == 0)
        {
            throw new CertificateException("the name of the file is empty.");
        }

        // What reads PKCS#12 would not say so.
        if (!Path.Exists(path))
        {
            throw new CertificateException($"there is no certificate {path}.");
        }

        try
        {
            return read();
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"the certificate {path} cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>A certificate cannot be used; the message says why.</summary>
public sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
