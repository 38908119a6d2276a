using PaxosWcf.Consensus;
using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>Holds what becomes of leases against what their holders were told: none ends before its time, by the fastest clock of the replicas, and
/// whoever is told that one is over is told the truth.</summary>
/// <param name="now">The time, by that clock.</param>
/// <param name="fail">Ends the run.</param>
internal sealed class LeaseLedger(Func<long> now, Action<string> fail)
{
    private static readonly long Second = VirtualTime.Tick * TimeSpan.TicksPerSecond / SimulatedClock.Tick.Ticks;

    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <summary>How many ended because nobody renewed them in time.</summary>
    public int Expired { get; private set; }

    /// <summary>How many keys went with those that ended.</summary>
    public int KeysGone { get; private set; }

    /// <summary>How many have not ended.</summary>
    public int Living => _seen.Values.Count(lease => lease.EndedAt is null);

    /// <summary>A lease was granted or renewed, in a slot.</summary>
    public void OnLives(string lease, long seconds, Slot slot, long revision)
    {
        if (!_seen.TryGetValue(lease, out var seen))
        {
            _seen[lease] = seen = new Seen(seconds * Second);
        }

        seen.Lives[slot] = revision;
    }

    /// <summary>A lease is over.</summary>
    /// <param name="lease">Its name.</param>
    /// <param name="keys">How many keys went with it.</param>
    /// <param name="isExpired">Whether because it was not renewed in time.</param>
    public void OnEnded(string lease, int keys, bool isExpired)
    {
        var seen = _seen[lease];
        (seen.EndedAt, seen.IsExpired) = (now(), isExpired);
        Expired += isExpired ? 1 : 0;
        KeysGone += keys;
        CheckTime(lease, seen);
    }

    /// <summary>The revision at which a lease was granted or renewed where an answer says.</summary>
    public long RevisionAt(LeaseReply reply) => _seen.GetValueOrDefault(reply.LeaseId)?.Lives.GetValueOrDefault(new Slot(reply.Slot), -1) ?? -1;

    /// <summary>A holder was told that its lease lives: for its whole time from the moment on at which it asked, by a grant or a renewal that came after
    /// all that was answered before. An earlier renewal proves nothing of now.</summary>
    public void OnHeld(UserOperation call, LeaseReply reply, long asked)
    {
        if (RevisionAt(reply) < 0)
        {
            fail($"{call} was told that {reply.LeaseId} lives since slot {reply.Slot}, where it was neither granted nor renewed");
            return;
        }

        if (new Slot(reply.Slot) <= call.Floor)
        {
            fail($"{call} was told that {reply.LeaseId} lives since slot {reply.Slot}, though slot {call.Floor} was answered before it asked");
        }

        var seen = _seen[reply.LeaseId];
        seen.HeldSince = Math.Max(seen.HeldSince, asked);
        CheckTime(reply.LeaseId, seen);
    }

    /// <summary>Somebody was told that a lease is over.</summary>
    public void OnNotFound(UserOperation call, string lease)
    {
        if (_seen.GetValueOrDefault(lease) is not { EndedAt: not null })
        {
            fail($"{call} was told that there is no lease {lease}, though it lives");
        }
    }

    private void CheckTime(string lease, Seen seen)
    {
        if (seen is { IsExpired: true, EndedAt: { } ended } && ended < seen.HeldSince + seen.TimeToLive)
        {
            fail($"lease {lease} has expired at {ended}, though its holder may count on it from {seen.HeldSince} on for {seen.TimeToLive}");
        }
    }

    private sealed class Seen(long timeToLive)
    {
        public long TimeToLive => timeToLive;

        public long HeldSince { get; set; } = -timeToLive;

        public long? EndedAt { get; set; }

        public bool IsExpired { get; set; }

        public Dictionary<Slot, long> Lives { get; } = [];
    }
}
