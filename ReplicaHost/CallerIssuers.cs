using System.Security.Cryptography.X509Certificates;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost;

/// <summary>Whose certificates open a replica's doors, and what it shows at those of the others.</summary>
/// <param name="OfClients">Issuers for the client address; null: anybody may come in.</param>
/// <param name="OfPeers">Issuers for the peer address; null: anybody may come in.</param>
/// <param name="ForLinks">What this replica shows to others, and whose certificates of theirs it takes.</param>
internal sealed record CallerIssuers(X509Certificate2Collection? OfClients, X509Certificate2Collection? OfPeers, TlsCredentials? ForLinks)
{
    /// <summary>Reads what the settings name.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="client">Where it listens for clients.</param>
    /// <param name="peer">Where it listens for replicas.</param>
    /// <exception cref="CannotStartException">Something in them is not as it should be: nobody is served rather than everybody.</exception>
    public static CallerIssuers Read(ReplicaOptions options, Uri client, Uri peer)
    {
        var clients = IssuersOf(nameof(options.ClientIssuersPath), options.ClientIssuersPath, "client", client);
        var peers = IssuersOf(nameof(options.PeerIssuersPath), options.PeerIssuersPath, "peer", peer);
        return new CallerIssuers(clients, peers, peers is null ? null : new TlsCredentials
        {
            Certificate = OwnOf(options),
            Between = Sentence(nameof(options.CertificatePath), () => CertificateFiles.Between(options.CertificatePath!, options.CertificatePassword)),
            TrustedIssuers = peers,
        });
    }

    /// <summary>Somebody whose certificates open both doors; null: nobody does, or a door is open anyway.</summary>
    public string? OfBoth => OfClients?.Select(Key).Intersect(OfPeers?.Select(Key) ?? []).FirstOrDefault() is { } both
        ? OfClients.First(issuer => Key(issuer) == both).Subject
        : null;

    // By its key: a renewed certificate of an issuer stands for the same issuer.
    private static string Key(X509Certificate2 issuer) => Convert.ToHexString(issuer.PublicKey.ExportSubjectPublicKeyInfo());

    private static X509Certificate2Collection? IssuersOf(string setting, string? path, string kind, Uri listen)
    {
        if (path is null)
        {
            return null;
        }

        return listen.Scheme == Uri.UriSchemeHttps
            ? Sentence(setting, () => CertificateFiles.Issuers(path))
            : throw Wrong(setting, $"it names {path}, and the {kind} address {listen} is not https: nobody can show a certificate there.");
    }

    private static X509Certificate2 OwnOf(ReplicaOptions options)
    {
        const string Setting = nameof(options.CertificatePath);
        var own = options.CertificatePath is { } path
            ? Sentence(Setting, () => CertificateFiles.WithKey(path, options.CertificatePassword))
            : throw Wrong(Setting, $"it names no certificate, and with {nameof(options.PeerIssuersPath)} a replica shows one to the others.");
        return IssuerTrust.IsForClients(own)
            ? own
            : throw Wrong(Setting, $"the certificate {options.CertificatePath} is not for clients: its extended key usage lacks clientAuth, and with "
                + $"{nameof(options.PeerIssuersPath)} a replica shows it to those that it calls.");
    }

    private static T Sentence<T>(string setting, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CertificateException error)
        {
            throw Wrong(setting, error.Message, error);
        }
    }

    private static CannotStartException Wrong(string setting, string reason, Exception? inner = null) =>
        new(ExitCodes.Usage, $"The setting {ReplicaOptions.Section}:{setting} is wrong: {reason}", inner);
}
