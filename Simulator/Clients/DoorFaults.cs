using System.Diagnostics;
using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>The typed faults of a replica's door, as a client's channel throws them.</summary>
internal static class DoorFaults
{
    public static FaultException NoQuorum() => Of(new NoQuorumFault { WaitedMilliseconds = 0 });

    public static FaultException OutcomeUnknown() => Of(new OutcomeUnknownFault { WaitedMilliseconds = 0 });

    public static FaultException StorageFull(SimulatedQuota quota) =>
        Of(new StorageFullFault { UsedBytes = quota.BytesUsed, LimitBytes = quota.BytesMax });

    public static FaultException Overloaded(string limit) => Of(new OverloadedFault { Limit = limit, Max = 0 });

    public static FaultException Fenced(int replica) => Of(new ReplicaFencedFault { ReplicaId = replica });

    /// <summary>What the host answers where something failed that no contract names.</summary>
    public static FaultException InternalError() =>
        new(new FaultReason("The replica failed to do this."), new FaultCode("Receiver", new FaultCode("InternalError", ServiceNamespaces.Services)), action: null);

    public static FaultException Restoring(long restore) => Of(new RestoringFault { Restore = restore });

    public static FaultException Compacted(long oldest) => Of(new CompactedFault { OldestRevision = oldest });

    public static FaultException InvalidRequest(string field, string reason) =>
        Of(new InvalidRequestFault { Field = field, Reason = reason });

    public static FaultException NotTheAnswer(CommandAnswer answer, ClientIdentity? identity) => (answer, identity) switch
    {
        (RestoreIsUnderWay restoring, _) => Restoring(restoring.Restore),
        (LeaseRefused { Why: LeaseRefusal.NotFound } refused, _) => Of(new LeaseNotFoundFault { LeaseId = refused.Lease }),
        (LeaseRefused refused, _) => Of(new LeaseLimitFault { Limit = $"{refused.Why}", Max = 0 }),
        (Withdrawn, not null) => InvalidRequest("identity.Sequence", "was withdrawn by Resolve"),
        (SessionForgotten, not null) =>
            Of(new SessionExpiredFault { Session = identity.Session, Sequence = identity.Sequence }),
        (_, not null) => InvalidRequest("identity.Sequence", "was used before, for an operation of another kind"),
        _ => throw new UnreachableException($"an answer of kind {answer.GetType().Name} to a request without an identity"),
    };

    private static FaultException<T> Of<T>(T detail) => new(detail, typeof(T).Name);
}
