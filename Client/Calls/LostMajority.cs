namespace PaxosWcf.Client;

/// <summary>Which replicas have waited for a majority in vain, whichever call of the client they said so to: what one call has heard the others need not find out again,
/// and have no time to. Thread-safe.</summary>
internal sealed class LostMajority(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (long At, TimeSpan Waited)> _said = [];
    private volatile bool _isAny;

    /// <summary>A replica says, now, that it waited for so long.</summary>
    public void Note(int replica, TimeSpan waited)
    {
        lock (_lock)
        {
            _said[replica] = (time.GetTimestamp(), waited);
            _isAny = true;
        }
    }

    /// <summary>A write was answered: there is a majority.</summary>
    public void OnWritten()
    {
        if (!_isAny)
        {
            return;
        }

        lock (_lock)
        {
            _said.Clear();
            _isAny = false;
        }
    }

    /// <summary>How many have said so since then, and how long the most patient of them waited.</summary>
    public (int Replicas, TimeSpan Longest) Since(long then)
    {
        if (!_isAny)
        {
            return default;
        }

        lock (_lock)
        {
            TimeSpan[] waits = [.. _said.Values.Where(said => said.At >= then).Select(said => said.Waited)];
            return (waits.Length, waits.Length == 0 ? TimeSpan.Zero : waits.Max());
        }
    }
}
