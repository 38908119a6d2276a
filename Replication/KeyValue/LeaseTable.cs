using System.Collections.Concurrent;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>The leases, and which keys are theirs. Part of the replicated state: it decides only by what is in the log, and travels with it. When a lease
/// is over, <see cref="LeaseClock"/> finds out.</summary>
/// <remarks>One thread changes it; <see cref="Find"/>, <see cref="Page"/> and <see cref="Count"/> may be called from any.</remarks>
internal sealed class LeaseTable
{
    private readonly ConcurrentDictionary<string, Lease> _leases = new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
    private readonly Dictionary<string, string> _leaseOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly HashSet<(string Lease, string Key)> _touchedKeys = [];
    private readonly HashSet<string> _untold = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Loads the table.</summary>
    public LeaseTable(IReplicaStore store)
    {
        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [Lease.Prefix], [Lease.Prefix + 1]))
        {
            var lease = Lease.Load(key, record);
            _leases[lease.Name] = lease;
            _untold.Add(lease.Name);
        }

        foreach (var keys in store.Scan(StoreFamily.Sessions, [Lease.KeyPrefix], [Lease.KeyPrefix + 1])
            .Select(record => Lease.LoadKey(record.Key, record.Value)).GroupBy(held => held.Lease, held => held.Key))
        {
            // A key whose lease is gone is nobody's. Where there is one, the state is wrong; that is not for this table to judge, but for who compares states.
            if (Find(keys.Key) is not { } lease)
            {
                continue;
            }

            _leases[lease.Name] = lease with { Keys = lease.Keys.Union(keys) };
            foreach (var key in keys)
            {
                _leaseOf.Add(key, lease.Name);
            }
        }

        Volatile.Write(ref _count, _leases.Count);
    }

    /// <summary>How many there are. Counted here, for the dictionary would have who changes it wait for who asks.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The keys of the state that a snapshot holds that belong to a lease.</summary>
    public static HashSet<string> KeysIn(IStoreSnapshot snapshot) =>
        new(snapshot.Scan(StoreFamily.Sessions, [Lease.KeyPrefix], [Lease.KeyPrefix + 1]).Select(record => Lease.LoadKey(record.Key, record.Value).Key), StringComparer.Ordinal);

    /// <summary>A lease; null: there is none of this name.</summary>
    public Lease? Find(string name) => _leases.GetValueOrDefault(name);

    /// <summary>The leases from a name on, in the order of names. Each as it was at some moment meanwhile, not all at the same.</summary>
    public IReadOnlyList<Lease> Page(string from, int leasesMax) =>
        [.. _leases.Select(static lease => lease.Value).Where(lease => string.CompareOrdinal(lease.Name, from) >= 0)
            .OrderBy(static lease => lease.Name, StringComparer.Ordinal).Take(leasesMax)];

    /// <summary>Which lease does not allow that these writes are made; null where all do. Of leases and keys as they are before the writes.</summary>
    public (string Lease, LeaseRefusal Why)? Refuses(IReadOnlyList<BatchWrite> writes)
    {
        // Which lease is named is part of the answer: in the order of the writes, and of no set.
        var more = new List<(string Lease, string Key)>();
        HashSet<(string Lease, string Key)>? seen = null;
        foreach (var write in writes)
        {
            if (write.Lease is not { } name)
            {
                continue;
            }

            if (!_leases.ContainsKey(name))
            {
                return (name, LeaseRefusal.NotFound);
            }

            if (_leaseOf.GetValueOrDefault(write.Key) != name && (seen ??= []).Add((name, write.Key)))
            {
                more.Add((name, write.Key));
            }
        }

        if (more.GroupBy(key => key.Lease).FirstOrDefault(keys => _leases[keys.Key].Keys.Count + keys.Count() > StateMachineLimits.LeaseKeysMax) is { } full)
        {
            return (full.Key, LeaseRefusal.TooManyKeys);
        }

        return more.Count > 0 && _leaseOf.Count + more.Count(key => !_leaseOf.ContainsKey(key.Key)) > StateMachineLimits.LeasedKeysMax
            ? (more[0].Lease, LeaseRefusal.TooManyKeysOfAll)
            : null;
    }

    /// <summary>Grants a lease under a name that was never used before; false when there are too many.</summary>
    public bool Grant(string name, long timeToLiveSeconds)
    {
        if (_count >= StateMachineLimits.LeasesMax)
        {
            return false;
        }

        Set(Lease.New(name, timeToLiveSeconds));
        Volatile.Write(ref _count, _count + 1);
        return true;
    }

    /// <summary>Renews a lease, which must be there.</summary>
    public Lease Renew(string name)
    {
        var lease = _leases[name] with { Renewals = _leases[name].Renewals + 1 };
        Set(lease);
        return lease;
    }

    /// <summary>Ends a lease, which must be there. Its keys are its own until they are removed.</summary>
    /// <returns>Its keys, in the order of their characters.</returns>
    public IReadOnlyCollection<string> End(string name)
    {
        _leases.Remove(name, out var lease);
        Volatile.Write(ref _count, _count - 1);
        _touched.Add(name);
        _untold.Add(name);
        return lease!.Keys;
    }

    /// <summary>Ends all leases.</summary>
    /// <returns>The keys of all, in the order of their characters.</returns>
    public IReadOnlyCollection<string> EndAll() => [.. _leases.Keys.ToArray().SelectMany(End).Order(StringComparer.Ordinal)];

    /// <summary>A key was written or removed: it is this lease's now, or nobody's. Whether it belonged, or belongs now, to any.</summary>
    public bool Attach(string key, string? name)
    {
        // Most keys are nobody's, before and after.
        if (name is null && _leaseOf.Count == 0)
        {
            return false;
        }

        var before = _leaseOf.GetValueOrDefault(key);
        if (before == name)
        {
            return name is not null;
        }

        if (before is not null)
        {
            _leaseOf.Remove(key);
            _touchedKeys.Add((before, key));
            if (_leases.TryGetValue(before, out var left))
            {
                _leases[before] = left with { Keys = left.Keys.Remove(key) };
            }
        }

        if (name is not null)
        {
            _leaseOf.Add(key, name);
            _touchedKeys.Add((name, key));
            _leases[name] = _leases[name] with { Keys = _leases[name].Keys.Add(key) };
        }

        return true;
    }

    /// <summary>The leases that were granted, renewed or ended since the last call, and those that were loaded, in the order of names; null for one that has ended.</summary>
    public IReadOnlyList<(string Name, Lease? Lease)> TakeTouched()
    {
        if (_untold.Count == 0)
        {
            return [];
        }

        (string, Lease?)[] touched = [.. _untold.Order(StringComparer.Ordinal).Select(name => (name, Find(name)))];
        _untold.Clear();
        return touched;
    }

    /// <summary>Adds what changed since the last call to a write set: each lease and each key once.</summary>
    public void Write(WriteSet writes)
    {
        foreach (var name in _touched)
        {
            Write(writes, Lease.StoreKeyOf(name), Find(name)?.Encode());
        }

        foreach (var (name, key) in _touchedKeys)
        {
            Write(writes, Lease.StoreKeyOf(name, key), _leaseOf.GetValueOrDefault(key) == name ? Lease.KeyRecord : null);
        }

        _touched.Clear();
        _touchedKeys.Clear();
    }

    private static void Write(WriteSet writes, byte[] key, byte[]? record)
    {
        if (record is null)
        {
            writes.Delete(StoreFamily.Sessions, key);
        }
        else
        {
            writes.Put(StoreFamily.Sessions, key, record);
        }
    }

    private void Set(Lease lease)
    {
        _leases[lease.Name] = lease;
        _touched.Add(lease.Name);
        _untold.Add(lease.Name);
    }
}
