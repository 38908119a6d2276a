namespace PaxosWcf.Replication.Changes;

/// <summary>Takes changes, one revision after the other, until a limit is reached.</summary>
internal sealed class ChangeReading(long from, ChangeFilter filter, int changesMax, long bytesMax)
{
    private readonly List<KeyChange> _taken = [];
    private long _bytes;

    /// <summary>The revision that comes next.</summary>
    public long Next { get; private set; } = from;

    /// <summary>Those that were wanted.</summary>
    public IReadOnlyList<KeyChange> Taken => _taken;

    /// <summary>Takes the change of the next revision. False when it is wanted and finds no room: it is left for another reading.
    /// The first finds room always.</summary>
    public bool Take(KeyChange change)
    {
        if (filter.Matches(change.Key))
        {
            var bytes = change.Key.Length + (change.Value?.Length ?? 0);
            if (_taken.Count > 0 && (_taken.Count >= changesMax || _bytes + bytes > bytesMax))
            {
                return false;
            }

            _bytes += bytes;
            _taken.Add(change);
        }

        Next++;
        return true;
    }
}
