using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A linearizable read of a page of keys.</summary>
internal sealed class RangeCall(CalledPlace place, ClientLinks links, KeyRange range, int keysMax, Action<string> read)
    : DoorCall<RangeReply>(place, links), IReadCaller
{
    private readonly int _bytesMax = links.DrawAnswerBytes();

    // The host reads the state on another thread, some time after the loop said that it may.
    public void OnReady() => Links.Soon(Read);

    protected override bool Post() => Replica.Post(new ReadRequested(this));

    protected override void GiveUp()
    {
        Replica.Post(new ReadGivenUp(this));
        Fault(DoorFaults.NoQuorum());
    }

    private void Read()
    {
        if (IsOver || !MayTell() || !TryRead(() => Replica.Driver!.Machine.ReadRange(range, keysMax, _bytesMax), out var found))
        {
            return;
        }

        foreach (var (key, _) in found.Keys)
        {
            read(key);
        }

        Answer(() => Reply(found));
    }

    private static RangeReply Reply(RangeRead found) => new()
    {
        Keys = [.. found.Keys.Select(key => new RangeKey
        {
            Key = key.Key,
            Value = key.Value.Value.ToArray(),
            CreateRevision = key.Value.CreateRevision,
            ModificationRevision = key.Value.ModificationRevision,
            Version = key.Value.Version,
        })],
        More = found.Next is not null,
        Next = found.Next,
        Revision = found.Numbers.Revision,
        AppliedThrough = found.Numbers.AppliedThrough.Number,
    };
}
