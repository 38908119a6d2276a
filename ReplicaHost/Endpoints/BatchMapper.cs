using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Batches of the contract, and those of the state machine.</summary>
internal static class BatchMapper
{
    public static BatchWrite[] Writes(BatchOperation[] operations) =>
        Array.ConvertAll(operations, operation => operation.Kind == BatchOperationKind.Put
            ? new BatchWrite(operation.Key, operation.Value) { Lease = operation.LeaseId }
            : new BatchWrite(operation.Key, null));

    public static BatchReply Reply(BatchDone done) => new()
    {
        Revision = done.Revision,
        Slot = done.Slot.Number,
        Operations = Replies(done.Writes),
    };

    public static BatchOperationReply[] Replies(IEnumerable<BatchWriteDone> writes) =>
        [.. writes.Select(write => new BatchOperationReply { Revision = write.Revision, Found = write.Found })];
}
