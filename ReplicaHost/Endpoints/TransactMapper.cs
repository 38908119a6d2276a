using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;
using ComparisonKind = PaxosWcf.Replication.KeyValue.ComparisonKind;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Transactions of the contract, and those of the state machine.</summary>
internal static class TransactMapper
{
    public static Transact Command(ClientIdentity? identity, Comparison[] comparisons, BatchOperation[] then, BatchOperation[] otherwise) => new(
        identity, Array.ConvertAll(comparisons, Comparison), BatchMapper.Writes(then), BatchMapper.Writes(otherwise));

    /// <summary>Whether an answer is one to this transaction: another may have been sent under its identity before.</summary>
    public static bool Fits(TransactDone done, Transact transact) =>
        done.Writes.Count == (done.Held ? transact.Then : transact.Otherwise).Count
        && done.Seen.Count == (done.Held ? 0 : transact.Comparisons.Count);

    public static TransactReply Reply(TransactDone done) => new()
    {
        Held = done.Held,
        Revision = done.Revision,
        Slot = done.Slot.Number,
        Operations = BatchMapper.Replies(done.Writes),
        Compared = [.. done.Seen.Select(seen => new ComparedKey
        {
            ModificationRevision = seen.ModificationRevision,
            Version = seen.Version,
        })],
    };

    private static KeyComparison Comparison(Comparison comparison) =>
        new(Kind(comparison.Kind), comparison.Key, comparison.Value, comparison.Number ?? 0);

    private static ComparisonKind Kind(Contracts.ComparisonKind kind) => kind switch
    {
        Contracts.ComparisonKind.Value => ComparisonKind.Value,
        Contracts.ComparisonKind.Exists => ComparisonKind.Exists,
        Contracts.ComparisonKind.Missing => ComparisonKind.Missing,
        Contracts.ComparisonKind.ModificationRevision => ComparisonKind.ModificationRevision,
        Contracts.ComparisonKind.Version => ComparisonKind.Version,
        _ => throw new UnreachableException($"a comparison of kind {kind}, which the rules refuse"),
    };
}
