using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>What the failure of one attempt tells about its effect.</summary>
internal enum FailureKind
{
    /// <summary>The replica could not be reached: not one byte of the request left.</summary>
    NotSent,

    /// <summary>The replica says that it executed nothing and never will.</summary>
    NoEffect,

    /// <summary>It may have been executed, or may yet be.</summary>
    Unknown,

    /// <summary>The store knows the session no longer; this attempt executed nothing.</summary>
    SessionExpired,

    /// <summary>The request itself is at fault: no replica will take it.</summary>
    Rejected,
}

/// <summary>Why one attempt failed.</summary>
/// <param name="Kind">What it tells about the effect.</param>
/// <param name="Sentence">For a person.</param>
/// <param name="Final">What the caller gets when no other attempt can help.</param>
/// <param name="IsFenced">Whether the replica has taken itself out.</param>
internal sealed record AttemptFailure(FailureKind Kind, string Sentence, PaxosClientException? Final = null, bool IsFenced = false)
{
    // The handshake is over for this end when the other one looks at the certificate, and the request may be on its way: a refusal looks like a
    // replica that died with it, and is no proof that nothing was executed.
    private const string Refusal = "; a replica that asks for certificates closes it so when it gets none, or does not take this client's (ClientCertificate, --certificate)";

    /// <summary>How long the replica waited for a majority before it said so; zero where it did not wait.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>Whether it says nothing of other replicas: the next one may be asked at once.</summary>
    public bool OnlyOfItself => Kind == FailureKind.NotSent || IsFenced || Final is WrongClusterException;

    public bool MayBeRepeated => Kind is FailureKind.NotSent or FailureKind.NoEffect or FailureKind.Unknown;

    /// <summary>Reads what a channel threw; null when it is none of a channel's exceptions.</summary>
    /// <param name="thrown">What it threw.</param>
    /// <param name="replica">Who was asked.</param>
    /// <param name="patience">For how long.</param>
    /// <param name="overTls">Whether over https.</param>
    public static AttemptFailure? Read(Exception thrown, int replica, TimeSpan patience, bool overTls = false)
    {
        string who = Names.Replica(replica);
        return thrown switch
        {
            FaultException fault => ReadFault(fault, who),
            OtherClusterException other => new(
                other.IsEverywhere ? FailureKind.Rejected : FailureKind.NoEffect, $"{who} is of cluster \"{other.Cluster}\"", new WrongClusterException(replica, other.Cluster, other.Meant)),
            TimeoutException => new(FailureKind.Unknown, $"{who} did not answer within {Names.Time(patience)}"),
            CommunicationException or HttpRequestException when NeverLeft(thrown) =>
                new(FailureKind.NotSent, $"{who} cannot be reached ({InnermostReason(thrown)})"),
            RequestRefusedException => new(FailureKind.NoEffect, $"{who} is too busy to take a call"),
            ActionNotSupportedException => new(FailureKind.NoEffect, $"{who} is of an earlier build, which does not know the operation"),
            ServerTooBusyException => new(FailureKind.Unknown, $"{who}, or a proxy before it, answered that it is too busy"),
            ProtocolException => new(FailureKind.Unknown,
                $"{who} answered with something that is not an answer of this store"),
            CommunicationException or HttpRequestException or IOException =>
                new(FailureKind.Unknown, $"the connection to {who} was lost ({InnermostReason(thrown)}){(overTls ? Refusal : "")}"),
            _ => null,
        };
    }

    private static AttemptFailure ReadFault(FaultException thrown, string who)
    {
        return thrown switch
        {
            FaultException<InvalidRequestFault> { Detail: var d } => new(
                FailureKind.Rejected, d.Reason, new InvalidRequestException(d.Field, d.Reason)),
            FaultException<RequestTooLargeFault> { Detail: var d } => new(
                FailureKind.Rejected, StoreRules.Sentence(d),
                new RequestTooLargeException(StoreRules.Sentence(d), d.Bytes, d.BytesMax)),
            FaultException<FaultLabOffFault> { Detail: var d } => new(
                FailureKind.Rejected, "the fault lab is off", new FaultLabOffException(d.ReplicaId)),
            FaultException<StorageFullFault> { Detail: var d } => new(
                FailureKind.Rejected, $"{who} takes no puts, for its store is full", new StorageFullException(d.UsedBytes, d.LimitBytes)),
            FaultException<LeaseNotFoundFault> { Detail: var d } => new(
                FailureKind.Rejected, $"there is no lease {d.LeaseId}", new LeaseNotFoundException(d.LeaseId)),
            FaultException<LeaseLimitFault> { Detail: var d } => new(
                FailureKind.Rejected, $"there are as many leases, or keys of leases, as there may be ({d.Limit}: {d.Max})", new LeaseLimitException(d.Limit, d.Max)),
            FaultException<CompactedFault> { Detail: var d } => new(
                FailureKind.Rejected, "what was to be watched is compacted", new CompactedException(d.OldestRevision)),
            FaultException<NotLeaderFault> { Detail: var d } => new(
                FailureKind.Rejected, $"{who} does not lead", new NotLeaderException(d.ReplicaId, d.Leader)),
            FaultException<ChangeRefusedFault> { Detail: var d } => new(
                FailureKind.Rejected, d.Reason, new ChangeRefusedException(d.Reason, d.MayPass)),
            FaultException<NoQuorumFault> { Detail: var d } => new(
                FailureKind.NoEffect, $"{who} reached no majority of the replicas")
            {
                Waited = TimeSpan.FromMilliseconds(d.WaitedMilliseconds),
            },
            FaultException<RestoringFault> => new(
                FailureKind.NoEffect, $"{who} takes no calls while a backup is restored; see status"),
            FaultException<OverloadedFault> { Detail: var d } => new(
                FailureKind.NoEffect, $"{who} is overloaded ({d.Limit}: {d.Max})"),
            FaultException<ReplicaFencedFault> => new(
                FailureKind.NoEffect, $"{who} is fenced: it neither serves nor votes", IsFenced: true),
            FaultException<OutcomeUnknownFault> => new(
                FailureKind.Unknown, $"{who} cannot tell whether it was executed"),
            FaultException<SessionExpiredFault> { Detail: var d } => new(
                FailureKind.SessionExpired, $"{who} no longer knows session {d.Session}"),
            _ => new(FailureKind.Unknown, $"{who} answered with a fault: {thrown.Message}"),
        };
    }

    private static bool NeverLeft(Exception thrown)
    {
        for (Exception? e = thrown; e is not null; e = e.InnerException)
        {
            if (e is EndpointNotFoundException or HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                })
            {
                return true;
            }
        }

        return false;
    }

    private static string InnermostReason(Exception thrown)
    {
        // WCF's word for HTTP 404.
        return thrown.GetBaseException() is EndpointNotFoundException
            ? "what answers at its address is not a replica's client address"
            : thrown.GetBaseException().Message.TrimEnd('.');
    }
}
