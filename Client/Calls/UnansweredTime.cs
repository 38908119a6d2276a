namespace PaxosWcf.Client;

/// <summary>For how long the replica that is called has left calls unanswered that ended before its time to answer did, by their deadline or by their callers, since
/// it answered last. So calls that are all too short to find out that a replica hangs find it out together. Thread-safe.</summary>
internal sealed class UnansweredTime(TimeProvider time)
{
    private readonly Lock _lock = new();
    private ReplicaPlace _place;
    private TimeSpan _sum;
    private long _through;
    private volatile bool _isAny;

    /// <summary>A call ended now that the replica has not answered.</summary>
    /// <returns>The time in all. Time that calls waited together counts once, and one that is cancelled at once adds nothing.</returns>
    public TimeSpan Add(ReplicaPlace place, long sentAt)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            if (!_isAny || _place != place)
            {
                (_place, _sum, _through) = (place, TimeSpan.Zero, sentAt);
            }

            TimeSpan own = time.GetElapsedTime(sentAt, now);
            TimeSpan sum = _sum + time.GetElapsedTime(Math.Max(sentAt, _through), now);
            (_sum, _through, _isAny) = (own > sum ? own : sum, now, true);
            return _sum;
        }
    }

    /// <summary>It answered a call.</summary>
    public void OnAnswered(ReplicaPlace place)
    {
        if (!_isAny)
        {
            return;
        }

        lock (_lock)
        {
            _isAny &= _place != place;
        }
    }
}
