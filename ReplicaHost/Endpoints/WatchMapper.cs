using PaxosWcf.Contracts;
using PaxosWcf.Replication.Changes;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Changes of the history, and those of the contract.</summary>
internal static class WatchMapper
{
    public static WatchReply Reply(ChangesFound found) => new()
    {
        Changes = [.. found.Changes.Select(change => new Contracts.KeyChange
        {
            Revision = change.Revision,
            Kind = change.Value is null ? KeyChangeKind.Delete : KeyChangeKind.Put,
            Key = change.Key,
            Value = change.Value?.ToArray(),
            Slot = change.Slot.Number,
        })],
        CompleteThrough = found.CompleteThrough,
    };
}
