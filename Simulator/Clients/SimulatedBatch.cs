using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>Batches as a door takes them in and answers them, and as a client draws them and reads the answer.</summary>
internal static class SimulatedBatch
{
    /// <summary>Draws a batch of a few keys, the same one more than once now and then, so that what a reader sees may be any
    /// of the batch's writes but the last.</summary>
    public static BatchOperation[] Draw(Random random, Func<string> drawKey, string value)
    {
        var operations = new BatchOperation[random.Next(1, 5)];
        for (var place = 0; place < operations.Length; place++)
        {
            operations[place] = random.Next(4) == 0
                ? BatchOperation.Delete(drawKey())
                : BatchOperation.Put(drawKey(), Encoding.UTF8.GetBytes($"{value}-{place}"));
        }

        return operations;
    }

    /// <summary>What the door hands to the state machine.</summary>
    public static BatchWrite[] Writes(BatchOperation[] operations) =>
        Array.ConvertAll(operations, operation => operation.Kind == BatchOperationKind.Put
            ? new BatchWrite(operation.Key, operation.Value) { Lease = operation.LeaseId }
            : new BatchWrite(operation.Key, null));

    /// <summary>What the door answers.</summary>
    public static BatchReply Reply(BatchDone done) => new()
    {
        Revision = done.Revision,
        Slot = done.Slot.Number,
        Operations = [.. done.Writes.Select(write => new BatchOperationReply { Revision = write.Revision, Found = write.Found })],
    };

    /// <summary>What the state machine must have answered for the client to hear this.</summary>
    public static BatchDone Answer(BatchOperation[] operations, BatchReply reply) => new(
        new Slot(reply.Slot),
        RevisionBefore(operations[0], reply.Operations[0]),
        [.. reply.Operations.Select(operation => new BatchWriteDone(operation.Revision, operation.Found))]);

    /// <summary>The revision before an operation that was answered so.</summary>
    public static long RevisionBefore(BatchOperation operation, BatchOperationReply reply) =>
        reply.Revision - (operation.Kind == BatchOperationKind.Put || reply.Found ? 1 : 0);
}
