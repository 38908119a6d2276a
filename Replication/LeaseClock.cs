using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Replication;

/// <summary>Finds out which leases were not renewed in time, by the ticks of one replica. No part of the replicated state: what it says is a proposal.</summary>
/// <remarks>
/// A replica counts from the tick at which it applied the last renewal, or the grant. That is never before the holder asked for it, so no lease ends before its
/// time, whichever replica says so and however late it learned: a restart, and a state that came as a snapshot, count as a renewal. A leader counts from its
/// first tick as one, so that holders who found nobody to renew at while there was none do not lose their leases to that.
/// A tick is at least as long as it is said to be, apart from the first, which began before.
/// </remarks>
/// <param name="machine">Has the leases.</param>
/// <param name="tickMilliseconds">How long a tick is.</param>
internal sealed class LeaseClock(KeyValueStateMachine machine, int tickMilliseconds)
{
    /// <summary>Leases whose end is proposed in one tick, at most: the rest goes with the next ones.</summary>
    public const int EndsPerTickMax = 256;

    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, long> _looks = new();
    private readonly long _lookAgainTicks = 1 + (1000 / tickMilliseconds);
    private long _now;
    private long _leadsSince;
    private bool _leads;

    /// <summary>A tick passed.</summary>
    /// <param name="leads">Whether this replica leads; only then it proposes anything.</param>
    /// <param name="propose">Proposes a command; null: it cannot be taken now.</param>
    public void Tick(bool leads, Func<ExpireLease, CommandId?> propose)
    {
        _now++;
        _leadsSince = leads && !_leads ? _now : _leadsSince;
        _leads = leads;
        foreach (var lease in machine.TakeRenewedLeases())
        {
            if (!_held.TryGetValue(lease.Name, out var held))
            {
                _looks.Enqueue(lease.Name, _now + TicksOf(lease));
            }

            _held[lease.Name] = held with { RenewedAt = _now };
        }

        for (var ends = 0; ends < EndsPerTickMax && _looks.TryPeek(out var name, out var due) && due <= _now;)
        {
            _looks.Dequeue();
            if (machine.FindLease(name) is { } lease)
            {
                ends += Look(lease, propose) ? 1 : 0;
            }
            else
            {
                _held.Remove(name);
            }
        }
    }

    // Proposed or not: it is looked at again for as long as it is there. What was proposed is kept until it is chosen, so there is one of it at a time.
    private bool Look(Lease lease, Func<ExpireLease, CommandId?> propose)
    {
        var held = _held[lease.Name];
        var end = Math.Max(held.RenewedAt, _leadsSince) + TicksOf(lease);
        var proposes = _leads && end <= _now && !(held.Proposed is { } proposed && !machine.IsOver(proposed));
        if (proposes)
        {
            _held[lease.Name] = held with { Proposed = propose(new ExpireLease(lease.Name, lease.Renewals)) };
        }

        _looks.Enqueue(lease.Name, end > _now ? end : _now + _lookAgainTicks);
        return proposes;
    }

    // One more, for the first has begun before.
    private long TicksOf(Lease lease) => 1 + (((lease.TimeToLiveSeconds * 1000) + tickMilliseconds - 1) / tickMilliseconds);

    private readonly record struct Held(long RenewedAt, CommandId? Proposed);
}
