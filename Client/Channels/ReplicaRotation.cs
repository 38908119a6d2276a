namespace PaxosWcf.Client;

/// <summary>Which replica to call: a random one at first, the same until it fails or a better one is known, then the next of a random order
/// that holds every replica once. Once the members are known, those that vote are called; only when all of these have failed
/// in a row learners, and only after them the replicas of the options that are no members.</summary>
internal sealed class ReplicaRotation
{
    private readonly Lock _lock = new();
    private readonly ReplicaPlace[] _seeds;
    private readonly Random _random;
    private readonly HashSet<ReplicaPlace> _failed = [];
    private ReplicaPlace[][] _tiers;
    private ReplicaPlace _current;
    private volatile bool _hasFailed;

    public ReplicaRotation(IReadOnlyDictionary<int, Uri> replicas, int? pinned, Random random)
    {
        _seeds = [.. ReplicaPlace.Of(replicas).Where(place => pinned is null || place.Replica == pinned)];
        _random = random;
        random.Shuffle(_seeds);
        (_tiers, _current) = ([_seeds], _seeds[0]);
    }

    /// <summary>How many places there are.</summary>
    public int Count => Places.Count;

    /// <summary>All of them, those that are called first before the others.</summary>
    public IReadOnlyList<ReplicaPlace> Places => [.. Volatile.Read(ref _tiers).SelectMany(tier => tier)];

    /// <summary>The replica to call.</summary>
    public ReplicaPlace Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Leaves a replica that failed. Of many concurrent calls that failed at it, only the first moves on.</summary>
    /// <returns>The replica to call next.</returns>
    public ReplicaPlace MoveOnFrom(ReplicaPlace failed)
    {
        lock (_lock)
        {
            if (_current == failed)
            {
                _failed.Add(failed);
                _hasFailed = true;
                _current = Next(failed);
            }

            return _current;
        }
    }

    /// <summary>Goes on with a replica that is better than the one that is called now.</summary>
    /// <returns>The one that was called before; null: nothing changes, for it is called already, or is not of those that are called first.</returns>
    public ReplicaPlace? MoveTo(ReplicaPlace better)
    {
        lock (_lock)
        {
            ReplicaPlace before = _current;
            if (before == better || !_tiers[0].Contains(better))
            {
                return null;
            }

            _current = better;
            return before;
        }
    }

    /// <summary>A replica answered: those that failed before it have another chance when it fails.</summary>
    public void OnAnswered()
    {
        if (_hasFailed)
        {
            lock (_lock)
            {
                Forgive();
            }
        }
    }

    /// <summary>Goes by a newer configuration from now on. The replica that is called now goes on being called if it votes.</summary>
    public void Learn(KnownMembers members)
    {
        lock (_lock)
        {
            ReplicaPlace[] voters = Shuffled(members.Voters);
            ReplicaPlace[] learners = Shuffled(members.Learners);
            ReplicaPlace[] others = [.. _seeds.Except([.. members.Voters, .. members.Learners])];
            Volatile.Write(ref _tiers, [.. new[] { voters, learners, others }.Where(tier => tier.Length > 0)]);
            Forgive();
            _current = voters.Contains(_current) ? _current : voters[0];
        }
    }

    private ReplicaPlace[] Shuffled(IReadOnlyList<ReplicaPlace> members)
    {
        ReplicaPlace[] order = [.. members];
        _random.Shuffle(order);
        return order;
    }

    private ReplicaPlace Next(ReplicaPlace failed)
    {
        if (_tiers.SelectMany(tier => After(failed, tier)).Where(place => !_failed.Contains(place)).Take(1).ToArray() is [var next])
        {
            return next;
        }

        // All have failed: another round, from the first ones on.
        Forgive();
        return After(failed, _tiers[0]).First();
    }

    // A tier in its order, beginning behind the one that failed.
    private static IEnumerable<ReplicaPlace> After(ReplicaPlace failed, ReplicaPlace[] tier)
    {
        int at = Array.IndexOf(tier, failed) + 1;
        return tier.Skip(at).Concat(tier.Take(at));
    }

    private void Forgive()
    {
        _failed.Clear();
        _hasFailed = false;
    }
}
