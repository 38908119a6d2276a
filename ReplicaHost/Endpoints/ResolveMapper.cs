using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What came of a mutation, for the state machine and for the contract.</summary>
internal static class ResolveMapper
{
    public static ResolveReply Reply(CommandAnswer answer) => answer switch
    {
        SessionForgotten => new() { Outcome = ResolveOutcome.Forgotten },
        Resolved { Answer: Withdrawn or LeaseRefused } => new() { Outcome = ResolveOutcome.NotApplied },
        Resolved { Answer: PutDone done } => Applied() with { Put = PutMapper.Reply(done) },
        Resolved { Answer: DeleteDone done } => Applied() with { Delete = PutMapper.Reply(done) },
        Resolved { Answer: BatchDone done } => Applied() with { Batch = BatchMapper.Reply(done) },
        Resolved { Answer: TransactDone done } => Applied() with { Transact = TransactMapper.Reply(done) },
        Resolved { Answer: LeaseLives lives } => Applied() with { GrantLease = LeaseMapper.Reply(lives) },
        Resolved { Answer: LeaseEnded ended } => Applied() with { RevokeLease = LeaseMapper.Reply(ended) },
        _ => throw new UnreachableException($"an answer of kind {answer.GetType().Name} to Resolve"),
    };

    private static ResolveReply Applied() => new() { Outcome = ResolveOutcome.Applied };
}
