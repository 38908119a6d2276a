using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>What replicas have told each other of their disks, held against what these hold: a vote that was told survives every crash, a report leaves
/// no vote out, a ballot is begun once and is on disk by then, and a disk that was set back, and is missed, says nothing that counts: ever, if others have heard of
/// a start that it forgot, else in its first start.</summary>
internal sealed class ToldWords(VoteCounter votes, Action<string> fail)
{
    private readonly Dictionary<ReplicaId, Disk> _disks = [];
    private readonly Dictionary<Ballot, long> _begun = [];

    /// <summary>How many disks were set back that the others must miss.</summary>
    public int SetBack { get; private set; }

    /// <summary>A disk holds what others are to be told.</summary>
    public void OnWritten(ReplicaId replica, StoreWrite write)
    {
        if (ReplicaLog.ReadCampaign(write) is { } campaigned)
        {
            Of(replica).Campaigned = campaigned;
        }
    }

    /// <summary>A disk holds a vote.</summary>
    public void OnVoted(ReplicaId replica, Slot slot, Ballot ballot) => Of(replica).Votes[slot] = ballot;

    /// <summary>The disk is another, or an earlier image: nobody can ask it to keep what it said.</summary>
    public void OnDiskLost(ReplicaId replica)
    {
        _disks[replica] = new Disk { Starts = Of(replica).Starts };
    }

    /// <summary>The disk is an earlier image, and so many of the others have heard of what came after it that every majority has one of them.</summary>
    public void OnMissed(ReplicaId replica, Incarnation incarnation, long configuration, Missed missed)
    {
        SetBack++;
        Of(replica).Missed = (incarnation, configuration, missed);
    }

    /// <summary>A process starts with what its disk holds.</summary>
    public void OnStarted(ReplicaId replica, Slot applied, IReadOnlyCollection<AcceptedEntry> log)
    {
        var disk = Of(replica);
        disk.Starts++;
        if (disk is { HasStartedSince: true, Missed.What: Missed.Words })
        {
            // It may have learned again some of what it had forgotten: not all that remember more than the image remember more than the disk now.
            disk.Missed = null;
        }

        disk.HasStartedSince = disk.Missed is not null;

        disk.Votes.Clear();
        foreach (var entry in log)
        {
            disk.Votes[entry.Slot] = entry.Ballot;
        }

        foreach (var (slot, ballot) in disk.Told)
        {
            if (slot > applied && disk.Votes.GetValueOrDefault(slot) < ballot)
            {
                fail($"{replica} told that it accepted {ballot} in slot {slot}, and restarts with {disk.Votes.GetValueOrDefault(slot)} there");
            }
        }
    }

    /// <summary>A replica tells something.</summary>
    public void OnSent(Envelope envelope)
    {
        var disk = Of(envelope.From);
        if (disk.Missed is var (incarnation, configuration, _) && incarnation == envelope.Incarnation && configuration == votes.LatestConfiguration
            && envelope.Message is Promise or Accepted or Prepare or HeartbeatReply { Promised: not null } or ReadIndexReply { Promised: not null })
        {
            fail($"{envelope} is sent by a disk that was set back, and that others miss");
        }

        switch (envelope.Message)
        {
            case Accepted accepted: OnAccepted(disk, envelope.From, accepted); break;
            case Promise promise: OnPromise(disk, envelope, promise); break;
            case Prepare prepare: OnPrepare(disk, envelope, prepare); break;
        }
    }

    private void OnAccepted(Disk disk, ReplicaId from, Accepted accepted)
    {
        foreach (var slot in accepted.Slots.Where(slot => votes.HasVoted(from, slot, accepted.Ballot)))
        {
            disk.Told[slot] = Ballot.Max(accepted.Ballot, disk.Told.GetValueOrDefault(slot));
        }
    }

    // Votes under the ballot itself may have come with the same flush, after the report.
    private void OnPromise(Disk disk, Envelope envelope, Promise promise)
    {
        var reported = promise.Entries.ToDictionary(entry => entry.Slot);
        var from = Slot.Max(promise.From, promise.LearnedThrough.Next);
        foreach (var (slot, ballot) in disk.Votes)
        {
            if (slot >= from && (promise.ContinueFrom is not { } next || slot < next) && ballot < promise.Ballot
                && (!reported.TryGetValue(slot, out var entry) || entry.Ballot < ballot))
            {
                fail($"{envelope} leaves out that {envelope.From} accepted {ballot} in slot {slot}");
            }
        }

        if (promise.Entries.FirstOrDefault(entry => votes.ValueOf(entry.Slot, entry.Ballot) is { } value && !value.Equals(entry.Value)) is { Value: not null } other)
        {
            fail($"{envelope} reports {other.Value} under {other.Ballot} in slot {other.Slot}, where {votes.ValueOf(other.Slot, other.Ballot)} was proposed");
        }
    }

    private void OnPrepare(Disk disk, Envelope envelope, Prepare prepare)
    {
        if (disk.Campaigned < prepare.Ballot)
        {
            fail($"{envelope} is sent before the disk holds the campaign");
        }

        if (!_begun.TryAdd(prepare.Ballot, disk.Starts) && _begun[prepare.Ballot] != disk.Starts)
        {
            fail($"{envelope}: that ballot was begun in an earlier start");
        }
    }

    private Disk Of(ReplicaId replica)
    {
        if (!_disks.TryGetValue(replica, out var disk))
        {
            _disks[replica] = disk = new Disk();
        }

        return disk;
    }

    /// <summary>What one disk holds, and what was told of it.</summary>
    private sealed class Disk
    {
        public SortedDictionary<Slot, Ballot> Votes { get; } = [];

        public Dictionary<Slot, Ballot> Told { get; } = [];

        public Ballot Campaigned { get; set; }

        public bool HasStartedSince { get; set; }

        public long Starts { get; set; }

        public (Incarnation Incarnation, long Configuration, Missed What)? Missed { get; set; }
    }
}
