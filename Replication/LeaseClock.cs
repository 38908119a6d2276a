using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Replication;

/// <summary>Finds out which leases were not renewed in time, by the ticks of one replica. No part of the replicated state: what it says is a proposal.</summary>
/// <remarks>
/// A replica counts from its first tick after it applied the last renewal, or the grant. That is never before the holder asked for it, so no lease ends before its
/// time, whichever replica says so and however late it learned: a restart, and a state that came as a snapshot, count as a renewal. Who begins to lead need
/// not wait anew: by the time that it has counted for the time to live, so has the holder.
/// A tick is at least as long as it is said to be, apart from the first, which began before.
/// </remarks>
/// <param name="machine">Has the leases.</param>
/// <param name="tickMilliseconds">How long a tick is.</param>
internal sealed class LeaseClock(KeyValueStateMachine machine, int tickMilliseconds)
{
    /// <summary>No more ends are proposed in a tick once they have so many keys together: the rest goes with the next ones.</summary>
    public const int KeysPerTickMax = StateMachineLimits.LeaseKeysMax;

    private const int LooksSpare = 1024;

    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, long> _looks = new();
    private readonly long _lookAgainTicks = 1 + (1000 / tickMilliseconds);
    private long _now;

    /// <summary>How many leases it keeps something of, and how often it is to look at one: for tests.</summary>
    internal (int Leases, int Looks) Size => (_held.Count, _looks.Count);

    /// <summary>A tick passed.</summary>
    /// <param name="leads">Whether this replica leads; only then it proposes anything.</param>
    /// <param name="isUnderWay">Whether a command that was proposed is not chosen yet, as far as this replica knows.</param>
    /// <param name="propose">Proposes a command; null: it cannot be taken now.</param>
    public void Tick(bool leads, Func<CommandId, bool> isUnderWay, Func<ExpireLease, CommandId?> propose)
    {
        _now++;
        foreach (var (name, lease) in machine.TakeTouchedLeases())
        {
            Note(name, lease);
        }

        for (var keys = 0; keys < KeysPerTickMax && _looks.TryPeek(out var name, out var due) && due <= _now;)
        {
            _looks.Dequeue();
            if (!_held.TryGetValue(name, out var held) || held.LooksAt != due)
            {
                continue;
            }

            if (machine.FindLease(name) is { } lease)
            {
                keys += Look(lease, held, leads, isUnderWay, propose);
            }
            else
            {
                // It is not in the state that came in the place of another.
                _held.Remove(name);
            }
        }
    }

    private void Note(string name, Lease? lease)
    {
        if (lease is null)
        {
            _held.Remove(name);
            ForgetLooks();
            return;
        }

        // One that is looked at already is found to have been renewed then.
        var isNew = !_held.TryGetValue(name, out var held);
        _held[name] = held with { RenewedAt = _now };
        if (isNew)
        {
            LookAt(name, _now + TicksOf(lease));
        }
    }

    // Leases that ended long before their time would otherwise be looked for until then.
    private void ForgetLooks()
    {
        if (_looks.Count <= (2 * _held.Count) + LooksSpare)
        {
            return;
        }

        _looks.Clear();
        foreach (var (name, held) in _held)
        {
            _looks.Enqueue(name, held.LooksAt);
        }
    }

    // Proposed or not: it is looked at again for as long as it is there. What was proposed is kept until it is chosen, so there is one of it at a time.
    private int Look(Lease lease, Held held, bool leads, Func<CommandId, bool> isUnderWay, Func<ExpireLease, CommandId?> propose)
    {
        var end = held.RenewedAt + TicksOf(lease);
        var proposes = leads && end <= _now && !(held.Proposed is { } proposed && isUnderWay(proposed));
        if (proposes)
        {
            _held[lease.Name] = held with { Proposed = propose(new ExpireLease(lease.Name, lease.Renewals)) };
        }

        LookAt(lease.Name, end > _now ? end : _now + _lookAgainTicks);
        return proposes ? 1 + lease.Keys.Count : 0;
    }

    private void LookAt(string name, long due)
    {
        _held[name] = _held[name] with { LooksAt = due };
        _looks.Enqueue(name, due);
    }

    // One more, for the first has begun before.
    private long TicksOf(Lease lease) => 1 + (((lease.TimeToLiveSeconds * 1000) + tickMilliseconds - 1) / tickMilliseconds);

    private readonly record struct Held(long RenewedAt, long LooksAt, CommandId? Proposed);
}
