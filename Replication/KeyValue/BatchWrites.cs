namespace PaxosWcf.Replication.KeyValue;

/// <summary>The keys that a batch writes, kept apart until it is through, so that no reader sees some of them: a batch of cold keys takes
/// milliseconds to apply. One thread applies, any may read.</summary>
/// <remarks>A sequence lock: the number is odd while what was gathered becomes visible, and whoever reads across that reads again.</remarks>
internal sealed class BatchWrites
{
    private readonly Dictionary<string, KeyRecord?> _gathered = new(StringComparer.Ordinal);
    private bool _gathers;
    private int _number;

    /// <summary>A batch begins.</summary>
    public void Begin() => _gathers = true;

    /// <summary>Takes what a key holds from now on; null: it is deleted. False when no batch is under way.</summary>
    public bool Takes(string key, KeyRecord? record)
    {
        if (_gathers)
        {
            _gathered[key] = record;
        }

        return _gathers;
    }

    /// <summary>What the batch that is under way has made of a key. False when it has not written it.</summary>
    public bool TryGet(string key, out KeyRecord? record) => _gathered.TryGetValue(key, out record);

    /// <summary>The batch is through: readers see all of it.</summary>
    public void Publish(UnwrittenKeys keys)
    {
        Interlocked.Increment(ref _number);
        foreach (var (key, record) in _gathered)
        {
            keys.Set(key, record);
        }

        Interlocked.Increment(ref _number);
        _gathered.Clear();
        _gathers = false;
    }

    /// <summary>Whether nothing becomes visible just now; if so, what to ask <see cref="IsStill"/> with afterwards.</summary>
    public bool IsAtRest(out int number)
    {
        number = Volatile.Read(ref _number);
        return (number & 1) == 0;
    }

    /// <summary>Whether nothing has become visible since.</summary>
    public bool IsStill(int number)
    {
        // What was read before is not to be read after this.
        Volatile.ReadBarrier();
        return Volatile.Read(ref _number) == number;
    }
}
