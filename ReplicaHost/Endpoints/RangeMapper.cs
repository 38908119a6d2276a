using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Pages of the state machine, and those of the contract.</summary>
internal static class RangeMapper
{
    public static RangeReply Reply(RangeRead read, bool keysOnly) => new()
    {
        Keys = [.. read.Keys.Select(key => new RangeKey
        {
            Key = key.Key,
            Value = keysOnly ? null : key.Value.Value.ToArray(),
            CreateRevision = key.Value.CreateRevision,
            ModificationRevision = key.Value.ModificationRevision,
            Version = key.Value.Version,
        })],
        More = read.Next is not null,
        Next = read.Next,
        Revision = read.Numbers.Revision,
        AppliedThrough = read.Numbers.AppliedThrough.Number,
    };
}
