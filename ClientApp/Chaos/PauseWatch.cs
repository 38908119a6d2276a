namespace PaxosWcf.ClientApp;

/// <summary>The longest time in which no client at all had a write acknowledged: what a user notices of a change of leader.
/// Counted from the beginning of the round to its end.</summary>
internal sealed class PauseWatch(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _last = time.GetTimestamp();
    private TimeSpan _longest;

    /// <summary>Begins anew.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _last = time.GetTimestamp();
            _longest = TimeSpan.Zero;
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
