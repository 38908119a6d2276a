using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using KeyChange = PaxosWcf.Replication.Changes.KeyChange;

namespace PaxosWcf.Simulator;

/// <summary>What somebody who watches asks.</summary>
/// <param name="Filter">Of which keys.</param>
/// <param name="From">The first revision of interest; 0: only where the store stands.</param>
/// <param name="ChangesMax">How many changes at most.</param>
/// <param name="Patience">How long to wait for one.</param>
internal sealed record WatchQuestion(ChangeFilter Filter, long From, int ChangesMax, TimeSpan Patience);

/// <summary>A long poll for changes, as the host's WatchCalls serves it: reads what there is, and waits in the replica's loop where
/// there is nothing yet.</summary>
internal sealed class WatchCall(CalledPlace place, ClientLinks links, WatchQuestion asked, UserOperation watch)
    : DoorCall<WatchReply>(place, links), IReadCaller, IWatchCaller
{
    private readonly int _bytesMax = links.DrawAnswerBytes();
    private long _until;
    private long _completeThrough;

    // The host keeps who waits for changes until the time of the wait is over, or the connection is.
    protected override int PatienceTicks => asked.From == 0 ? base.PatienceTicks : Links.Plan.AttemptTicks;

    public void OnReady() => Links.Soon(Stand);

    public void OnChange(long revision) => Links.Soon(() => Read(revision));

    public void OnOver(long completeThrough)
    {
        if (!IsOver && MayTell())
        {
            Tell([], Math.Max(_completeThrough, completeThrough));
        }
    }

    public void OnRefused(Refusal refusal) => Fault(refusal switch
    {
        Refusal.Overloaded => DoorFaults.Overloaded(nameof(WatchRequested.WatchesMax)),
        Refusal.Fenced => DoorFaults.Fenced(Replica.Id.Number),
        _ => DoorFaults.NoQuorum(),
    });

    protected override bool Post()
    {
        if (asked.From == 0)
        {
            return Replica.Post(new ReadRequested(this));
        }

        _until = Cluster.Time.Now + SimulatedClock.Units(asked.Patience);
        Links.Soon(() => Read(asked.From));
        return true;
    }

    protected override void GiveUp()
    {
        Replica.Post(asked.From == 0 ? new ReadGivenUp(this) : new WatchGivenUp(this));
        Fault(DoorFaults.NoQuorum());
    }

    private void Stand()
    {
        if (!IsOver && MayTell())
        {
            var revision = Replica.Driver!.Machine.Numbers.Revision;
            Cluster.Checker.OnStood(watch, revision);
            Tell([], revision);
        }
    }

    private void Read(long from)
    {
        if (IsOver || !MayTell())
        {
            return;
        }

        var machine = Replica.Driver!.Machine;
        if (!TryRead(() => machine.ReadChanges(from, asked.Filter, asked.ChangesMax, _bytesMax), out var read))
        {
            return;
        }

        Cluster.Checker.OnChangesRead($"{watch} at {Replica.Id}", from, asked.Filter, read, machine.Numbers.Revision);
        switch (read)
        {
            case ChangesCompacted compacted:
                Fault(DoorFaults.Compacted(compacted.OldestRevision));
                break;
            case ChangesFound { Changes.Count: 0, IsAtEnd: true } nothing when Cluster.Time.Now < _until:
                Wait(nothing.CompleteThrough);
                break;
            case ChangesFound found:
                Tell(found.Changes, found.CompleteThrough);
                break;
        }
    }

    private void Wait(long completeThrough)
    {
        _completeThrough = completeThrough;
        var ticks = (int)((_until - Cluster.Time.Now + VirtualTime.Tick - 1) / VirtualTime.Tick);
        if (!Replica.Post(new WatchRequested(asked.Filter, completeThrough + 1, ticks, this)))
        {
            Fault(DoorFaults.Overloaded("QueueMax"));
        }
    }

    private void Tell(IReadOnlyList<KeyChange> changes, long completeThrough)
    {
        var reply = new WatchReply { Changes = [.. changes.Select(Map)], CompleteThrough = completeThrough };
        Answer(() => reply);
    }

    private static Contracts.KeyChange Map(KeyChange change) => new()
    {
        Revision = change.Revision,
        Kind = change.Value is null ? KeyChangeKind.Delete : KeyChangeKind.Put,
        Key = change.Key,
        Value = change.Value?.ToArray(),
        Slot = change.Slot.Number,
    };
}
