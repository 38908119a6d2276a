using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>Who may come in at a door: whoever has a certificate of its issuers. Everybody else ends in the handshake, before a byte of a
/// request is read.</summary>
/// <param name="issuers">Who issues the certificates.</param>
/// <param name="address">The door, for the log.</param>
/// <param name="time">Passes between two lines about the same reason.</param>
/// <param name="log">Is told of those who were refused.</param>
internal sealed class CallerCheck(X509Certificate2Collection issuers, Uri address, TimeProvider time, ILogger log)
{
    // Anybody may call, so anybody could fill the log.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _said = new(StringComparer.Ordinal);

    /// <summary>How a listening point shakes hands.</summary>
    /// <param name="own">The certificate that callers are shown.</param>
    /// <param name="between">Shown with it.</param>
    public TlsHandshakeCallbackOptions HandshakesWith(X509Certificate2 own, X509Certificate2Collection between)
    {
        var shown = SslStreamCertificateContext.Create(own, between, offline: true);
        return new TlsHandshakeCallbackOptions
        {
            OnConnection = handshake => ValueTask.FromResult(Handshake(shown, handshake.Connection)),

            // Who does not go on holds a place among the connections meanwhile, and nobody knows who he is.
            HandshakeTimeout = TimeSpan.FromSeconds(3),
        };
    }

    private SslServerAuthenticationOptions Handshake(SslStreamCertificateContext shown, ConnectionContext connection) => new()
    {
        ServerCertificateContext = shown,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = true,

        // The purpose, for clients, is added by whoever checks by it.
        CertificateChainPolicy = IssuerTrust.PolicyOf(issuers),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Admits(connection, certificate, chain, errors),

        // Each connection is looked at, and not taken for an earlier one's.
        AllowTlsResume = false,
    };

    private bool Admits(ConnectionContext connection, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not null && errors == SslPolicyErrors.None)
        {
            return true;
        }

        var reason = certificate is null
            ? "it has none"
            : string.Join(", ", (chain?.ChainStatus ?? []).Select(status => status.Status.ToString()).DefaultIfEmpty(errors.ToString()).Distinct().Order());
        if (IsNews(reason))
        {
            HostingLog.CallerRefused(log, connection.RemoteEndPoint, address, reason);
        }

        return false;
    }

    private bool IsNews(string reason)
    {
        var now = time.GetTimestamp();
        var said = _said.GetOrAdd(reason, now);
        return said == now || (time.GetElapsedTime(said, now) >= Silence && _said.TryUpdate(reason, now, said));
    }
}
