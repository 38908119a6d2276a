using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Leases and answers about them, of the state machine and of the contract.</summary>
internal static class LeaseMapper
{
    public static LeaseReply Reply(LeaseLives lives) => new()
    {
        LeaseId = lives.Lease,
        TimeToLiveSeconds = (int)lives.TimeToLiveSeconds,
        Slot = lives.Slot.Number,
    };

    public static RevokeLeaseReply Reply(LeaseEnded ended) => new()
    {
        Found = true,
        KeysRemoved = (int)ended.Keys,
        Revision = ended.Revision,
        Slot = ended.Slot.Number,
    };

    public static RevokeLeaseReply NotFound(LeaseRefused refused) => new()
    {
        Found = false,
        KeysRemoved = 0,
        Revision = refused.Revision,
        Slot = refused.Slot.Number,
    };

    public static GetLeaseReply Reply(long appliedThrough, Lease? lease) => lease is null
        ? new GetLeaseReply { Found = false, AppliedThrough = appliedThrough }
        : new GetLeaseReply
        {
            Found = true,
            TimeToLiveSeconds = (int)lease.TimeToLiveSeconds,
            Renewals = lease.Renewals,
            Keys = [.. lease.Keys],
            AppliedThrough = appliedThrough,
        };

    public static LeaseSummary Summary(Lease lease) => new()
    {
        LeaseId = lease.Name,
        TimeToLiveSeconds = (int)lease.TimeToLiveSeconds,
        Renewals = lease.Renewals,
        Keys = lease.Keys.Count,
    };
}
