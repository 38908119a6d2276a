using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>One session of the store: numbers this client's mutations, and knows which of them are finished.</summary>
internal sealed class MutationSession(string name)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _underWay = [];
    private long _last;

    public string Name => name;

    /// <summary>The number of a new mutation; hand it to <see cref="Finish"/> when its caller has an answer.</summary>
    public long Begin()
    {
        lock (_lock)
        {
            _underWay.Add(++_last);
            return _last;
        }
    }

    public void Finish(long sequence)
    {
        lock (_lock)
        {
            _underWay.Remove(sequence);
        }
    }

    /// <summary>What a mutation carries. Everything below the oldest one that is under way will never be asked about
    /// again, so the store may forget it.</summary>
    public RequestIdentity Identify(long sequence)
    {
        lock (_lock)
        {
            long through = (_underWay.Count == 0 ? _last + 1 : _underWay.Min) - 1;
            return new RequestIdentity { Session = name, Sequence = sequence, AcknowledgedThrough = through };
        }
    }
}
