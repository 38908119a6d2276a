using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>Calls about leases as a door answers them, and as a client reads the answer.</summary>
internal static class SimulatedLease
{
    /// <summary>What the door answers a grant or a renewal; null where that is no answer to it.</summary>
    public static LeaseReply? Lives(CommandAnswer answer) => answer is LeaseLives lives
        ? new LeaseReply { LeaseId = lives.Lease, TimeToLiveSeconds = (int)lives.TimeToLiveSeconds, Slot = lives.Slot.Number }
        : null;

    /// <summary>What the door answers a revocation; null where that is no answer to it.</summary>
    public static RevokeLeaseReply? Ended(CommandAnswer answer) => answer switch
    {
        LeaseEnded ended => new() { Found = true, KeysRemoved = (int)ended.Keys, Revision = ended.Revision, Slot = ended.Slot.Number },
        LeaseRefused { Why: LeaseRefusal.NotFound } refused => new() { Found = false, KeysRemoved = 0, Revision = refused.Revision, Slot = refused.Slot.Number },
        _ => null,
    };

    /// <summary>What the state machine must have answered at a revision for the client to hear this.</summary>
    public static CommandAnswer Answer(long revision, LeaseReply reply) =>
        new LeaseLives(new Slot(reply.Slot), revision, reply.LeaseId, reply.TimeToLiveSeconds);

    /// <summary>What the state machine must have answered for the client to hear this.</summary>
    public static CommandAnswer Answer(string lease, RevokeLeaseReply reply) => reply.Found
        ? new LeaseEnded(new Slot(reply.Slot), reply.Revision - reply.KeysRemoved, reply.KeysRemoved)
        : new LeaseRefused(new Slot(reply.Slot), reply.Revision, lease, LeaseRefusal.NotFound);
}
