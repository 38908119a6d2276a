namespace PaxosWcf.Client;

/// <summary>Which replica to call: a random one at first, the same until it fails, then the next of a random order that
/// holds every replica once.</summary>
internal sealed class ReplicaRotation
{
    private readonly Lock _lock = new();
    private readonly int[] _order;
    private int _at;

    public ReplicaRotation(IEnumerable<int> replicas, int? pinned, Random random)
    {
        _order = pinned is { } only ? [only] : [.. replicas.Order()];
        random.Shuffle(_order);
    }

    public int Count => _order.Length;

    public int Current
    {
        get
        {
            lock (_lock)
            {
                return _order[_at];
            }
        }
    }

    /// <summary>Leaves a replica that failed. Of many concurrent calls that failed at it, only the first moves on.</summary>
    /// <returns>The replica to call next.</returns>
    public int MoveOnFrom(int failed)
    {
        lock (_lock)
        {
            if (_order[_at] == failed)
            {
                _at = (_at + 1) % _order.Length;
            }

            return _order[_at];
        }
    }
}
