namespace PaxosWcf.Replication.Changes;

/// <summary>Who waits at this replica for changes, each for one call: woken by the first change of a key that it asked for, or when its
/// time is over. Nothing of it costs anything while nobody waits.</summary>
/// <remarks>Keys and beginnings of keys are looked up, so a change costs one look-up for each length of beginning that is waited for,
/// however many wait.</remarks>
internal sealed class Watches
{
    private readonly Dictionary<IWatchCaller, Watch> _waiting = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, List<Watch>> _ofKey = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, Dictionary<string, List<Watch>>> _ofPrefix = [];

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>A call waits, unless there is something for it to read already.</summary>
    public void Add(WatchRequested request, long revision)
    {
        if (request.From <= revision)
        {
            request.Caller.OnChange(request.From);
            return;
        }

        if (_waiting.Count >= WatchRequested.WatchesMax)
        {
            request.Caller.OnRefused(Refusal.Overloaded);
            return;
        }

        var watch = new Watch(request);
        _waiting.Add(request.Caller, watch);
        ListOf(request.Filter).Add(watch);
    }

    /// <summary>A call waits no longer.</summary>
    public void Remove(IWatchCaller caller)
    {
        if (_waiting.Remove(caller, out var watch))
        {
            Unlist(watch);
        }
    }

    /// <summary>Changes were applied, in the order of their revisions: wakes whoever asked for one of them.</summary>
    public void OnApplied(ReadOnlySpan<KeyChange> changes)
    {
        for (var i = 0; i < changes.Length && _waiting.Count > 0; i++)
        {
            var change = changes[i];
            Wake(_ofKey.GetValueOrDefault(change.Key), change.Revision);
            foreach (var (length, prefixes) in _ofPrefix.ToArray())
            {
                if (length <= change.Key.Length)
                {
                    prefixes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(change.Key.AsSpan(0, length), out var watches);
                    Wake(watches, change.Revision);
                }
            }
        }
    }

    /// <summary>The state is another one, or about to be: all who wait look for themselves what that means for them.</summary>
    /// <param name="seenThrough">The revision of the state before: nobody who waits has missed anything through it.</param>
    public void OnReplaced(long seenThrough)
    {
        foreach (var watch in TakeAll())
        {
            watch.Caller.OnChange(Math.Max(watch.From, seenThrough + 1));
        }
    }

    /// <summary>A tick passes: those whose time is over hear that nothing has come.</summary>
    /// <param name="revision">Of the state.</param>
    /// <param name="hearsLeader">Whether the replica learns what is chosen; if not, nobody can tell what has come.</param>
    public void Tick(long revision, bool hearsLeader)
    {
        foreach (var watch in _waiting.Values.ToArray())
        {
            if (--watch.TicksLeft > 0)
            {
                continue;
            }

            Remove(watch.Caller);
            if (hearsLeader)
            {
                watch.Caller.OnOver(Math.Max(revision, watch.From - 1));
            }
            else
            {
                watch.Caller.OnRefused(Refusal.NotExecuted);
            }
        }
    }

    /// <summary>Nothing more will be learned here.</summary>
    public void RefuseAll(Refusal refusal)
    {
        foreach (var watch in TakeAll())
        {
            watch.Caller.OnRefused(refusal);
        }
    }

    private void Wake(List<Watch>? watches, long revision)
    {
        foreach (var watch in watches?.ToArray() ?? [])
        {
            if (watch.From <= revision)
            {
                Remove(watch.Caller);
                watch.Caller.OnChange(revision);
            }
        }
    }

    private Watch[] TakeAll()
    {
        Watch[] all = [.. _waiting.Values];
        _waiting.Clear();
        _ofKey.Clear();
        _ofPrefix.Clear();
        return all;
    }

    private List<Watch> ListOf(ChangeFilter filter)
    {
        var lists = _ofKey;
        if (filter.IsPrefix && !_ofPrefix.TryGetValue(filter.Key.Length, out lists))
        {
            _ofPrefix[filter.Key.Length] = lists = new(StringComparer.Ordinal);
        }

        if (!lists.TryGetValue(filter.Key, out var list))
        {
            lists[filter.Key] = list = [];
        }

        return list;
    }

    private void Unlist(Watch watch)
    {
        var list = ListOf(watch.Filter);
        list.Remove(watch);
        if (list.Count > 0)
        {
            return;
        }

        var (key, isPrefix) = watch.Filter;
        (isPrefix ? _ofPrefix[key.Length] : _ofKey).Remove(key);
        if (isPrefix && _ofPrefix[key.Length].Count == 0)
        {
            _ofPrefix.Remove(key.Length);
        }
    }

    private sealed class Watch(WatchRequested request)
    {
        public ChangeFilter Filter => request.Filter;

        public long From => request.From;

        public IWatchCaller Caller => request.Caller;

        public int TicksLeft { get; set; } = request.Ticks;
    }
}
