using PaxosWcf.Contracts;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>What one call of the library's user asks: in words for the log, and, where a history can say it, as it is
/// recorded. Both are put together only where somebody reads them.</summary>
/// <param name="Verb">"put".</param>
/// <param name="Subject">"apple".</param>
/// <param name="Invocations">What is recorded, one for each key's operation; null: nothing.</param>
/// <param name="Answers">What is recorded of the reply, one for each invocation; null for one that certainly took no effect.</param>
internal sealed record StoreOperation<TReply>(
    string Verb,
    string Subject,
    Func<IEnumerable<Invocation>>? Invocations,
    Func<TReply, IEnumerable<RecordedAnswer?>> Answers)
{
    /// <summary>What may take effect at any time after the call was sent, whatever comes of it: recorded, and never ended.</summary>
    public IEnumerable<Invocation> Consequences { get; init; } = [];

    /// <summary>Whether a replica waits before it answers, because it is asked to.</summary>
    public bool IsLongPoll { get; init; }
}

/// <summary>The calls that the store takes.</summary>
internal static class StoreOperation
{
    // The revision counts writes up one by one, in the order of the log; a slot holds many writes and would not order them.
    public static StoreOperation<PutReply> Put(string key, byte[] value)
    {
        return new("put", key, () => [new Invocation(OperationKind.Put, key, HistoryValue.Of(value))],
            reply => [new RecordedAnswer(reply.Replaced, Slot: reply.Revision)]);
    }

    public static StoreOperation<DeleteReply> Delete(string key)
    {
        return new("delete", key, () => [new Invocation(OperationKind.Delete, key)],
            reply => [new RecordedAnswer(reply.Found, Slot: reply.Revision)]);
    }

    // A history knows single keys only. Each write of a batch takes effect between the batch's beginning and its end, so
    // it is recorded as a call of its own; that they do so all at once, the history does not say and the verifier does not check.
    public static StoreOperation<BatchReply> Batch(IReadOnlyList<BatchOperation> operations)
    {
        return new("batch of", $"{operations.Count}",
            () => operations.Select(Write),
            reply => reply.Operations.Select(Answer))
        {
            Consequences = Ends(operations),
        };
    }

    // A key goes with its lease, and nobody calls then: as if a delete had been sent with the put, whose answer never came.
    private static IEnumerable<Invocation> Ends(IEnumerable<BatchOperation> operations) =>
        operations.Where(operation => operation.LeaseId is not null).Select(operation => new Invocation(OperationKind.Delete, operation.Key));

    // One that compares the value of a key, and writes that key alone, is what a history calls a compare-and-set. Of any other the writes are recorded,
    // as those of a batch are, those of both branches, for which it will be nobody knows yet; those of the branch that was not applied end as calls
    // that certainly had no effect. What was compared, the history does not say and the verifier does not check; but it lacks no write.
    public static StoreOperation<TransactReply> Transact(
        IReadOnlyList<Comparison> comparisons, IReadOnlyList<BatchOperation> then, IReadOnlyList<BatchOperation> otherwise)
    {
        StoreOperation<TransactReply> recorded = IsCompareAndSet(comparisons, then, otherwise)
            ? new("transaction on", comparisons[0].Key, () => [CompareAndSet(comparisons[0], then[0])], reply => [Answer(reply, then[0])])
            : new("transaction of", $"{then.Count + otherwise.Count}", () => then.Concat(otherwise).Select(Write), reply => reply.Held
                ? [.. reply.Operations.Select(Answer), .. otherwise.Select(_ => (RecordedAnswer?)null)]
                : [.. then.Select(_ => (RecordedAnswer?)null), .. reply.Operations.Select(Answer)]);
        return recorded with { Consequences = Ends(then.Concat(otherwise)) };
    }

    private static bool IsCompareAndSet(
        IReadOnlyList<Comparison> comparisons, IReadOnlyList<BatchOperation> then, IReadOnlyList<BatchOperation> otherwise)
    {
        return comparisons is [{ Kind: ComparisonKind.Value or ComparisonKind.Missing } only]
            && then is [var write] && write.Key == only.Key && otherwise.Count == 0;
    }

    private static Invocation CompareAndSet(Comparison comparison, BatchOperation write)
    {
        return new Invocation(
            OperationKind.Cas, write.Key, write.Value is { } value ? HistoryValue.Of(value) : null,
            comparison.Value is { } expected ? HistoryValue.Of(expected) : null);
    }

    // One that matched, and removed what was not there, made no revision, and so has no place of its own in their order.
    private static RecordedAnswer Answer(TransactReply reply, BatchOperation write)
    {
        bool madeNone = reply.Held && write.Kind == BatchOperationKind.Delete && !reply.Operations[0].Found;
        return new RecordedAnswer(reply.Held, Slot: madeNone ? null : reply.Revision);
    }

    private static Invocation Write(BatchOperation operation)
    {
        return operation.Kind == BatchOperationKind.Put
            ? new Invocation(OperationKind.Put, operation.Key, HistoryValue.Of(operation.Value))
            : new Invocation(OperationKind.Delete, operation.Key);
    }

    private static RecordedAnswer Answer(BatchOperationReply operation) => new(operation.Found, Slot: operation.Revision);

    // A serializable read may be old, and says so: a history would accuse it wrongly.
    public static StoreOperation<GetReply> Get(string key, ReadConsistency consistency)
    {
        return new("get", key,
            consistency == ReadConsistency.Linearizable ? () => [new Invocation(OperationKind.Get, key)] : null,
            reply => [new RecordedAnswer(reply.Found, reply.Found ? HistoryValue.Of(reply.Value) : null)]);
    }

    // A history has no word for a read of many keys, those that are not there among them.
    public static StoreOperation<RangeReply> Range(string prefix)
    {
        return new("range", $"{prefix}*", null, _ => []);
    }

    // A history knows keys only: not leases, nor what came of a call that it has as one whose end nobody knows.
    public static StoreOperation<TReply> Unrecorded<TReply>(string verb, string subject)
    {
        return new(verb, subject, null, _ => []);
    }

    // A history has no word for a change that was heard of.
    public static StoreOperation<WatchReply> Watch(string key)
    {
        return new("watch", key, null, _ => []) { IsLongPoll = true };
    }

    // A history has no word for a read that does not see the value.
    public static StoreOperation<ContainsKeyReply> Contains(string key)
    {
        return new("contains", key, null, reply => [new RecordedAnswer(reply.Found)]);
    }
}
