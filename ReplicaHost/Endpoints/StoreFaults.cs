using System.ServiceModel;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Makes the typed faults, each with its code and a sentence for the person who reads it.</summary>
internal static class StoreFaults
{
    /// <summary>Refuses a request.</summary>
    /// <param name="field">The parameter or member at fault.</param>
    /// <param name="what">What is wrong with it: a sentence of which it is the subject, such as "is 0; the first is 1."</param>
    public static FaultException InvalidRequest(string field, string what) =>
        InvalidRequest(new InvalidRequestFault { Field = field, Reason = $"The {field} {what}" });

    /// <summary>Refuses a request, with a whole sentence.</summary>
    public static FaultException InvalidRequest(InvalidRequestFault fault) =>
        Of(fault, "InvalidRequest", $"{fault.Field}: {fault.Reason}");

    public static FaultException RequestTooLarge(RequestTooLargeFault fault) =>
        Of(fault, "RequestTooLarge", StoreRules.Sentence(fault));

    public static FaultException NoQuorum(TimeSpan waited) => Unable(
        new NoQuorumFault { WaitedMilliseconds = (long)waited.TotalMilliseconds },
        "NoQuorum",
        $"No majority of replicas could be reached for {waited.TotalSeconds:0.0} s. Nothing was executed; try again later.");

    public static FaultException OutcomeUnknown(TimeSpan waited) => Unable(
        new OutcomeUnknownFault { WaitedMilliseconds = (long)waited.TotalMilliseconds },
        "OutcomeUnknown",
        $"The request was handed to the cluster, but no majority confirmed it for {waited.TotalSeconds:0.0} s. It may have "
        + "taken effect or yet do so; repeat it with the same identity to learn its outcome.");

    public static FaultException SessionExpired(RequestIdentity identity) => Of(
        new SessionExpiredFault { Session = identity.Session, Sequence = identity.Sequence },
        "SessionExpired",
        $"The session '{identity.Session}' is not known, or its answer to sequence {identity.Sequence} is forgotten. "
        + "This request executed nothing; open a new session.");

    public static FaultException Overloaded(string limit, long max) => Unable(
        new OverloadedFault { Limit = limit, Max = max },
        "Overloaded",
        $"This replica has all the work it may hold ({limit} is {max}). Nothing was executed; try again, here or elsewhere.");

    public static FaultException StorageFull(long used, long limit) => Unable(
        new StorageFullFault { UsedBytes = used, LimitBytes = limit },
        "StorageFull",
        $"This replica's store takes {used} of {limit} bytes, so it takes no puts until there is room. Nothing was executed; delete "
        + "keys, or have the limit raised. Reads and deletes go on.");

    public static FaultException LeaseNotFound(string lease) => Of(
        new LeaseNotFoundFault { LeaseId = lease },
        "LeaseNotFound",
        $"There is no lease '{lease}': it was not renewed in time, or revoked, or never was. Nothing was executed, and its keys are gone; grant another.");

    public static FaultException LeaseLimit(string limit, long max) => Unable(
        new LeaseLimitFault { Limit = limit, Max = max },
        "LeaseLimit",
        $"There are as many leases, or keys of leases, as there may be ({limit} is {max}). Nothing was executed; revoke a lease, or let one end.");

    public static FaultException Compacted(long from, long oldest) => Of(
        new CompactedFault { OldestRevision = oldest },
        "Compacted",
        $"The changes of revision {from} are compacted; the oldest that are kept are those of revision {oldest}. Read the keys as they are "
        + "now, and watch from there.");

    public static FaultException Restoring(long restore) => Unable(
        new RestoringFault { Restore = restore },
        "Restoring",
        "A backup is being restored, or its restore was interrupted. Nothing was executed; ask again when it is complete.");

    public static FaultException NotLeader(int replica, int? leader) => Unable(
        new NotLeaderFault { ReplicaId = replica, Leader = leader },
        "NotLeader",
        $"Replica {replica} does not lead; {(leader is { } known ? $"ask replica {known}" : "it knows of no leader, ask again later")}.");

    public static FaultException ReplicaFenced(int replica) => Unable(
        new ReplicaFencedFault { ReplicaId = replica },
        "ReplicaFenced",
        $"Replica {replica} is fenced: it is no member, its disk is not the one that the cluster knows, or its state differs from "
        + "that of the others; its status says which. Nothing was executed; ask another replica.");

    public static FaultException ChangeRefused(ChangeRefusal refusal)
    {
        var detail = new ChangeRefusedFault { Reason = refusal.Why, MayPass = refusal.MayPass };
        return refusal.MayPass ? Unable(detail, "ChangeRefused", refusal.Why) : Of(detail, "ChangeRefused", refusal.Why);
    }

    public static FaultException FaultLabOff(int replica) => Of(
        new FaultLabOffFault { ReplicaId = replica },
        "FaultLabOff",
        $"Replica {replica} injects no faults: its servers.xml does not say <faults enabled=\"true\">.");

    // The request is at fault: it will be refused as often as it is sent.
    private static FaultException<T> Of<T>(T detail, string code, string reason) => Of(detail, "Sender", code, reason);

    // The request is in order: it may be done later, or by another replica.
    private static FaultException<T> Unable<T>(T detail, string code, string reason) => Of(detail, "Receiver", code, reason);

    private static FaultException<T> Of<T>(T detail, string whose, string code, string reason) => new(
        detail, new FaultReason(reason), new FaultCode(whose, new FaultCode(code, ServiceNamespaces.Services)), action: null);
}
