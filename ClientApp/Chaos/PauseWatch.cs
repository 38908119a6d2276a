namespace PaxosWcf.ClientApp;

/// <summary>The longest time in which no client at all had a write acknowledged: what a user notices of a change of leader.
/// Counted from where it is begun to
/// where it is ended.</summary>
internal sealed class PauseWatch(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _begun = time.GetTimestamp();
    private long _last = time.GetTimestamp();
    private TimeSpan _longest;

    /// <summary>Begins anew.</summary>
    /// <returns>How long ago it was begun last.</returns>
    public TimeSpan Begin()
    {
        lock (_lock)
        {
            long before = _begun;
            _begun = _last = time.GetTimestamp();
            _longest = TimeSpan.Zero;
            return time.GetElapsedTime(before, _begun);
        }
    }

    /// <summary>A write was acknowledged.</summary>
    public void OnAcknowledged()
    {
        lock (_lock)
        {
            Note();
        }
    }

    /// <summary>Ends the round.</summary>
    /// <returns>The longest pause of it.</returns>
    public TimeSpan End()
    {
        lock (_lock)
        {
            Note();
            return _longest;
        }
    }

    private void Note()
    {
        long now = time.GetTimestamp();
        TimeSpan since = time.GetElapsedTime(_last, now);
        _longest = since > _longest ? since : _longest;
        _last = now;
    }
}
