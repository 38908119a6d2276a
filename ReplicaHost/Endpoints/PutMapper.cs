using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Answers to puts and deletes of the state machine, and those of the contract.</summary>
internal static class PutMapper
{
    public static PutReply Reply(PutDone done) => new() { Revision = done.Revision, Replaced = done.Replaced, Slot = done.Slot.Number };

    public static DeleteReply Reply(DeleteDone done) => new() { Revision = done.Revision, Found = done.Found, Slot = done.Slot.Number };
}
