namespace PaxosWcf.Client;

/// <summary>Which replicas have failed a call lately: one may go on saying that it leads, and fail whatever else it is asked. Not thread-safe.</summary>
/// <param name="span">How long a failure counts.</param>
/// <param name="time">The clock.</param>
internal sealed class RecentFailures(TimeSpan span, TimeProvider time)
{
    private readonly Dictionary<ReplicaPlace, long> _failed = [];

    /// <summary>A replica failed a call, now.</summary>
    public void Note(ReplicaPlace failed)
    {
        foreach (ReplicaPlace place in _failed.Keys.Where(place => !Holds(place)).ToArray())
        {
            _failed.Remove(place);
        }

        _failed[failed] = time.GetTimestamp();
    }

    /// <summary>Whether it failed one within the span.</summary>
    public bool Holds(ReplicaPlace place) => _failed.TryGetValue(place, out long at) && time.GetElapsedTime(at) < span;
}
