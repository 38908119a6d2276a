using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A linearizable read.</summary>
internal sealed class ReadCall<TReply>(
    CalledPlace place, ClientLinks links, string key, Func<long, KeyRecord?, TReply> reply)
    : DoorCall<TReply>(place, links), IReadCaller
{
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
        if (IsOver || !MayTell())
        {
            return;
        }

        var machine = Replica.Driver!.Machine;
        if (TryRead(() => Tuple.Create(machine.Numbers.AppliedThrough.Number, machine.Find(key)), out var found))
        {
            var answer = reply(found.Item1, found.Item2);
            Answer(() => answer);
        }
    }
}
