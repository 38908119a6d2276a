using PaxosWcf.Contracts;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>What one call of the library's user asks: in words for the log, and, where a history can say it, as it is recorded.</summary>
/// <param name="Name">"put apple".</param>
/// <param name="Invocation">What is recorded; null: nothing.</param>
/// <param name="Answer">What is recorded of the reply.</param>
internal sealed record StoreOperation<TReply>(string Name, Invocation? Invocation, Func<TReply, RecordedAnswer> Answer);

/// <summary>The calls that the store takes.</summary>
internal static class StoreOperation
{
    // The revision counts writes up one by one, in the order of the log; a slot holds many writes and would not order them.
    public static StoreOperation<PutReply> Put(string key, byte[] value)
    {
        return new($"put {key}", new Invocation(OperationKind.Put, key, HistoryValue.Of(value)),
            reply => new RecordedAnswer(reply.Replaced, Slot: reply.Revision));
    }

    public static StoreOperation<DeleteReply> Delete(string key)
    {
        return new($"delete {key}", new Invocation(OperationKind.Delete, key),
            reply => new RecordedAnswer(reply.Found, Slot: reply.Revision));
    }

    // A serializable read may be old, and says so: a history would accuse it wrongly.
    public static StoreOperation<GetReply> Get(string key, ReadConsistency consistency)
    {
        Invocation? recorded = consistency == ReadConsistency.Linearizable ? new Invocation(OperationKind.Get, key) : null;
        return new($"get {key}", recorded,
            reply => new RecordedAnswer(reply.Found, reply.Found ? HistoryValue.Of(reply.Value) : null));
    }

    // A history has no word for a read that does not see the value.
    public static StoreOperation<ContainsKeyReply> Contains(string key)
    {
        return new($"contains {key}", null, reply => new RecordedAnswer(reply.Found));
    }
}
