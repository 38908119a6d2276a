using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>Where the store is, and how patient a client is with it.</summary>
public sealed record PaxosClientOptions
{
    /// <summary>Longest time-out that is taken.</summary>
    public static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(1);

    /// <summary>Largest <see cref="MessagesUnderWayMax"/>.</summary>
    public const int MessagesUnderWayLimit = 1024;

    /// <summary>Stands for the id of a replica of which only the address is known.</summary>
    public const int IdUnknown = 0;

    /// <summary>Longest <see cref="MembersInterval"/> that is taken.</summary>
    public static readonly TimeSpan MembersIntervalMax = TimeSpan.FromDays(1);

    /// <summary>How often a client that prefers the leader asks who leads, if not more often.</summary>
    public static readonly TimeSpan LeaderInterval = TimeSpan.FromSeconds(5);

    /// <summary>A leader that failed a call is not preferred again for so long.</summary>
    public static readonly TimeSpan LeaderPause = TimeSpan.FromSeconds(30);

    /// <summary>Client address of each replica, by replica id. At least one. A client that is not pinned learns by itself where
    /// the members are later; these are then called only when none of the members answers.</summary>
    public required IReadOnlyDictionary<int, Uri> Replicas { get; init; }

    /// <summary>The name of the cluster that is meant. Each address is asked for its own before the first call there: one of another cluster is not called
    /// (<see cref="WrongClusterException"/> where there is no other). Null: whoever answers is believed.</summary>
    public string? Cluster { get; init; }

    /// <summary>The only replica to call. Left out: one is picked at random and kept until it fails a call (or, with <see cref="PreferLeader"/>, until
    /// another is known to lead); then the next one. Pinning shows what one replica does, and gives up failover.</summary>
    public int? PinnedReplica { get; init; }

    /// <summary>One deadline for a whole call, over all its attempts: above zero, at most an hour. More rides out longer
    /// failures; less tells the caller sooner.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one replica may take before another is asked: above zero, at most an hour. Less moves on faster
    /// from a dead replica, but repeats calls that were only slow. No more than three quarters of <see cref="OperationTimeout"/> count, unless there is one replica
    /// only. It counts from when a call is sent; one that waits for messages before it (<see cref="MessagesUnderWayMax"/>) has as long to be sent, and after that is
    /// not. Where calls are given up before it is over, a replica that has answered none of them for half of it is left too.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause before the first repeat once every replica was tried; it doubles each time, and a half of it at least is waited.</summary>
    public TimeSpan BackOffFirst { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause of all between two attempts. Less finds a recovered store sooner, and presses harder on one that
    /// is overloaded.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the client asks, in the background, who the members are: at most a day; zero: never, so that only
    /// <see cref="Replicas"/> are called. It asks for the first time with its first call, and also when an attempt
    /// failed, at most once a second. Less hears of changes sooner; more asks less. A pinned client never asks.</summary>
    public TimeSpan MembersInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether calls go to the replica that leads, once it is known: a write, or a batch, then takes one call less on its way, and
    /// what many callers write at once goes together. It is asked for with the members, every <see cref="LeaderInterval"/> at least; until it
    /// answers itself that it leads, and for <see cref="LeaderPause"/> after it failed a call, others are called. Off: whichever was picked at random, which spreads
    /// clients, and what they read, over all replicas. A serializable read after a move may show an earlier state than one before it. Not for
    /// a pinned client, nor for one that never asks.</summary>
    public bool PreferLeader { get; init; }

    /// <summary>How many messages with mutations, and how many with reads, may be under way at one replica at once. While no more
    /// callers share the client, each call goes in a message of its own; where more do, those that come while a message is
    /// under way go together in the next one, up to 64 in a message. 0: every call goes in a message of its own. At most 1,024.
    /// More than 1: a call that its replica leaves waiting does not hold up the next ones, and throughput is lower.</summary>
    public int MessagesUnderWayMax { get; init; } = 1;

    /// <summary>Shown to replicas that ask who calls, over https; with its private key. Left out: none, which such replicas refuse. It is not disposed
    /// with the client.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Shown with <see cref="ClientCertificate"/>: the certificates that lead from it to its root, where replicas do not have them. Left out: none.</summary>
    public X509Certificate2Collection? ClientCertificateChain { get; init; }

    /// <summary>Who must have issued the certificates of replicas: root certificates, and those between them and the replicas' where
    /// replicas do not send them. Left out: whom the system trusts. That the certificate is for the host that is called is checked either way; whether it
    /// was revoked is not.</summary>
    public X509Certificate2Collection? TrustedIssuers { get; init; }

    /// <summary>Takes the client's log: one line for each attempt that failed, and for each change of replica.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Records every put, delete and linearizable get, so that a verifier can tell whether the store was
    /// linearizable. Left out: nothing is recorded. Several clients may share one; it is not disposed with them. Costs a
    /// write to the file system for each call.</summary>
    public HistoryRecorder? History { get; init; }

    /// <summary>All of that, for channels.</summary>
    internal TlsCredentials Credentials => new()
    {
        Certificate = ClientCertificate,
        Between = ClientCertificateChain,
        TrustedIssuers = TrustedIssuers,
    };

    /// <summary>Options with the replicas that a servers.xml names, and defaults for the rest.</summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="ServersFileException">It cannot be read, or is not right.</exception>
    public static PaxosClientOptions FromServersFile(string path)
    {
        ServersConfiguration servers = ServersFile.Load(path);
        return new PaxosClientOptions { Cluster = servers.Cluster, Replicas = servers.Replicas.ToDictionary(r => r.Id, r => r.Client) };
    }

    /// <summary>Refuses options that make no sense.</summary>
    /// <exception cref="ArgumentException">The message is a sentence that names the option.</exception>
    public void Validate()
    {
        if (Replicas.Count == 0)
        {
            throw new ArgumentException("No replica is named; at least one is needed.");
        }

        if (PinnedReplica is { } pinned && !Replicas.ContainsKey(pinned))
        {
            throw new ArgumentException($"There is no replica {pinned}; the replicas are {Names.List(Replicas.Keys)}.");
        }

        foreach ((int id, Uri address) in Replicas)
        {
            if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            {
                throw new ArgumentException($"The address of replica {id} is \"{address}\"; it must start with http:// or https://.");
            }
        }

        CheckCertificates();
        if (MessagesUnderWayMax is < 0 or > MessagesUnderWayLimit)
        {
            throw new ArgumentException($"At most {MessagesUnderWayMax} messages may be under way; it must be 0 to {MessagesUnderWayLimit}.");
        }

        CheckTime(OperationTimeout, "operation time-out");
        CheckTime(AttemptTimeout, "attempt time-out");
        CheckTime(BackOffFirst, "first back-off");
        CheckTime(BackOffMax, "longest back-off");
        if (MembersInterval < TimeSpan.Zero || MembersInterval > MembersIntervalMax)
        {
            throw new ArgumentException(
                $"The members interval is {MembersInterval.TotalSeconds} s; it must be 0 s (never asks) to {MembersIntervalMax.TotalSeconds} s.");
        }

        if (PreferLeader && (PinnedReplica is not null || MembersInterval == TimeSpan.Zero))
        {
            throw new ArgumentException(PinnedReplica is { } only
                ? $"A client that is pinned to replica {only} cannot prefer the leader; leave one of both out."
                : "A client that prefers the leader has to ask who leads; the members interval must be above 0 s.");
        }
    }

    // Whether it is still valid, and of whom, is for replicas to say.
    private void CheckCertificates()
    {
        if (ClientCertificate is { HasPrivateKey: false })
        {
            throw new ArgumentException($"The client certificate \"{ClientCertificate.Subject}\" has no private key; load it with its key.");
        }

        if (ClientCertificate is { } certificate && !IssuerTrust.IsForClients(certificate))
        {
            throw new ArgumentException($"The client certificate \"{certificate.Subject}\" is not for clients: its extended key usage lacks clientAuth.");
        }

        if (TrustedIssuers is { Count: 0 })
        {
            throw new ArgumentException("The trusted issuers are none, so no replica could be believed; leave them out to believe whom the system trusts.");
        }

        if ((ClientCertificate ?? (object?)TrustedIssuers) is not null
            && Replicas.Where(replica => replica.Value.Scheme != Uri.UriSchemeHttps).Select(replica => replica.Value).FirstOrDefault() is { } open)
        {
            throw new ArgumentException($"The address {open} is not https: over it no certificate is shown or checked. Leave certificate and trusted issuers out, or give it an https address.");
        }
    }

    private static void CheckTime(TimeSpan time, string name)
    {
        if (time <= TimeSpan.Zero || time > TimeoutMax)
        {
            throw new ArgumentException($"The {name} is {time.TotalSeconds} s; it must be above 0 s and at most {TimeoutMax.TotalSeconds} s.");
        }
    }
}
