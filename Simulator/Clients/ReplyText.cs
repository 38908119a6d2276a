using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>How replies are shown in a trace.</summary>
internal static class ReplyText
{
    public static string Of(object? reply) => reply switch
    {
        PutReply put => $"revision {put.Revision}, slot {put.Slot}",
        DeleteReply delete => $"{(delete.Found ? "gone" : "was not there")}, revision {delete.Revision}, slot {delete.Slot}",
        BatchReply batch => $"{batch.Operations.Length} writes, revision {batch.Revision}, slot {batch.Slot}",
        TransactReply transact => $"{(transact.Held ? "held" : "did not hold")}, {transact.Operations.Length} writes, revision {transact.Revision}, slot {transact.Slot}",
        GetReply { Found: true } get => $"{Encoding.UTF8.GetString(get.Value!)}, revision {get.ModificationRevision}, at slot {get.AppliedThrough}",
        GetReply get => $"nothing, at slot {get.AppliedThrough}",
        RangeReply range => $"{string.Join(' ', range.Keys.Select(key => $"{key.Key}@{key.ModificationRevision}"))}{(range.More ? $" >{range.Next}" : "")}, at slot {range.AppliedThrough}",
        _ => $"{reply}",
    };
}
