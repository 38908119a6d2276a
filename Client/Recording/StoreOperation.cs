using PaxosWcf.Contracts;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>What one call of the library's user asks: in words for the log, and, where a history can say it, as it is
/// recorded. Both are put together only where somebody reads them.</summary>
/// <param name="Verb">"put".</param>
/// <param name="Subject">"apple".</param>
/// <param name="Invocations">What is recorded, one for each key's operation; null: nothing.</param>
/// <param name="Answers">What is recorded of the reply, one for each invocation.</param>
internal sealed record StoreOperation<TReply>(
    string Verb,
    string Subject,
    Func<IEnumerable<Invocation>>? Invocations,
    Func<TReply, IEnumerable<RecordedAnswer>> Answers);

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
            () => operations.Select(o => o.Kind == BatchOperationKind.Put
                ? new Invocation(OperationKind.Put, o.Key, HistoryValue.Of(o.Value))
                : new Invocation(OperationKind.Delete, o.Key)),
            reply => reply.Operations.Select(o => new RecordedAnswer(o.Found, Slot: o.Revision)));
    }

    // A serializable read may be old, and says so: a history would accuse it wrongly.
    public static StoreOperation<GetReply> Get(string key, ReadConsistency consistency)
    {
        return new("get", key,
            consistency == ReadConsistency.Linearizable ? () => [new Invocation(OperationKind.Get, key)] : null,
            reply => [new RecordedAnswer(reply.Found, reply.Found ? HistoryValue.Of(reply.Value) : null)]);
    }

    // A history has no word for a change that was heard of.
    public static StoreOperation<WatchReply> Watch(string key)
    {
        return new("watch", key, null, _ => []);
    }

    // A history has no word for a read that does not see the value.
    public static StoreOperation<ContainsKeyReply> Contains(string key)
    {
        return new("contains", key, null, reply => [new RecordedAnswer(reply.Found)]);
    }
}
