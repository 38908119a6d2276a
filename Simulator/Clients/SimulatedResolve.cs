using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>What came of a mutation, as a door answers it, and as a client reads the answer.</summary>
internal static class SimulatedResolve
{
    /// <summary>What the door answers; null where that is no answer to it.</summary>
    public static ResolveReply? Reply(CommandAnswer answer) => answer switch
    {
        SessionForgotten => new() { Outcome = ResolveOutcome.Forgotten },
        Resolved { Answer: Withdrawn or LeaseRefused } => new() { Outcome = ResolveOutcome.NotApplied },
        Resolved { Answer: PutDone put } => Applied() with { Put = new() { Revision = put.Revision, Replaced = put.Replaced, Slot = put.Slot.Number } },
        Resolved { Answer: DeleteDone delete } => Applied() with { Delete = new() { Revision = delete.Revision, Found = delete.Found, Slot = delete.Slot.Number } },
        Resolved { Answer: BatchDone batch } => Applied() with { Batch = SimulatedBatch.Reply(batch) },
        Resolved { Answer: TransactDone transact } => Applied() with { Transact = SimulatedTransact.Reply(transact) },
        Resolved { Answer: LeaseLives lives } => Applied() with { GrantLease = SimulatedLease.Lives(lives) },
        Resolved { Answer: LeaseEnded ended } => Applied() with { RevokeLease = SimulatedLease.Ended(ended) },
        _ => null,
    };

    /// <summary>Where it took effect, as the client was told.</summary>
    public static Slot SlotOf(ResolveReply reply) => new(
        reply.Put?.Slot ?? reply.Delete?.Slot ?? reply.Batch?.Slot ?? reply.Transact?.Slot ?? reply.GrantLease?.Slot ?? reply.RevokeLease?.Slot ?? 0);

    /// <summary>Where it took effect by its answer.</summary>
    public static Slot SlotOf(CommandAnswer answer) => answer switch
    {
        PutDone put => put.Slot,
        DeleteDone delete => delete.Slot,
        BatchDone batch => batch.Slot,
        TransactDone transact => transact.Slot,
        LeaseLives lives => lives.Slot,
        LeaseEnded ended => ended.Slot,
        _ => Slot.None,
    };

    private static ResolveReply Applied() => new() { Outcome = ResolveOutcome.Applied };
}
